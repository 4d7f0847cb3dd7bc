// Looking back: the state at random records of a long log, as the page's slider asks for it. Time in the server alone.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createSystemClock } from "../src/adapters/clock.ts";
import { createSqliteRunStore } from "../src/adapters/log/sqlite-log.ts";
import { evolve } from "../src/core/evolve.ts";
import { initialState, type RunState } from "../src/core/state.ts";
import type { Event, Recorded } from "../src/domain/event.ts";
import type { ModelId, RunId, TicketId } from "../src/domain/ids.ts";
import { zeroUsage } from "../src/domain/usage.ts";
import { createPast } from "../src/engine/past.ts";
import type { EventLog } from "../src/engine/ports.ts";
import { makeFigure } from "./figures.ts";
import type { Measurement } from "./measure-loads.ts";
import type { Scale } from "./scale.ts";
import { makeConfig, makeTicket } from "./scripted-world.ts";

type Plan = { readonly events: number; readonly tickets: number; readonly seeks: number };

const lanes = 16;
const digest = "0".repeat(64);

/** One attempt of many turns, each with one tool call. */
function* attemptOf(ticket: TicketId, turns: number): Generator<Event> {
  const attempt = { ticket, attempt: 1 };
  yield { type: "attempt.started", ...attempt, model: "scripted/one" as ModelId, rung: 0 };
  yield { type: "attempt.prepared", ...attempt, base: "c0", branch: "b", prompt: "Do it.", omitted: [] };
  for (let turn = 1; turn <= turns; turn += 1) {
    const at = { ...attempt, turn };
    const args = `{"path":"src/file-${turn}.ts"}`;
    const calls = [{ id: `c${turn}`, tool: "read", args, class: "pure" as const }];
    yield { type: "turn.started", ...at, try: 1 };
    yield { type: "turn.replied", ...at, text: "I look.", calls, finish: "calls", usage: zeroUsage, ms: 900 };
    yield { type: "tool.called", ...at, call: 0, tool: "read", args, class: "pure", digest };
    yield { type: "tool.returned", ...at, call: 0, ok: true, output: "x".repeat(200), ms: 3, changed: [] };
  }
  yield { type: "finish.reported", ...attempt, summary: "done", evidence: "" };
  yield { type: "ticket.completed", ...attempt, commit: null, summary: "done" };
}

/** As many attempts side by side as there are lanes. */
function* eventsOf(run: RunId, { events, tickets }: Plan): Generator<Event> {
  const plan = Array.from({ length: tickets }, (_, place) => makeTicket(`T${place}`));
  yield { type: "run.created", run, config: makeConfig(lanes) };
  yield { type: "plan.added", tickets: plan };
  yield { type: "plan.accepted", tickets };
  const turns = Math.max(1, Math.floor((events / tickets - 4) / 4));
  const waiting = plan.map(({ id }) => attemptOf(id, turns));
  const under = waiting.splice(0, lanes);
  while (under.length > 0) {
    for (const [place, attempt] of under.entries()) {
      const { value, done } = attempt.next();
      if (done !== true) yield value;
      else under.splice(place, 1, ...waiting.splice(0, 1));
    }
  }
}

async function writeLog(dir: string, plan: Plan): Promise<{ readonly log: EventLog; readonly state: RunState }> {
  const run = createSystemClock().newRunId();
  const { log, token } = await createSqliteRunStore({ dir }).create(run);
  let state = initialState;
  let batch: Recorded[] = [];
  const write = async (): Promise<void> => {
    const [first] = batch;
    if (first === undefined) return;
    const outcome = await log.append({ expected: first.seq - 1, token, records: batch });
    if (outcome.kind !== "appended") throw new Error(outcome.kind);
    batch = [];
  };
  for (const event of eventsOf(run, plan)) {
    const recorded: Recorded = { seq: state.seq + 1, at: state.seq, by: "engine", event };
    state = evolve(state, recorded);
    batch.push(recorded);
    if (batch.length === 1_000) await write();
  }
  await write();
  return { log, state };
}

const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))] ?? Number.NaN;

export async function measureSeek({ seek }: Scale, rounds: number): Promise<Measurement> {
  const dir = mkdtempSync(join(tmpdir(), "tutti-seek-"));
  try {
    const { log, state } = await writeLog(dir, seek);
    const clock = createSystemClock();
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const walks: number[] = [];
    const p50: number[] = [];
    const p95: number[] = [];
    const folds: number[] = [];
    let keptMb = 0;
    for (let round = 0; round < rounds; round += 1) {
      collect();
      const before = process.memoryUsage().heapUsed;
      const past = createPast({ log, clock, state: () => state });
      let begun = performance.now();
      await past.walked();
      walks.push(performance.now() - begun);
      collect();
      keptMb = Math.max(keptMb, (process.memoryUsage().heapUsed - before) / 1024 / 1024);
      const whole: number[] = [];
      const alone: number[] = [];
      for (let asked = 0; asked < seek.seeks; asked += 1) {
        // Spread evenly, in an order that never helps the next one.
        const seq = 1 + ((asked * 7_919 * 61) % state.seq);
        begun = performance.now();
        await past.stateAt(seq);
        alone.push(performance.now() - begun);
        begun = performance.now();
        await past.snapshotAt(seq);
        whole.push(performance.now() - begun);
      }
      p50.push(quantile(whole, 0.5));
      p95.push(quantile(whole, 0.95));
      folds.push(quantile(alone, 0.95));
    }
    await log.close();
    const place = (what: string) => ({
      workload: "seek",
      what: `${state.seq} events, ${seek.tickets} tickets: ${what}`,
    });
    return {
      rows: [],
      figures: [
        makeFigure(place("ms for the state at a record as text, p95"), p95, 50),
        makeFigure(place("the same, p50"), p50, null),
        makeFigure(place("reading and folding alone, p95"), folds, null),
        makeFigure(place("ms for the first look back, which walks the log"), walks, null),
        makeFigure(place("MB of heap for the kept states, at most"), [keptMb], null),
      ],
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
