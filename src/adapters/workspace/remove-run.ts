// Removes what a run left on disk: its repository, worktrees and quarantine, and on request its branch.

import { join } from "node:path";
import type { Project } from "../../domain/config.ts";
import type { RunId } from "../../domain/ids.ts";
import { removeTree } from "../remove-tree.ts";
import { Fault } from "../../engine/ports.ts";
import { createGit } from "./git.ts";
import { locateRepository } from "./locate-repository.ts";
import { integrationRef, shortBranch } from "./run-names.ts";

export type RemoveOptions = {
  readonly project: Project;
  readonly run: RunId;
  readonly dir: string;
  /** `delete` also deletes the run's branch in the person's repository; work that was not landed is then gone. */
  readonly branch: "keep" | "delete";
};

const folders = ["repo.git", "repo.git.new", "worktrees", "attempts", "outbox", "trash", "quarantine"] as const;

async function deleteBranch(options: RemoveOptions): Promise<string | null> {
  const git = createGit();
  const { commonDir, root } = await locateRepository(git, options.project.root);
  const call = { cwd: commonDir, gitDir: commonDir };
  const ref = integrationRef(options.run);
  const at = await git.run(["rev-parse", "--verify", "--quiet", ref], call);
  if (at.code !== 0) return null;
  const used = await git.read(["worktree", "list", "--porcelain", "-z"], call);
  if (used.split("\0").includes(`branch ${ref}`)) {
    throw new Fault("integration_checked_out", `${shortBranch(ref)} is checked out in ${root}.`, {
      remedy: "Switch to another branch there (git switch -), then try again.",
    });
  }
  await git.read(["update-ref", "--no-deref", "-d", ref, at.out.trim()], call);
  return at.out.trim();
}

/** Idempotent. Returns the commit a deleted branch was at, so that `git branch <name> <commit>` brings it back. */
export async function removeRun(options: RemoveOptions): Promise<{ readonly deleted: string | null }> {
  const deleted = options.branch === "delete" ? await deleteBranch(options) : null;
  for (const folder of folders) {
    await removeTree(join(options.dir, folder));
  }
  return { deleted };
}
