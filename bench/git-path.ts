// The git path: worktree, commit, merge, publish, clear away, 8 tickets at once on a 500-file repository. The floor is
// the bare git commands for the same work in the same run, so that the ratio holds on any machine.

import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { createGit, tuttiIdentity } from "../src/adapters/workspace/git.ts";
import { createGitWorkspace } from "../src/adapters/workspace/git-workspace.ts";
import { inspectProject } from "../src/adapters/workspace/inspect-project.ts";
import { createTurns } from "../src/adapters/workspace/in-turn.ts";
import type { RunId, TicketId } from "../src/domain/ids.ts";
import type { Ticket } from "../src/domain/ticket.ts";
import type { Workspace } from "../src/engine/ports.ts";
import { makeFigure } from "./figures.ts";
import type { Measurement } from "./measure-loads.ts";
import type { Scale } from "./scale.ts";

const lanes = 8;
const env = {
  PATH: process.env["PATH"],
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  LC_ALL: "C",
  ...tuttiIdentity,
};
const exec = promisify(execFile);

export function makeProject(root: string, files: number): void {
  mkdirSync(root);
  for (let n = 0; n < files; n += 1) {
    const folder = join(root, `src/part${n % 25}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file${n}.txt`), `file ${n}\n${"a line of some length to make it a file\n".repeat(40)}`);
  }
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, env });
  git("init", "--quiet", "--initial-branch", "main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "start");
}

export const makeTicket = (index: number): Ticket => ({
  id: `T${index}` as TicketId,
  title: `Ticket ${index}`,
  description: "",
  dependsOn: [],
  contextFiles: [],
  touches: [],
  verify: [],
  models: [],
  archetype: "worker",
  weight: 1,
  startRung: 0,
});

/** Runs `count` pieces of work, `lanes` at once. Returns ms for all of them. */
async function inLanes(count: number, one: (index: number) => Promise<void>): Promise<number> {
  const started = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await one(index);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return performance.now() - started;
}

export const change = (root: string, index: number): void => {
  writeFileSync(join(root, `src/part${index % 25}/made${index}.txt`), `made by ticket ${index}\n`);
};

async function conductOne(workspace: Workspace, index: number): Promise<boolean> {
  const ticket = makeTicket(index);
  const ref = { ticket: ticket.id, attempt: 1 };
  const { root } = await workspace.prepare(ref, index);
  change(root, index);
  const outcome = await workspace.merge(ref, ticket, {
    index,
    message: ticket.title,
    verify: async () => ({ kind: "passed", commands: 1 }),
    signal: new AbortController().signal,
  });
  await workspace.dispose(ref, index);
  return outcome.kind === "published";
}

type Measured = { readonly ms: number; readonly processes: number; readonly failures: number };

async function measureOurs(folder: string, tickets: number, run: RunId): Promise<Measured> {
  let processes = 0;
  const git = createGit({ onSpawn: () => (processes += 1) });
  const { root, branch, base } = await inspectProject(join(folder, "project"));
  const workspace = await createGitWorkspace({ project: { root, branch, base }, run, dir: join(folder, run), git });
  processes = 0;
  let failures = 0;
  const ms = await inLanes(tickets, async (index) => {
    const published = await conductOne(workspace, index).catch(() => false);
    if (!published) failures += 1;
  });
  return { ms, processes, failures };
}

/** The same steps by hand: what no tool that keeps a worktree and a verified merge per ticket can do without. */
async function measureFloor(folder: string, tickets: number, name: string): Promise<number> {
  const bare = join(folder, `${name}.git`);
  const git = async (cwd: string, ...args: string[]) => (await exec("git", args, { cwd, env })).stdout.trim();
  await git(folder, "clone", "--quiet", "--bare", "--local", join(folder, "project"), bare);
  const inTurn = createTurns();
  return inLanes(tickets, async (index) => {
    const root = join(folder, name, String(index));
    await inTurn(() => git(bare, "worktree", "add", "--quiet", "--no-track", "-b", `t${index}`, root, "main"));
    change(root, index);
    await git(root, "add", "--all");
    await git(root, "commit", "--quiet", "--message", `Ticket ${index}`);
    await inTurn(async () => {
      const at = await git(bare, "rev-parse", "main");
      const tree = await git(bare, "merge-tree", "--write-tree", at, `t${index}`);
      const merge = await git(bare, "commit-tree", tree, "-p", at, "-p", `t${index}`, "-m", "merge");
      const merged = join(folder, name, `merge${index}`);
      await git(bare, "worktree", "add", "--quiet", "--detach", merged, merge);
      await rm(merged, { recursive: true });
      return git(bare, "update-ref", "refs/heads/main", merge, at);
    });
    await rm(root, { recursive: true });
  });
}

/** How many processes one ticket alone needs when another was merged since it began: the long way. */
async function measureMost(folder: string): Promise<number> {
  let processes = 0;
  const git = createGit({ onSpawn: () => (processes += 1) });
  const { root, branch, base } = await inspectProject(join(folder, "project"));
  const run = "run_benchmark000000x" as RunId;
  const workspace = await createGitWorkspace({ project: { root, branch, base }, run, dir: join(folder, "alone"), git });
  await conductOne(workspace, 0);
  await workspace.publish();
  const late = { ticket: "T2" as TicketId, attempt: 1 };
  processes = 0;
  const prepared = await workspace.prepare(late, 2);
  const own = processes;
  await conductOne(workspace, 1);
  processes = own;
  change(prepared.root, 2);
  await conductOne(workspace, 2);
  await workspace.publish();
  return processes;
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

/** Ours and the floor take turns, so that whatever else the machine does falls on both. */
export async function measureGit({ git }: Scale, rounds: number): Promise<Measurement> {
  const perRound = Math.ceil(git.tickets / rounds);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tutti-bench-git-")));
  try {
    makeProject(join(folder, "project"), git.files);
    const ours: Measured[] = [];
    const floor: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      floor.push(await measureFloor(folder, perRound, `floor${round}`));
      ours.push(await measureOurs(folder, perRound, `run_benchmark000000${round}` as RunId));
    }
    const most = await measureMost(folder);
    const place = (what: string) => ({ workload: "git", what });
    const ms = ours.map((each) => each.ms / perRound);
    const figures = [
      makeFigure(
        place(`git processes per ticket, ${git.files} files, ${lanes} at once`),
        ours.map((each) => each.processes / perRound),
        10,
      ),
      makeFigure(place("git processes of a ticket when another was merged since it began"), [most], 10),
      makeFigure(place("ms per ticket"), ms, 200),
      makeFigure(
        place("time against the bare git commands"),
        ours.map((each, round) => each.ms / (floor[round] ?? Number.NaN)),
        null,
      ),
      makeFigure(place("tickets that failed"), [total(ours.map((each) => each.failures))], 0),
    ];
    return { rows: [], figures };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
