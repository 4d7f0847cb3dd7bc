// What an attempt left in commits, as a diff, once its worktree is gone. Refs and objects are read; nothing is written.

import { stat } from "node:fs/promises";
import type { AttemptDiff } from "../../domain/check-question.ts";
import type { LeftCommits } from "../../engine/ports.ts";
import { diffArguments, mostDiffBytes } from "./diff-attempt.ts";
import type { OwnRepository } from "./own-repository.ts";
import { attemptRef } from "./run-names.ts";
import { baseOf } from "./worktrees.ts";

/** From one tree to another, or undefined where either is gone. */
type Span = { readonly from: string; readonly to: string };

/** Records of an imported run may hold anything; what is no commit's name never comes near git's arguments. */
const isCommitName = (text: string | null | undefined): text is string =>
  typeof text === "string" && /^[0-9a-f]{40,64}$/.test(text);

/** Undefined where the commits are gone, or never were. */
export async function diffLeft(own: OwnRepository, name: string, noted: LeftCommits): Promise<AttemptDiff | undefined> {
  const span = (await isThere(own.gitDir)) ? await findSpan(own, name, noted) : undefined;
  return span === undefined ? undefined : diffSpan(own, span);
}

const isThere = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** A merge is told against what it was merged into; a branch, or a branch merged as it was, against where it began. */
async function findSpan(own: OwnRepository, name: string, noted: LeftCommits): Promise<Span | undefined> {
  const began = (await baseOf(own, name)) ?? noted.base;
  const base = isCommitName(began) ? began : undefined;
  if (isCommitName(noted.merged)) {
    const [first, second] = (await parentsOf(own, noted.merged)) ?? [];
    const from = second === undefined ? (base ?? first) : first;
    if (from !== undefined) return { from, to: noted.merged };
  }
  const tip = await own.readRef(attemptRef(own.run, name));
  return base === undefined || tip === undefined ? undefined : { from: base, to: tip };
}

async function parentsOf(own: OwnRepository, commit: string): Promise<readonly string[] | undefined> {
  const found = await own.git.run(["rev-list", "--parents", "--no-walk", commit, "--"], own.bare);
  return found.code === 0 ? found.out.trim().split(" ").slice(1) : undefined;
}

export async function diffSpan({ git, bare }: OwnRepository, { from, to }: Span): Promise<AttemptDiff | undefined> {
  const patch = await git.run([...diffArguments, from, to, "--"], { ...bare, keepBytes: mostDiffBytes });
  if (patch.code !== 0) return undefined;
  const files = await git.read(["diff", "--name-only", "--no-renames", "-z", from, to, "--"], bare);
  return { patch: patch.out, isCut: patch.cut, files: files.split("\0").filter((path) => path !== ""), unread: [] };
}
