// What a run's workspace knows of its attempts, and what can be asked of one wherever its work ends up.

import type { AttemptRef } from "../../domain/ids.ts";
import { Fault, type Workspace } from "../../engine/ports.ts";
import { commitAttempt, type Attempt } from "./commit-attempt.ts";
import { makeCommitMessage } from "./commit-message.ts";
import type { InTurn } from "./in-turn.ts";
import type { OwnRepository } from "./own-repository.ts";
import { attemptRef } from "./run-names.ts";
import type { Worktrees } from "./worktrees.ts";

export type MergeOptions = Parameters<Workspace["merge"]>[2];

export type Room = {
  readonly own: OwnRepository;
  readonly worktrees: Worktrees;
  readonly mergeInTurn: InTurn;
  /** Attempts this process made and has not staged yet: their index and branch need no look. */
  readonly fresh: Set<string>;
  /** Attempts whose worktree holds nothing that their published commit does not. */
  readonly settled: Set<string>;
};

export type Work = { readonly name: string; readonly base: string; readonly commit: string };

/** From here on the attempt's index and branch may have changed, so it counts as fresh only once. */
export async function findAttempt({ worktrees, fresh }: Room, name: string): Promise<Attempt | undefined> {
  const found = await worktrees.find(name);
  return found === undefined ? undefined : { ...found, name, fresh: fresh.delete(name) };
}

export const missing = (ref: AttemptRef): Fault =>
  new Fault("attempt_missing", `Nothing is left of attempt ${ref.attempt} of ticket ${ref.ticket}.`, {
    remedy: "Reopen the ticket, so that it is tried again.",
  });

/** What the attempt's branch holds beyond its base, if anything; the worktree may be gone. */
export async function readWork({ own, worktrees }: Room, name: string): Promise<Work | undefined> {
  const [base, commit] = await Promise.all([worktrees.baseOf(name), own.readRef(attemptRef(own.run, name))]);
  return base === undefined || commit === undefined ? undefined : { name, base, commit };
}

/** Puts what is left in the worktree on its branch. False where git cannot hold it; then the folder itself is kept. */
export async function saveLeft({ own }: Pick<Room, "own">, attempt: Attempt, ref: AttemptRef): Promise<boolean> {
  const message = makeCommitMessage(`Left by attempt ${ref.attempt}, not merged`, { run: own.run, ref });
  try {
    return (await commitAttempt(own, attempt, { message, touches: undefined })).kind !== "forbidden";
  } catch (error) {
    if (error instanceof Fault && error.code === "git_failed") return false;
    throw error;
  }
}
