// Deliberations: what ten rounds of three agents cost of this program's own time, and how a thousand at once fare.
// `node bench/deliberations.ts [count]` prints the figures; `--json` prints them as JSON. Scripted agents answer at once.

import { parseArgs } from "node:util";
import { createMemoryRunStore } from "../src/adapters/log/memory-log.ts";
import { createScriptedModels } from "../src/adapters/models/scripted-model.ts";
import { createBriefs } from "../src/adapters/context/briefs.ts";
import { createSystemClock } from "../src/adapters/clock.ts";
import { defaultDeliberationLimits, defaultThresholds, type Seat } from "../src/domain/deliberation.ts";
import type { RunConfig } from "../src/domain/config.ts";
import type { ModelId } from "../src/domain/ids.ts";
import type { Scenario, ScriptedTurn } from "../src/domain/scenario.ts";
import { beginRun } from "../src/engine/open-run.ts";
import type { EventLog, ModelRequest, Models } from "../src/engine/ports.ts";
import { makeFigure, type Figure } from "./figures.ts";
import type { Measurement } from "./measure-loads.ts";
import type { Scale } from "./scale.ts";
import { makeConfig, makePorts } from "./scripted-world.ts";
import { wait } from "./workloads.ts";

export type DeliberationFigures = {
  readonly count: number;
  /** Milliseconds of processor time of one deliberation, all of its parts. */
  readonly cpuMs: number;
  /** The same of the floor: as many calls of the same model, the same records into the same kind of log, nothing decided. */
  readonly floorMs: number;
  /** From the record of the mediator's seat to the call of its model, in ms. */
  readonly seatedMs: { readonly p50: number; readonly p99: number; readonly worst: number };
  readonly events: number;
  /** Records that the logs do not have, and deliberations without their end. */
  readonly lost: number;
};

const rounds = 10;
const model = "scripted/bench" as ModelId;
const seat = (role: string, kind: Seat["kind"]): Seat => ({ role, kind, model });

const config: RunConfig = {
  ...makeConfig(1),
  deliberation: {
    objective: { text: "Which store keeps every write?", constraints: ["no service"], success: [], subtasks: [] },
    setup: {
      seats: [seat("ALPHA", "proposer"), seat("BETA", "proposer"), seat("GAMMA", "mediator")],
      thresholds: { ...defaultThresholds, conflicts: 1 },
      limits: { ...defaultDeliberationLimits, rounds, timeoutMs: 3_600_000, stuckMs: 3_600_000, idleMs: 3_600_000 },
      mediatorDecides: false,
      mediatorAtOnce: false,
      recovery: "none",
    },
  },
};

const says = (said: object): ScriptedTurn => ({
  answer: { status: "working", progress: 0.5, confidence: 0.5, ...said },
});
const words = "One file beside the product, synced before anything is acknowledged. ".repeat(8);
const version = (base: number): object => ({ section: "synthesis", key: "plan", base, text: `${words} ${base}` });
const vote = (at: number, stance: string): object => ({ key: "plan", version: at, stance, reasoning: "For now." });

/** ALPHA writes a version each round and BETA objects to the one before, until both take the last one. */
const scenario: Scenario = {
  tickets: {},
  consults: {
    "deliberate:ALPHA": Array.from({ length: rounds }, (_, at) =>
      says(at < rounds - 1 ? { entries: [version(at)], votes: [vote(at + 1, "accept")] } : {}),
    ),
    "deliberate:BETA": Array.from({ length: rounds }, (_, at) => {
      if (at === 0) return says({});
      if (at === rounds - 1) return says({ votes: [vote(at, "accept")] });
      const objection = { section: "synthesis", key: "plan", version: at, severity: "major", text: "Not yet." };
      return says({ objections: [objection], messages: [{ to: "ALPHA", kind: "inform", text: "See there." }] });
    }),
    "mediate:GAMMA": [says({ messages: [{ to: "all", kind: "inform", text: "Nearer." }] })],
  },
};

type Batch = Parameters<EventLog["append"]>[0];
type Ended = {
  readonly events: number;
  readonly lost: number;
  /** What was handed to the log, and what the model was asked. */
  readonly batches: readonly Batch[];
  readonly requests: readonly ModelRequest[];
};

/** Counts what is handed to the log, and when the mediator's seat was. */
function watched(log: EventLog, onSeat: () => void): EventLog & { readonly batches: readonly Batch[] } {
  const batches: Batch[] = [];
  return {
    ...log,
    batches,
    append: (batch) => {
      batches.push(batch);
      if (batch.records.some(({ event }) => event.type === "deliberation.mediated")) onSeat();
      return log.append(batch);
    },
  };
}

