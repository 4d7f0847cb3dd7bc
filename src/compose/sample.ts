// The sample repository of the demo: a fresh copy of it, and a look at what a run made of it.

import { cp, mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGit, gitFault, tuttiIdentity, type Git } from "../adapters/workspace/git.ts";
import { integrationRef, shortBranch } from "../adapters/workspace/run-names.ts";
import type { Sample, Tried } from "../cli/desk.ts";
import type { RunConfig } from "../domain/config.ts";
import type { RunId } from "../domain/ids.ts";
import type { ShellCommand } from "../domain/ticket.ts";
import { createSandbox } from "./ports.ts";

async function call(git: Git, args: readonly string[], cwd: string): Promise<void> {
  const done = await git.run(args, { cwd, env: { ...tuttiIdentity, GIT_ALLOW_PROTOCOL: "file" } });
  if (done.code !== 0) throw gitFault(args, done);
}

/** In a new folder below the system's temporary one; left there, so that its result can be looked at. */
export async function makeSample(program: string): Promise<Sample> {
  const examples = join(program, "examples");
  const repo = join(await realpath(await mkdtemp(join(tmpdir(), "tutti-demo-"))), "pennybook");
  await cp(join(examples, "sample"), repo, { recursive: true });
  for (const name of ["agents.toml", "tutti.toml"]) await cp(join(examples, "demo", name), join(repo, name));
  const git = createGit();
  await call(git, ["init", "--quiet", "--initial-branch=main", repo], "/");
  await call(git, ["add", "--all"], repo);
  await call(git, ["commit", "--quiet", "--no-gpg-sign", "--message", "Pennybook, before the epic"], repo);
  return {
    repo,
    epic: (await readFile(join(examples, "demo", "goal.md"), "utf8")).trim(),
    scenario: join(examples, "demo", "scenario.json"),
  };
}

const longest = 120_000;
const kept = 16 * 1024;

/** The result as others would get it: cloned from the run's branch of the person's repository. */
export async function tryResult(config: RunConfig, run: RunId, command: ShellCommand): Promise<Tried> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "tutti-result-")));
  try {
    const root = join(folder, "result");
    const branch = shortBranch(integrationRef(run));
    await call(
      createGit(),
      ["clone", "--quiet", "--no-hardlinks", "--branch", branch, "--", config.project.root, root],
      "/",
    );
    const sandbox = createSandbox(config.sandbox);
    const result = await sandbox.run(
      { command, root, timeoutMs: longest, outputBytes: kept },
      AbortSignal.timeout(longest),
    );
    return { passed: result.ended === "exit" && result.exitCode === 0, output: result.output };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
