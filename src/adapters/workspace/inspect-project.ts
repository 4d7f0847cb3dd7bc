// Looks at the person's repository before a run: is it one Tutti can work in, and where would the run start?
// Nothing the repository configures is run, and nothing in it is written.

import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Project } from "../../domain/config.ts";
import { Fault } from "../../engine/ports.ts";
import { createGit, type ConfigPair, type Git } from "./git.ts";
import { checkGitVersion, locateRepository, type Repository } from "./locate-repository.ts";

export type Inspection = Project & {
  /** Tracked files differ from the commit the run starts at; the run does not see those changes. */
  readonly dirty: boolean;
  /** Paths of submodules: left empty in worktrees, never changed by a run. */
  readonly submodules: readonly string[];
};

export type InspectOptions = {
  /** Branch, tag or commit to start from; the checked-out branch where absent. */
  readonly base?: string;
  /** Start although the checkout has uncommitted changes or an unfinished merge or rebase. */
  readonly allowDirty?: boolean;
};

const fault = (code: string, message: string, remedy: string): Fault => new Fault(code, message, { remedy });

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const unfinishedMarks = [
  ["MERGE_HEAD", "merge"],
  ["rebase-merge", "rebase"],
  ["rebase-apply", "rebase"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
] as const;

/** The operation the person has under way in this checkout, if any. */
async function findUnfinished(repository: Repository): Promise<string | undefined> {
  for (const [mark, name] of unfinishedMarks) {
    if (await exists(join(repository.gitDir, mark))) return name;
  }
  return undefined;
}

const inside = (repository: Repository, config: readonly ConfigPair[] = []) => ({
  cwd: repository.root,
  gitDir: repository.gitDir,
  workTree: repository.root,
  config,
});

/**
 * `git status` runs clean filters on files whose times changed, so every filter the repository configures is named
 * and emptied first. A file that needs its filter to compare equal then counts as changed.
 */
async function withoutFilters(git: Git, repository: Repository): Promise<readonly ConfigPair[]> {
  const names = (await git.read(["config", "--list", "-z", "--name-only"], inside(repository))).split("\0");
  return names.flatMap((name): ConfigPair[] => {
    if (/^filter\..*\.(clean|smudge|process)$/s.test(name)) return [[name, ""]];
    return /^filter\..*\.required$/s.test(name) ? [[name, "false"]] : [];
  });
}

/** Tracked files that differ from HEAD, staged or not. Submodules are not looked into: theirs is a configuration too. */
async function listChanged(git: Git, repository: Repository): Promise<readonly string[]> {
  const config = await withoutFilters(git, repository);
  const out = await git.read(
    ["status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=all", "--no-renames"],
    inside(repository, config),
  );
  return out.split("\0").flatMap((entry) => (entry === "" ? [] : [entry.slice(3)]));
}

type Start = { readonly branch: string | null; readonly base: string };

async function startAtHead(git: Git, repository: Repository): Promise<Start> {
  const head = await git.run(["symbolic-ref", "--quiet", "HEAD"], inside(repository));
  const commit = await git.run(["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], inside(repository));
  if (commit.code !== 0) {
    throw fault(
      "no_commits",
      `${repository.root} has no commit to start from on its current branch.`,
      "Make the first commit: git add -A && git commit -m start",
    );
  }
  if (head.code !== 0) {
    throw fault(
      "detached_head",
      `${repository.root} has no branch checked out (detached HEAD at ${commit.out.slice(0, 12)}).`,
      "Switch to a branch (git switch <branch>), or say where to start with --base <branch or commit>.",
    );
  }
  return { branch: head.out.trim().replace(/^refs\/heads\//, ""), base: commit.out.trim() };
}

async function startAt(git: Git, repository: Repository, base: string): Promise<Start> {
  const commit = await git.run(
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${base}^{commit}`],
    inside(repository),
  );
  if (base === "" || commit.code !== 0) {
    throw fault(
      "unknown_base",
      `${JSON.stringify(base)} names no commit in ${repository.root}.`,
      "Name a branch, tag or commit that `git log` shows, or leave --base away to start from the current branch.",
    );
  }
  const full = await git.run(["rev-parse", "--symbolic-full-name", "--end-of-options", base], inside(repository));
  const name = full.out.trim().split("\n").at(-1) ?? "";
  const branch = name.startsWith("refs/heads/") ? name.replace("refs/heads/", "") : null;
  return { branch, base: commit.out.trim() };
}

export async function refuseUnfinished(repository: Repository): Promise<void> {
  const unfinished = await findUnfinished(repository);
  if (unfinished === undefined) return;
  throw fault(
    "unfinished_operation",
    `A ${unfinished} is under way in ${repository.root}.`,
    `Finish it (git ${unfinished} --continue) or give it up (git ${unfinished} --abort), then try again.`,
  );
}

function refuseChanged(repository: Repository, changed: readonly string[]): void {
  if (changed.length === 0) return;
  const shown = changed.slice(0, 3).map((path) => JSON.stringify(path));
  const more = changed.length > 3 ? ` and ${changed.length - 3} more` : "";
  throw fault(
    "dirty_checkout",
    `${repository.root} has uncommitted changes in ${shown.join(", ")}${more}; the run would not see them.`,
    "Commit or stash them, or start from the last commit with --allow-dirty.",
  );
}

/** A partial clone fetches on demand, which a run must not do; what the base needs has to be here. */
async function refuseIncomplete(git: Git, repository: Repository, base: string): Promise<void> {
  const listed = await git.run(["rev-list", "--objects", "--no-walk", "--quiet", base], inside(repository));
  if (listed.code === 0) return;
  throw fault(
    "incomplete_repository",
    `${repository.root} does not hold all files of commit ${base.slice(0, 12)} (a partial clone, or damage).`,
    "Partial clone: git fetch --refetch --no-filter. Otherwise see what `git fsck` says.",
  );
}

/** Gitlinks of a commit: the folders another repository is mounted on. */
export async function listSubmodules(git: Git, gitDir: string, commit: string): Promise<readonly string[]> {
  const out = await git.read(["ls-tree", "-r", "-z", "--full-tree", commit], { cwd: gitDir, gitDir });
  return out
    .split("\0")
    .flatMap((entry) => (entry.startsWith("160000 ") ? [entry.slice(entry.indexOf("\t") + 1)] : []));
}

/**
 * Throws a Fault whose message says what is wrong and whose remedy says what to type: `git_missing`, `git_too_old`,
 * `not_a_repository`, `foreign_owner`, `bare_repository`, `no_commits`, `detached_head`, `unknown_base`,
 * `unfinished_operation`, `dirty_checkout`, `incomplete_repository`.
 */
export async function inspectProject(path: string, options: InspectOptions = {}): Promise<Inspection> {
  const git = createGit();
  await checkGitVersion(git);
  const repository = await locateRepository(git, path);
  if (options.allowDirty !== true) await refuseUnfinished(repository);
  const { base } = options;
  const start = await (base === undefined ? startAtHead(git, repository) : startAt(git, repository, base));
  const changed = await listChanged(git, repository);
  if (options.allowDirty !== true) refuseChanged(repository, changed);
  await refuseIncomplete(git, repository, start.base);
  const submodules = await listSubmodules(git, repository.gitDir, start.base);
  return { root: repository.root, branch: start.branch, base: start.base, dirty: changed.length > 0, submodules };
}