async function deliberate(seatedMs: number[]): Promise<Ended> {
  const run = createSystemClock().newRunId();
  const store = createMemoryRunStore();
  const created = await store.create(run);
  let seatedAt: number | undefined;
  const log = watched(created.log, () => (seatedAt = performance.now()));
  const scripted = createScriptedModels(scenario, { sleep: wait });
  const requests: ModelRequest[] = [];
  const models: Models = {
    ...scripted,
    call: async (request, hooks) => {
      requests.push(request);
      if ("consult" in request.step && request.step.consult === "mediate" && seatedAt !== undefined) {
        seatedMs.push(performance.now() - seatedAt);
        seatedAt = undefined;
      }
      // A model is never so quick that nothing else has its turn.
      await new Promise(setImmediate);
      return scripted.call(request, hooks);
    },
  };
  const ports = { ...makePorts({ log, token: created.token, scenario, models }), briefs: createBriefs() };
  const begun = await beginRun(ports, { run, config, tickets: [], by: "person:bench" });
  if (!begun.ok) throw new Error(`the run was refused: ${begun.rejection.code}`);
  begun.conductor.start();
  const done = await begun.conductor.done;
  if (done.kind === "fault") throw done.error;
  const state = begun.conductor.state();
  const [one] = state.deliberations.values();
  const kept = [...log.read()];
  const isWhole = kept.every(({ seq }, place) => seq === place + 1) && kept.length === state.seq;
  const isAgreed = one?.result?.outcome === "consensus" && one.rounds.length === rounds - 1;
  if (!isAgreed) throw new Error(`it ended ${one?.result?.outcome} after ${one?.rounds.length} closed rounds`);
  const appended = log.batches.reduce((sum, { records }) => sum + records.length, 0);
  const lost = Math.abs(appended - kept.length) + (isWhole ? 0 : 1);
  return { events: kept.length, lost, batches: log.batches, requests };
}

/** What has to be done in any case: the calls, and the records of one deliberation kept. */
async function keepOnly({ batches, requests }: Pick<Ended, "batches" | "requests">): Promise<void> {
  const { log, token } = await createMemoryRunStore().create(createSystemClock().newRunId());
  const models = createScriptedModels(scenario, { sleep: wait });
  const { signal } = new AbortController();
  for (const request of requests) {
    await new Promise(setImmediate);
    await models.call(request, { signal, onDelta: () => {} });
  }
  for (const batch of batches) await log.append({ ...batch, token });
}

/** All begun at the same moment, in this process. */
export async function measureDeliberations(count: number): Promise<DeliberationFigures> {
  const seatedMs: number[] = [];
  const before = process.cpuUsage();
  const ended = await Promise.all(Array.from({ length: count }, () => deliberate(seatedMs)));
  const { user, system } = process.cpuUsage(before);
  const [first = { batches: [], requests: [] }] = ended;
  const beforeFloor = process.cpuUsage();
  await Promise.all(Array.from({ length: count }, () => keepOnly(first)));
  const floor = process.cpuUsage(beforeFloor);
  const sorted = seatedMs.toSorted((a, b) => a - b);
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return {
    count,
    cpuMs: (user + system) / 1_000 / count,
    floorMs: (floor.user + floor.system) / 1_000 / count,
    seatedMs: { p50: at(0.5), p99: at(0.99), worst: at(1) },
    events: ended.reduce((sum, { events }) => sum + events, 0),
    lost: ended.reduce((sum, { lost }) => sum + lost, 0),
  };
}

/** In rounds of `scale.deliberations` at once, after a few of them. */
export async function measureTables({ deliberations }: Scale, rounds: number): Promise<Measurement> {
  await measureDeliberations(Math.min(20, deliberations));
  const taken: DeliberationFigures[] = [];
  for (let round = 0; round < rounds; round += 1) taken.push(await measureDeliberations(deliberations));
  const figure = (what: string, read: (figures: DeliberationFigures) => number, goal: number | null): Figure =>
    makeFigure({ workload: "deliberations", what }, taken.map(read), goal);
  const atOnce = `${deliberations} at once`;
  return {
    rows: [],
    figures: [
      figure(`ms of our processor time for ten rounds of three agents, ${atOnce}`, ({ cpuMs }) => cpuMs, 50),
      figure(
        "the same against as many calls and records with nothing decided",
        ({ cpuMs, floorMs }) => cpuMs / floorMs,
        null,
      ),
      figure(`ms from the mediator's condition to its call, p99, ${atOnce}`, ({ seatedMs }) => seatedMs.p99, 100),
      figure(`events lost, of ${taken[0]?.events ?? 0} of ${atOnce}`, ({ lost }) => lost, 0),
    ],
  };
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: "boolean", default: false } },
  });
  // Code that runs for the first time is slow, and no deliberation's own cost.
  await measureDeliberations(20);
  const figures = await measureDeliberations(Number(positionals[0] ?? 1_000));
  if (values.json) console.log(JSON.stringify(figures));
  else {
    const { count, cpuMs, floorMs, seatedMs, events, lost } = figures;
    console.log(`${count} deliberations of ${rounds} rounds at once: ${cpuMs.toFixed(1)} ms of processor time each`);
    console.log(`as many calls and records with nothing decided: ${floorMs.toFixed(1)} ms`);
    console.log(`${events} events, ${lost} lost`);
    console.log(
      `the mediator is called ${seatedMs.p50.toFixed(0)} ms after its condition (p99 ${seatedMs.p99.toFixed(0)} ms)`,
    );
  }
}
