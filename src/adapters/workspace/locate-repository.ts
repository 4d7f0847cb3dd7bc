// Where the person's repository lies and what kind it is, found without running anything it configures.

import { realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { Fault } from "../../engine/ports.ts";
import { gitFault, type ConfigPair, type Git } from "./git.ts";

export type Repository = {
  /** Canonical top folder of the checkout. */
  readonly root: string;
  /** This checkout's own git directory (HEAD, index). */
  readonly gitDir: string;
  /** The directory all its worktrees share (objects, refs, config). */
  readonly commonDir: string;
  readonly objectFormat: string;
  readonly shallow: boolean;
};

const fault = (code: string, message: string, remedy: string): Fault => new Fault(code, message, { remedy });

const minimum = [2, 38] as const;

/** Throws Fault `git_missing` or `git_too_old`. */
export async function checkGitVersion(git: Git): Promise<void> {
  const text = (await git.read(["--version"], { cwd: "/" })).trim();
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? [];
  const [wantMajor, wantMinor] = minimum;
  if (Number(major) > wantMajor || (Number(major) === wantMajor && Number(minor) >= wantMinor)) return;
  throw fault("git_too_old", `${text} is too old: Tutti needs ${wantMajor}.${wantMinor} or newer.`, "Update git.");
}

/** Whether the person's own configuration already trusts this folder although someone else owns it. */
async function isTrusted(git: Git, path: string): Promise<boolean> {
  const listed = await git.run(["config", "--global", "--includes", "-z", "--get-all", "safe.directory"], {
    cwd: "/",
    personal: true,
    env: { HOME: homedir() },
  });
  return listed.out.split("\0").some((entry) => entry === "*" || entry === path || entry === `${path}/*`);
}

const questions = [
  "--path-format=absolute",
  "--show-toplevel",
  "--absolute-git-dir",
  "--git-common-dir",
  "--show-object-format",
  "--is-shallow-repository",
];

function refusal(path: string, words: string): Fault | undefined {
  if (words.includes("cannot use bare repository") || words.includes("must be run in a work tree")) {
    return fault(
      "bare_repository",
      `${path} is a bare repository (or inside a .git folder): there is no checkout to start from.`,
      "Give the path of a checkout, for example after `git clone <repository> <folder>`.",
    );
  }
  if (/not a git repository|No such file or directory/.test(words)) {
    return fault(
      "not_a_repository",
      `${path} is not inside a git repository.`,
      "Give the path of a git checkout, or make one here: git init && git add -A && git commit -m start",
    );
  }
  return undefined;
}

async function ask(git: Git, path: string): Promise<string> {
  const args = ["rev-parse", ...questions];
  const first = await git.run(args, { cwd: path });
  if (first.code === 0) return first.out;
  const [, owned] = /dubious ownership in repository at '(.*)'/.exec(first.err) ?? [];
  if (owned !== undefined) {
    const trust: readonly ConfigPair[] = [["safe.directory", owned]];
    if (await isTrusted(git, owned)) return git.read(args, { cwd: path, config: trust });
    throw fault(
      "foreign_owner",
      `${owned} belongs to another user of this machine, so git does not trust it.`,
      `If you trust it: git config --global --add safe.directory ${owned}`,
    );
  }
  throw refusal(path, first.err) ?? gitFault(args, first);
}

/** Throws Fault `not_a_repository`, `bare_repository`, `foreign_owner`. */
export async function locateRepository(git: Git, path: string): Promise<Repository> {
  const folder = await realpath(path).catch((cause: unknown) => {
    throw new Fault("not_a_repository", `${path} does not exist.`, {
      remedy: "Give the path of a git checkout.",
      cause,
    });
  });
  // Paths end at a newline here; one that holds a newline itself would be misread, so it is refused.
  const lines = (await ask(git, folder)).split("\n");
  const [root, gitDir, commonDir, objectFormat, shallow] = lines;
  if (lines.length !== 6 || !root || !gitDir || !commonDir || !objectFormat) {
    throw fault("odd_path", `The path of the repository at ${folder} holds a line break.`, "Rename the folder.");
  }
  return {
    root: await realpath(root),
    gitDir: await realpath(gitDir),
    commonDir: await realpath(commonDir),
    objectFormat,
    shallow: shallow === "true",
  };
}
