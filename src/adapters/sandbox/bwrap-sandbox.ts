// The default sandbox on Linux: bubblewrap, called directly by argument vector. Own user, mount, pid, network, ipc and
// uts namespaces; the worktree is the only writable place of the host; no network, no home, nobody else's processes.
// The end of the pid namespace is the end of every process in it: that, not bookkeeping, is why none survives.

import { type ChildProcess, execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { release } from "node:os";
import { promisify } from "node:util";
import { type CommandResult, Fault, type Sandbox, type SandboxedCommand } from "../../engine/ports.ts";
import {
  type BwrapFeatures,
  bwrapArguments,
  isSandbox,
  sandboxHome,
  sandboxPath,
  sandboxTmp,
} from "./bwrap-arguments.ts";
import { checkRoot, unlockRoot } from "./check-root.ts";
import { makeEnvironment } from "./environment.ts";
import { mostProcesses, toJoined, toLimited } from "./launcher.ts";
import { findGroupFolders, openProcessLimit, removeStaleGroups } from "./process-limit.ts";
import { protectTree } from "./protect-tree.ts";
import { runContained } from "./run-contained.ts";
import { explainFailure, type Unusable } from "./sandbox-problems.ts";
import { endStaleSandboxes } from "./stale-sandboxes.ts";

export type BwrapOptions = {
  /** The program; by default `bwrap` from the search path. */
  readonly bwrap?: string;
  /** Folders every command may read, for example toolchains outside /usr. */
  readonly readable?: readonly string[];
  /** Variables every command gets, set by the person's own configuration. */
  readonly environment?: Readonly<Record<string, string>>;
};

/** What one look at this machine found out. */
type Probe = { readonly features: BwrapFeatures; readonly groups: readonly string[]; readonly rlimit: boolean };

const run = promisify(execFile);

export function createBwrapSandbox(options: BwrapOptions = {}): Sandbox {
  const bwrap = options.bwrap ?? "bwrap";
  let known: Probe | undefined;

  /** A failure is looked at anew each time: it is what the person is about to mend. */
  const probe = async (): Promise<Probe | Unusable> => {
    if (known !== undefined) return known;
    const found = await probeMachine(bwrap);
    if ("features" in found) known = found;
    return found;
  };

  return {
    check: async () => {
      const found = await probe();
      return "problem" in found ? found : undefined;
    },
    run: async (command, signal) => {
      const found = await probe();
      if ("problem" in found) throw new Fault("sandbox_unavailable", found.problem, { remedy: found.remedy });
      await checkRoot(command.root);
      return await runInside(command, signal, { bwrap, options, probe: found });
    },
  };
}

type Inside = { readonly bwrap: string; readonly options: BwrapOptions; readonly probe: Probe };

async function runInside(command: SandboxedCommand, signal: AbortSignal, inside: Inside): Promise<CommandResult> {
  const { bwrap, options, probe } = inside;
  const tree = await protectTree(command.root);
  const readable = [...(options.readable ?? []), ...(command.readable ?? [])];
  const sandboxed = bwrapArguments({ root: command.root, readable, protect: tree.mounts }, probe.features);
  const limit = await openProcessLimit(probe.groups, mostProcesses);
  try {
    const { status, ...result } = await runContained({
      argv: toJoined(limit?.entrance, [bwrap, ...sandboxed, "--", ...toLimited(command.command, probe.rlimit)]),
      cwd: "/",
      env: makeEnvironment({
        home: sandboxHome,
        tmp: sandboxTmp,
        path: sandboxPath(),
        ...(options.environment === undefined ? {} : { extra: options.environment }),
      }),
      detached: false,
      timeoutMs: command.timeoutMs,
      outputBytes: command.outputBytes,
      signal,
      stop: stopNamespace,
      reap: async () => {},
    });
    await unlockRoot(command.root);
    const told = await toldRestore(tree, result);
    // Bubblewrap reports the command's exit code itself; without that report the command was never started.
    if (told.ended === "exit" && !status.includes('"exit-code"')) throw unavailable(told.output);
    return told;
  } finally {
    await limit?.release();
  }
}

async function toldRestore(
  tree: Awaited<ReturnType<typeof protectTree>>,
  result: CommandResult,
): Promise<CommandResult> {
  const { undone, stuck } = await tree.restore();
  const lines = [
    ...(undone.length > 0
      ? [`[refused, because protected: ${undone.join(", ")}; what the command left there was undone]\n`]
      : []),
    ...(stuck.length > 0
      ? [`[protected, and could not be removed: ${stuck.join(", ")}; it will not be merged]\n`]
      : []),
  ];
  if (lines.length === 0) return result;
  const line = result.output === "" || result.output.endsWith("\n") ? "" : "\n";
  return { ...result, output: `${result.output}${line}${lines.join("")}` };
}

function unavailable(output: string): Fault {
  const { problem, remedy } = explainFailure(output);
  return new Fault("sandbox_unavailable", problem, { remedy });
}

async function probeMachine(bwrap: string): Promise<Probe | Unusable> {
  if (process.platform !== "linux") {
    return {
      problem: `bubblewrap runs on Linux only, and this is ${process.platform}`,
      remedy: "run Tutti in a Linux virtual machine, or opt out of the sandbox for this run with --no-sandbox",
    };
  }
  try {
    const help = await run(bwrap, ["--help"], { timeout: 10_000 });
    const features = { disableUserns: help.stdout.includes("--disable-userns"), size: help.stdout.includes("--size") };
    const view = { root: "/usr", readable: [], protect: ["--remount-ro", "/usr"] };
    await run(
      "/bin/sh",
      ["-c", 'exec 3>/dev/null; exec "$@"', "sh", bwrap, ...bwrapArguments(view, features), "--", "/bin/sh", "-c", ":"],
      {
        timeout: 10_000,
      },
    );
    const groups = await findGroupFolders();
    await endStaleSandboxes(isSandbox);
    await removeStaleGroups(groups);
    return { features, groups, rlimit: countsPerNamespace() };
  } catch (error) {
    return explainFailure(toReason(error));
  }
}

function toReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const stderr = "stderr" in error && typeof error.stderr === "string" ? error.stderr.trim() : "";
  return stderr === "" ? error.message : stderr;
}

/** Since Linux 5.14 RLIMIT_NPROC counts per user namespace; before, the person's whole desktop would count against it. */
function countsPerNamespace(): boolean {
  const [major = 0, minor = 0] = release().split(".").map(Number);
  return major > 5 || (major === 5 && minor >= 14);
}

/**
 * Kills the namespace's first process, and with it the kernel kills every other one before bubblewrap is told. Until
 * bubblewrap has named that process nothing is done: killed itself, it could leave it behind; the name is due at once.
 */
function stopNamespace(child: ChildProcess, status: string): void {
  const first = Number(/"child-pid":\s*(\d+)/.exec(status)?.[1]);
  if (Number.isInteger(first) && parentOf(first) === child.pid) process.kill(first, "SIGKILL");
}

/** The parent as the kernel has it, so that a reused id is never killed. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}
