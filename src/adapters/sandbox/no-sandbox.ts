// The explicit opt-out for a run: commands run with the rights of the person who started Tutti. Kept from the sandbox:
// the environment by allow-list, a private home and temporary folder, the caps, and that no process is left behind.
// Not kept: files outside the worktree, the network and protected paths are open. It is recorded in the log.

import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { CommandResult, Sandbox, SandboxedCommand } from "../../engine/ports.ts";
import { removeTree } from "../remove-tree.ts";
import { checkRoot, unlockRoot } from "./check-root.ts";
import { makeEnvironment, nodeFolder } from "./environment.ts";
import { mostProcesses, toJoined, toLimited } from "./launcher.ts";
import { findGroupFolders, openProcessLimit, type ProcessLimit } from "./process-limit.ts";
import { runContained } from "./run-contained.ts";

/** Inherited by every descendant, also by one that left its group and session, unless it empties its environment. */
const markName = "TUTTI_COMMAND";

export function createNoSandbox(): Sandbox {
  let groups: Promise<readonly string[]> | undefined;
  return {
    check: async () => undefined,
    run: async (command, signal) => {
      await checkRoot(command.root);
      groups ??= findGroupFolders();
      const limit = await openProcessLimit(await groups, mostProcesses);
      const folder = await mkdtemp(join(tmpdir(), "tutti-command-"));
      try {
        const result = await runBare(command, signal, { limit, folder });
        await unlockRoot(command.root);
        return result;
      } finally {
        await removeTree(folder);
        await limit?.release();
      }
    },
  };
}

type Bare = { readonly limit: ProcessLimit | undefined; readonly folder: string };

async function runBare(command: SandboxedCommand, signal: AbortSignal, bare: Bare): Promise<CommandResult> {
  const { limit, folder } = bare;
  const mark = randomUUID();
  const [home, tmp] = [join(folder, "home"), join(folder, "tmp")];
  await Promise.all([mkdir(home), mkdir(tmp)]);
  const path = `${nodeFolder()}:${process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"}`;
  const { status: _, ...result } = await runContained({
    argv: toJoined(limit?.entrance, toLimited(command.command, false)),
    cwd: command.root,
    env: makeEnvironment({ home, tmp, path, extra: { [markName]: mark } }),
    detached: true,
    timeoutMs: command.timeoutMs,
    outputBytes: command.outputBytes,
    signal,
    stop: stopGroup,
    reap: () => killLeftovers(mark, limit),
  });
  return result;
}

/** Called while the group's leader is not yet reaped, so the id is still ours. */
function stopGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  kill(-child.pid);
}

/** Until a look finds none: a process that is just being made may slip through one look, but not through the next. */
async function killLeftovers(mark: string, limit: ProcessLimit | undefined): Promise<void> {
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    const left = await findLeftovers(mark, limit);
    if (left.length === 0) return;
    for (const pid of left) kill(pid);
    await wait(pause);
  }
}

async function findLeftovers(mark: string, limit: ProcessLimit | undefined): Promise<readonly number[]> {
  const [marked, members] = await Promise.all([findMarked(mark), limit?.members() ?? []]);
  const alive = await Promise.all(members.map(async (pid) => ((await isAlive(pid)) ? [pid] : [])));
  return [...new Set([...marked, ...alive.flat()])];
}

async function findMarked(mark: string): Promise<readonly number[]> {
  const names = await readdir("/proc").catch(() => []);
  const sought = `${markName}=${mark}`;
  const found = names
    .filter((name) => /^\d+$/.test(name))
    .map(async (name) => {
      const environment = await readFile(`/proc/${name}/environ`, "latin1").catch(() => "");
      return environment.split("\0").includes(sought) ? [Number(name)] : [];
    });
  return (await Promise.all(found)).flat();
}

/** A dead process that nobody has asked about yet is not alive. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return stat !== "" && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // Gone already, or not ours to end (it changed its user).
    if (!(error instanceof Error && "code" in error && (error.code === "ESRCH" || error.code === "EPERM"))) throw error;
  }
}
