// Attempts that travel: what a checkpoint, a take-over and a merge through the run's remote cost beside the workspace of
// one process, on the same 500 files in the same run. The remote is a path: over a network its round trips come on top.

import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createGitWorkspace } from "../src/adapters/workspace/git-workspace.ts";
import { inspectProject } from "../src/adapters/workspace/inspect-project.ts";
import { createHostWorkspace } from "../src/adapters/workspace/travel/host-workspace.ts";
import { parseRemote } from "../src/adapters/workspace/travel/remote-address.ts";
import { createTravellingWorkspace } from "../src/adapters/workspace/travel/travelling-workspace.ts";
import type { Project } from "../src/domain/config.ts";
import type { RunId } from "../src/domain/ids.ts";
import type { Workspace } from "../src/engine/ports.ts";
import { makeFigure } from "./figures.ts";
import { change, makeProject, makeTicket } from "./git-path.ts";
import type { Measurement } from "./measure-loads.ts";
import type { Scale } from "./scale.ts";

const steps = ["prepare", "checkpoint", "same", "restore", "merge", "dispose"] as const;
type Step = (typeof steps)[number];

type Times = Record<Step, number[]>;

const noTimes = (): Times => ({ prepare: [], checkpoint: [], same: [], restore: [], merge: [], dispose: [] });

async function timed<T>(into: number[], task: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await task();
  into.push(performance.now() - started);
  return result;
}

async function merge(workspace: Workspace, index: number): Promise<void> {
  const ticket = makeTicket(index);
  const outcome = await workspace.merge({ ticket: ticket.id, attempt: 1 }, ticket, {
    index,
    message: ticket.title,
    verify: async () => ({ kind: "passed", commands: 1 }),
    signal: new AbortController().signal,
  });
  if (outcome.kind !== "published") throw new Error(`ticket ${index} was not published: ${outcome.kind}`);
}

const refOf = (index: number) => ({ ticket: makeTicket(index).id, attempt: 1 });

async function measureLocal(workspace: Workspace, tickets: number, first: number): Promise<Times> {
  const times = noTimes();
  for (let index = first; index < first + tickets; index += 1) {
    const { root } = await timed(times.prepare, () => workspace.prepare(refOf(index), index));
    change(root, index);
    await timed(times.merge, () => merge(workspace, index));
    await timed(times.dispose, () => workspace.dispose(refOf(index), index));
  }
  return times;
}

type Travel = Awaited<ReturnType<typeof openTravel>>;

async function openTravel(folder: string, project: Project, run: RunId) {
  const dir = join(folder, "host");
  const host = await createHostWorkspace({ project, run, dir });
  const remote = parseRemote(join(dir, "repo.git"));
  const open = (name: string) => createTravellingWorkspace({ project, run, dir: join(folder, name), remote });
  return { host, gitDir: remote.address, machines: [await open("one"), await open("two")] as const };
}

/** Each attempt begins on one machine and is taken over by the other, which merges it. */
async function measureTravel({ host, machines }: Travel, tickets: number, first: number): Promise<Times> {
  const times = noTimes();
  const [one, two] = machines;
  for (let index = first; index < first + tickets; index += 1) {
    const ref = refOf(index);
    const { root } = await timed(times.prepare, () => one.during({ key: `prepare:${index}` }).prepare(ref, index));
    change(root, index);
    await timed(times.checkpoint, () => one.checkpoint(ref, index, `tool:${index}/1`));
    writeFileSync(join(root, "second.txt"), `${index}\n`);
    await timed(times.checkpoint, () => one.checkpoint(ref, index, `tool:${index}/2`));
    await timed(times.same, () => one.checkpoint(ref, index, `tool:${index}/3`));
    await timed(times.restore, () => two.restore(ref, index, `merge:${index}`));
    const fence = await host.fence(ref, index);
    await timed(times.merge, () => merge(two.during({ key: `merge:${index}`, fence }), index));
    await timed(times.dispose, () => two.during({ key: `dispose:${index}` }).dispose(ref, index));
    await one.abandon(ref, index);
  }
  return times;
}

/** As a run has them that has come far: one ref per attempt that is over. */
function addOldAttempts({ gitDir }: Travel, run: RunId, count: number): void {
  const call = { cwd: gitDir, env: { PATH: process.env["PATH"], GIT_DIR: gitDir, GIT_CONFIG_GLOBAL: "/dev/null" } };
  const head = execFileSync("git", ["rev-parse", `refs/heads/tutti/${run}/integration`], call)
    .toString()
    .trim();
  const lines = Array.from({ length: count }, (_, n) => `create refs/tutti/${run}/accepted/${9_000 + n}-1 ${head}\n`);
  execFileSync("git", ["update-ref", "--stdin"], { ...call, input: lines.join("") });
}

const oldAttempts = 1_000;

export async function measureTravelling({ git }: Scale, rounds: number): Promise<Measurement> {
  const perRound = Math.max(2, Math.ceil(git.tickets / rounds / 8));
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tutti-bench-travel-")));
  try {
    makeProject(join(folder, "project"), git.files);
    const { root, branch, base } = await inspectProject(join(folder, "project"));
    const project = { root, branch, base };
    const run = "run_benchmark0000travel".slice(0, 20) as RunId;
    const local = await createGitWorkspace({ project, run, dir: join(folder, "local") });
    const travel = await openTravel(folder, project, run);
    const here: Times[] = [];
    const there: Times[] = [];
    for (let round = 0; round < rounds; round += 1) {
      here.push(await measureLocal(local, perRound, round * perRound));
      there.push(await measureTravel(travel, perRound, round * perRound));
    }
    addOldAttempts(travel, run, oldAttempts);
    const late = await measureTravel(travel, perRound, rounds * perRound);
    return { rows: [], figures: tell({ here, there, late }, git.files) };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const mean = (values: readonly number[]): number => values.reduce((sum, each) => sum + each, 0) / values.length;

type Told = { readonly here: readonly Times[]; readonly there: readonly Times[]; readonly late: Times };

function tell({ here, there, late }: Told, files: number) {
  const figure = (what: string, values: readonly number[]) => makeFigure({ workload: "travel", what }, values, null);
  const ofRounds = (rounds: readonly Times[], step: Step) => rounds.map((times) => mean(times[step]));
  const ratios = (step: Step) => there.map((times, n) => mean(times[step]) / mean(here[n]?.[step] ?? [Number.NaN]));
  return [
    figure(`ms to prepare, ${files} files, one at a time, by path`, ofRounds(there, "prepare")),
    figure("against the workspace of one process: prepare", ratios("prepare")),
    figure("ms for a checkpoint of one changed file", ofRounds(there, "checkpoint")),
    figure("ms for a checkpoint where nothing changed", ofRounds(there, "same")),
    figure("ms to take an attempt over", ofRounds(there, "restore")),
    figure("ms to merge", ofRounds(there, "merge")),
    figure("against the workspace of one process: merge", ratios("merge")),
    figure("ms to dispose", ofRounds(there, "dispose")),
    figure("against the workspace of one process: dispose", ratios("dispose")),
    figure(`ms for a checkpoint after ${oldAttempts} attempts`, late.checkpoint),
    figure(`ms to merge after ${oldAttempts} attempts`, late.merge),
  ];
}
