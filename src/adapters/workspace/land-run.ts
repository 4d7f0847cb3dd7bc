// `tutti land`: brings a run's published result into the person's branch. The one place that changes their checkout,
// because they asked for it: with their own git configuration and identity, and without hooks unless asked.

import { realpath } from "node:fs/promises";
import type { Project } from "../../domain/config.ts";
import type { RunId } from "../../domain/ids.ts";
import { Fault } from "../../engine/ports.ts";
import { createGit, gitFault, gitWords, tuttiIdentity, type Git, type GitCall } from "./git.ts";
import { refuseUnfinished } from "./inspect-project.ts";
import { locateRepository, type Repository } from "./locate-repository.ts";
import { integrationRef, shortBranch } from "./run-names.ts";

export type LandOptions = {
  readonly project: Project;
  readonly run: RunId;
  /** Branch to land on; the branch the run started from where absent. */
  readonly into?: string;
  readonly how: "ff" | "merge";
  /** Run the repository's own hooks (`post-merge`). */
  readonly hooks?: boolean;
};

export type Landed = {
  readonly into: string;
  readonly how: "already_there" | "fast_forward" | "merge";
  readonly from: string;
  readonly to: string;
  /** How many files differ between the two. */
  readonly files: number;
};

const fault = (code: string, message: string, remedy: string): Fault => new Fault(code, message, { remedy });

type Place = {
  readonly git: Git;
  readonly call: GitCall;
  readonly repository: Repository;
  readonly into: string;
  readonly from: string;
  readonly to: string;
};

async function resolveCommit(git: Git, call: GitCall, ref: string): Promise<string | undefined> {
  const found = await git.run(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], call);
  return found.code === 0 ? found.out.trim() : undefined;
}

async function findPlace(git: Git, options: LandOptions): Promise<Place> {
  const repository = await locateRepository(git, options.project.root);
  const call: GitCall = {
    cwd: repository.root,
    personal: true,
    config: options.hooks === true ? [] : [["core.hooksPath", "/dev/null"]],
  };
  const into = options.into ?? options.project.branch;
  if (into === null) {
    throw fault(
      "no_target_branch",
      "The run started from a commit, not from a branch.",
      "Say where to land: --into <branch>",
    );
  }
  const to = await resolveCommit(git, call, integrationRef(options.run));
  if (to === undefined) {
    const branch = shortBranch(integrationRef(options.run));
    throw fault(
      "nothing_to_land",
      `There is no branch ${branch} in ${repository.root}.`,
      "Run or resume the run first.",
    );
  }
  const from = await resolveCommit(git, call, `refs/heads/${into}`);
  if (from === undefined) {
    throw fault(
      "unknown_branch",
      `There is no branch ${JSON.stringify(into)} in ${repository.root}.`,
      "See `git branch`.",
    );
  }
  return { git, call, repository, into, from, to };
}

/** The checkout that has the branch, if any does. */
async function findCheckout({ git, call, into }: Place): Promise<string | undefined> {
  const out = await git.read(["worktree", "list", "--porcelain", "-z"], call);
  let path = "";
  for (const line of out.split("\0")) {
    if (line.startsWith("worktree ")) path = line.slice("worktree ".length);
    if (line === `branch refs/heads/${into}`) return realpath(path).catch(() => path);
  }
  return undefined;
}

const isAncestor = async ({ git, call }: Place, older: string, newer: string): Promise<boolean> =>
  (await git.run(["merge-base", "--is-ancestor", older, newer], call)).code === 0;

/** The person makes this merge; where git does not know their name, ours stands in. */
async function identityOf({ git, call }: Place): Promise<Readonly<Record<string, string>>> {
  const known = await git.run(["var", "GIT_COMMITTER_IDENT"], { ...call, config: [["user.useConfigOnly", "true"]] });
  return known.code === 0 ? {} : tuttiIdentity;
}

