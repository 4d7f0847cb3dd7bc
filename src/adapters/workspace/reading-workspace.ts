// The workspace of a run that is only looked at: it says where worktrees are, and makes, changes and mends nothing.

import { join } from "node:path";
import type { RunId } from "../../domain/ids.ts";
import { Fault, type Workspace } from "../../engine/ports.ts";
import { attemptName } from "./run-names.ts";
import { findWorktree } from "./worktrees.ts";

export function createReadingWorkspace({ run, dir }: { readonly run: RunId; readonly dir: string }): Workspace {
  const folders = { run, dir, gitDir: join(dir, "repo.git") };
  const refuse = async (): Promise<never> => {
    throw new Fault("run_not_conducted", `Nobody conducts ${run}: its worktrees are not worked with.`, {
      remedy: `Go on with it first: tutti resume ${run}`,
    });
  };
  return {
    find: (ref, index) => findWorktree(folders, attemptName(index, ref.attempt)),
    prepare: refuse,
    diff: refuse,
    merge: refuse,
    findMerged: refuse,
    dispose: refuse,
    survey: refuse,
    head: refuse,
    publish: refuse,
  };
}
