// The workspace of a run that is only looked at: it says where worktrees are and what attempts changed, and makes,
// changes and mends nothing.

import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AttemptDiff } from "../../domain/check-question.ts";
import type { RunId } from "../../domain/ids.ts";
import { Fault, type Workspace } from "../../engine/ports.ts";
import type { Attempt } from "./commit-attempt.ts";
import { diffAttempt } from "./diff-attempt.ts";
import { diffLeft } from "./diff-left.ts";
import { createGit, type Git } from "./git.ts";
import { listSubmodules } from "./inspect-project.ts";
import { describeRepository, type OwnRepository } from "./own-repository.ts";
import { attemptName } from "./run-names.ts";
import { findWorktree } from "./worktrees.ts";

type ReadingOptions = { readonly run: RunId; readonly dir: string; readonly git?: Git };

/** `dir`: the run's folder, canonical. */
export function createReadingWorkspace({ run, dir, git = createGit() }: ReadingOptions): Workspace {
  const own = describeRepository(git, { run, dir, submodules: [] });
  const refuse = async (): Promise<never> => {
    throw new Fault("run_not_conducted", `Nobody conducts ${run}: its worktrees are not worked with.`, {
      remedy: `Go on with it first: tutti resume ${run}`,
    });
  };
  return {
    find: (ref, index) => findWorktree(own, attemptName(index, ref.attempt)),
    prepare: refuse,
    async diff(ref, index) {
      const name = attemptName(index, ref.attempt);
      const found = await findWorktree(own, name);
      if (found !== undefined) return diffBeside(own, { ...found, name, fresh: false });
      throw new Fault("attempt_missing", `There is no worktree of attempt ${ref.attempt} of ticket ${ref.ticket}.`, {
        remedy: "Ask for what it left in commits.",
      });
    },
    diffLeft: (ref, index, noted) => diffLeft(own, attemptName(index, ref.attempt), noted),
    merge: refuse,
    findMerged: refuse,
    dispose: refuse,
    tryPatch: refuse,
    survey: refuse,
    head: refuse,
    publish: refuse,
  };
}

/** The diff stages what is in the worktree: here into an index and an object store of its own, which are then removed. */
async function diffBeside(own: OwnRepository, attempt: Attempt): Promise<AttemptDiff> {
  const aside = await mkdtemp(join(tmpdir(), "tutti-diff-"));
  const index = join(aside, "index");
  const env = {
    GIT_INDEX_FILE: index,
    GIT_OBJECT_DIRECTORY: join(aside, "objects"),
    GIT_ALTERNATE_OBJECT_DIRECTORIES: join(own.gitDir, "objects"),
  };
  try {
    await mkdir(env.GIT_OBJECT_DIRECTORY);
    await copyFile(join(own.gitDir, "worktrees", attempt.name, "index"), index);
    const submodules = await listSubmodules(own.git, own.gitDir, attempt.base);
    const inTree: OwnRepository["inTree"] = (name, root) => ({ ...own.inTree(name, root), env });
    return await diffAttempt({ ...own, submodules, inTree }, attempt);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