/** Merged in memory first, so that a conflict leaves nothing half done. */
async function mergeCommit(place: Place, run: RunId): Promise<string> {
  const { git, call, into, from, to } = place;
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", from, to];
  const merged = await git.run(args, call);
  const [tree = "", ...files] = merged.out.split("\0").filter((part) => part !== "");
  if (merged.code === 1) {
    const shown = files.slice(0, 5).map((path) => JSON.stringify(path));
    const branch = shortBranch(integrationRef(run));
    throw fault(
      "land_conflict",
      `${branch} and ${into} both changed ${shown.join(", ")}${files.length > 5 ? ` and ${files.length - 5} more` : ""}.`,
      `Nothing was changed. Merge by hand: git switch ${into} && git merge ${branch}`,
    );
  }
  if (merged.code !== 0) throw gitFault(args, merged);
  const env = await identityOf(place);
  const input = `Merge the result of ${run} into ${into}\n\nTutti-Run: ${run}\n`;
  return (await git.read(["commit-tree", tree, "-p", from, "-p", to, "-F", "-"], { ...call, env, input })).trim();
}

async function chooseCommit(place: Place, options: LandOptions): Promise<string> {
  if (options.how === "merge") return mergeCommit(place, options.run);
  if (await isAncestor(place, place.from, place.to)) return place.to;
  throw fault(
    "land_diverged",
    `${place.into} has moved on since the run started, so it cannot be fast-forwarded.`,
    "Land with a merge commit instead: tutti land --merge",
  );
}

/** git checks every file before it writes the first one, and refuses whole. */
async function moveCheckout(place: Place, checkout: string, commit: string): Promise<void> {
  const { git, call, repository, into } = place;
  if (checkout !== repository.root) {
    throw fault("checked_out_elsewhere", `${into} is checked out in ${checkout}.`, `Run tutti land from there.`);
  }
  const args = ["merge", "--ff-only", "--quiet", "--no-stat", "--no-autostash", commit];
  const moved = await git.run(args, call);
  if (moved.code === 0) return;
  throw fault(
    "land_refused",
    `git would not update your checkout: ${gitWords(moved)}`,
    "Move those files away, then land again.",
  );
}

async function moveBranch({ git, call, into, from }: Place, commit: string): Promise<void> {
  const args = ["update-ref", "-m", "tutti land", `refs/heads/${into}`, commit, from];
  const moved = await git.run(args, call);
  if (moved.code === 0) return;
  throw fault(
    "land_refused",
    `${into} could not be moved: ${gitWords(moved)}`,
    "See whether it was moved meanwhile; then land again.",
  );
}

/** By the person's own configuration, filters and line endings included: it decides what counts as changed here. */
async function refuseChanged({ git, call, repository }: Place): Promise<void> {
  const args = ["status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=all", "--no-renames"];
  const out = await git.read(args, { ...call, env: { GIT_OPTIONAL_LOCKS: "0" } });
  const changed = out.split("\0").filter((entry) => entry !== "");
  if (changed.length === 0) return;
  const first = changed[0]?.slice(3);
  throw fault(
    "dirty_checkout",
    `${repository.root} has uncommitted changes (${changed.length} files, first ${JSON.stringify(first)}).`,
    "Commit or stash them; then land again.",
  );
}

const countFiles = async ({ git, call, from }: Place, to: string): Promise<number> => {
  const args = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", from, to, "--"];
  return (await git.read(args, call)).split("\0").length - 1;
};

/**
 * All or nothing: either the branch (and its checkout, where it has one) holds the result, or a Fault says why not and
 * nothing has changed: `nothing_to_land`, `unknown_branch`, `no_target_branch`, `unfinished_operation`,
 * `dirty_checkout`, `land_diverged`, `land_conflict`, `checked_out_elsewhere`, `land_refused`.
 */
export async function landRun(options: LandOptions): Promise<Landed> {
  const place = await findPlace(createGit(), options);
  const { into, from, to } = place;
  if (await isAncestor(place, to, from)) return { into, how: "already_there", from, to: from, files: 0 };
  const checkout = await findCheckout(place);
  if (checkout !== undefined) {
    await refuseUnfinished(place.repository);
    await refuseChanged(place);
  }
  const commit = await chooseCommit(place, options);
  await (checkout === undefined ? moveBranch(place, commit) : moveCheckout(place, checkout, commit));
  const how = options.how === "merge" ? "merge" : "fast_forward";
  return { into, how, from, to: commit, files: await countFiles(place, commit) };
}
