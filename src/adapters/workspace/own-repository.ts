// The run's own bare repository: the person's objects by hard link, none of their configuration, hooks or filters.
// It is made whole in a side folder and renamed into place, so it exists complete or not at all.

import { appendFile, copyFile, mkdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Project } from "../../domain/config.ts";
import type { RunId } from "../../domain/ids.ts";
import { Fault } from "../../engine/ports.ts";
import type { Git, GitCall } from "./git.ts";
import { listSubmodules } from "./inspect-project.ts";
import { linkObjects } from "./link-objects.ts";
import { locateRepository, type Repository } from "./locate-repository.ts";
import { integrationRef } from "./run-names.ts";

export type OwnRepository = {
  readonly git: Git;
  readonly run: RunId;
  /** Canonical run folder; worktrees, quarantine and trash lie in it beside the repository. */
  readonly dir: string;
  readonly gitDir: string;
  /** Folders where submodules are mounted: never staged, never changed. */
  readonly submodules: readonly string[];
  /** Ways to call git on the bare repository and on one worktree of it. */
  readonly bare: GitCall;
  inTree(name: string, root: string): GitCall;
  readRef(ref: string): Promise<string | undefined>;
  /** Head of the integration branch. A run's repository without one is damaged: Fault `run_damaged`. */
  head(): Promise<string>;
};

/** Read when the repository is made; the environment of each call repeats what matters for safety. */
const config = `[gc]
	auto = 0
[maintenance]
	auto = false
[core]
	hooksPath = /dev/null
	logAllRefUpdates = false
`;

const copyIfThere = (from: string, to: string): Promise<void> =>
  copyFile(from, to).catch((error: unknown) => {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  });

/** An empty bare repository without a hook or template. */
export async function initBare(git: Git, gitDir: string, objectFormat: string): Promise<void> {
  const args = ["init", "--quiet", "--bare", "--template=", "--initial-branch=unused"];
  await git.read([...args, `--object-format=${objectFormat}`, gitDir], { cwd: "/" });
  await appendFile(join(gitDir, "config"), config);
}

async function fill(git: Git, source: Repository, gitDir: string): Promise<void> {
  await initBare(git, gitDir, source.objectFormat);
  await linkObjects(join(source.commonDir, "objects"), join(gitDir, "objects"));
  await copyIfThere(join(source.commonDir, "shallow"), join(gitDir, "shallow"));
  await mkdir(join(gitDir, "info"), { recursive: true });
  // What the person ignores in this clone only (an editor's folder, local builds) is not a worker's result either.
  await copyIfThere(join(source.commonDir, "info", "exclude"), join(gitDir, "info", "exclude"));
}

/** Where a run begins that goes on from another one's work. */
export type Beginning = {
  /** Its integration branch starts here, not at the project's base. */
  readonly head: string;
  /** Object store of the other run's repository; undefined where that is gone. */
  readonly objects: string | undefined;
};

type Making = {
  readonly project: Project;
  readonly run: RunId;
  readonly dir: string;
  readonly beginning?: Beginning;
};

async function make(git: Git, options: Making): Promise<void> {
  const source = await locateRepository(git, options.project.root);
  const { base } = options.project;
  const { head, objects } = options.beginning ?? { head: base, objects: undefined };
  const unfinished = join(options.dir, "repo.git.new");
  await rm(unfinished, { recursive: true, force: true });
  await fill(git, source, unfinished);
  if (objects !== undefined) await linkObjects(objects, join(unfinished, "objects"));
  const call = { cwd: unfinished, gitDir: unfinished };
  const complete = await git.run(["rev-list", "--objects", "--no-walk", "--quiet", base, "--"], call);
  if (complete.code !== 0) {
    throw new Fault("base_missing", `${source.root} no longer holds commit ${base.slice(0, 12)} and all its files.`, {
      remedy: "Start a new run from a commit that `git log` shows.",
    });
  }
  if (head !== base) await demandHistory(git, call, { base, head });
  await git.read(["update-ref", integrationRef(options.run), head, ""], call);
  await rename(unfinished, join(options.dir, "repo.git"));
}

/** Every commit since the base with all its files, and the base among them. */
async function demandHistory(git: Git, call: GitCall, { base, head }: { base: string; head: string }): Promise<void> {
  const whole = await git.run(["rev-list", "--objects", "--quiet", head, `^${base}`, "--"], call);
  const based = whole.code === 0 ? await git.run(["merge-base", "--is-ancestor", base, head], call) : whole;
  if (based.code === 0) return;
  throw new Fault(
    "commit_missing",
    `Commit ${head.slice(0, 12)}, where the work stood, is not there with all its files.`,
    {
      remedy: "Fork from an earlier record, or fetch the branch that holds this commit into your repository.",
    },
  );
}

/** Makes the repository of a run in `dir`, which has none. Throws Fault `base_missing` or `commit_missing`. */
export const makeOwnRepository = (git: Git, making: Making): Promise<void> => make(git, making);

export const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** A branch of ours is one small file (nothing ever packs refs here), so reading it needs no process. */
async function readRefOf(git: Git, call: GitCall, ref: string): Promise<string | undefined> {
  const text = await readFile(join(call.cwd, ref), "utf8").catch(() => "");
  if (/^[0-9a-f]{40,64}\n$/.test(text)) return text.trim();
  const found = await git.run(["rev-parse", "--verify", "--quiet", ref], call);
  return found.code === 0 ? found.out.trim() : undefined;
}

/** Opens the run's repository in `dir`, making it first where it is not there. Throws Fault `base_missing`. */
export async function openOwnRepository(
  git: Git,
  options: { readonly project: Project; readonly run: RunId; readonly dir: string },
): Promise<OwnRepository> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const dir = await realpath(options.dir);
  const gitDir = join(dir, "repo.git");
  if (!(await isFolder(gitDir))) await make(git, { ...options, dir });
  const submodules = await listSubmodules(git, gitDir, options.project.base);
  return describeRepository(git, { run: options.run, dir, submodules });
}

type Described = Pick<OwnRepository, "run" | "dir" | "submodules">;

/** The run's repository as it is called, whether or not it is there. `dir`: canonical. */
export function describeRepository(git: Git, { run, dir, submodules }: Described): OwnRepository {
  const gitDir = join(dir, "repo.git");
  const bare: GitCall = { cwd: gitDir, gitDir };
  const readRef = (ref: string): Promise<string | undefined> => readRefOf(git, bare, ref);
  return {
    git,
    run,
    dir,
    gitDir,
    bare,
    submodules,
    // The worktree's own `.git` file is never read: a worker might have replaced it.
    inTree: (name, root) => ({ cwd: root, gitDir: join(gitDir, "worktrees", name), workTree: root }),
    readRef,
    async head() {
      const head = await readRef(integrationRef(run));
      if (head !== undefined) return head;
      throw new Fault("run_damaged", `${gitDir} has lost the branch the run merges into.`, {
        remedy: "Start a new run; what was published is still in your repository.",
      });
    },
  };
}
