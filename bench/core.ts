// The core alone: what one event costs in decide and evolve, at growing numbers of tickets, and what a ticket weighs.
// `node bench/core.ts` prints a table; `--json` prints the figures. No log, no model: W1's shape answered at once.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { decide } from "../src/core/decide.ts";
import { duties, type Duty } from "../src/core/duties.ts";
import { initialState, type RunState } from "../src/core/state.ts";
import type { Command, Report } from "../src/domain/command.ts";
import { defaultLanes, defaultLimits, type RunConfig } from "../src/domain/config.ts";
import type { Event, Recorded } from "../src/domain/event.ts";
import type { ModelId, RunId, TicketId } from "../src/domain/ids.ts";
import type { Ticket } from "../src/domain/ticket.ts";
import { zeroUsage } from "../src/domain/usage.ts";

export type CoreFigures = {
  readonly tickets: number;
  readonly events: number;
  /** Microseconds of processor time per event, the creation of the run left out: it is paid once. */
  readonly usPerEvent: number;
  /** Milliseconds of processor time for `run.create`. */
  readonly createMs: number;
  /** KiB of memory per ticket that the state of the ended run holds on to. */
  readonly kibPerTicket: number;
};

const lanes = 32;
const model = "bench/instant" as ModelId;

const config: RunConfig = {
  title: "Bench",
  project: { root: "/", branch: null, base: "0" },
  workspace: "none",
  sandbox: "none",
  mode: "async",
  attended: false,
  lanes: { ...defaultLanes, run: lanes },
  limits: defaultLimits,
  archetypes: [{ name: "worker", tier: 3, models: [model], trust: "auto", tools: ["look"], prompt: "" }],
  rules: [],
  verify: [],
};

const makeTicket = (place: number): Ticket => ({
  id: `T${place}` as TicketId,
  title: `Ticket ${place}`,
  description: "Look, then finish.",
  dependsOn: [],
  contextFiles: [],
  touches: [],
  verify: [],
  models: [],
  archetype: "worker",
  weight: 1,
  startRung: 0,
});

/** W1: model, tool, model. */
function answer(duty: Duty): Report {
  if (duty.kind === "tool")
    return {
      type: "report.tool",
      ...duty.ref,
      turn: duty.turn,
      call: duty.call,
      ok: true,
      output: "seen",
      ms: 1,
      changed: [],
    };
  if (duty.kind !== "turn") throw new Error(`a bare run owes no ${duty.kind}`);
  const isFirst = duty.turn === 1;
  const call = isFirst
    ? { id: "1", tool: "look", args: "{}", class: "pure" as const }
    : { id: "2", tool: "finish", args: '{"outcome":"completed","summary":"done"}', class: "control" as const };
  const step = { ...duty.ref, turn: duty.turn, try: duty.try };
  return { type: "report.replied", ...step, text: "", calls: [call], finish: "calls", usage: zeroUsage, ms: 1 };
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Makes one decision and says what it led to. */
export type CoreRun = { readonly take: (command: Command) => readonly Recorded[]; readonly state: () => RunState };

export function createCoreRun(tickets: number): CoreRun {
  let state = initialState;
  const take = (command: Command): readonly Recorded[] => {
    const decision = decide(state, command, { at: 1_790_000_000_000, by: "engine", chance: 0.5, digest });
    if (!decision.ok) throw new Error(`refused: ${decision.rejection.code}`);
    state = decision.state;
    return decision.records;
  };
  const all = Array.from({ length: tickets }, (_, place) => makeTicket(place));
  take({ type: "run.create", run: "run_0123456789abcdef" as RunId, config, tickets: all });
  return { take, state: () => state };
}

/** The duty that an event of W1 leads to; undefined for the others. */
function toDuty(event: Event, index: number): Duty | undefined {
  if (event.type === "turn.started") {
    const ref = { ticket: event.ticket, attempt: event.attempt };
    return { key: "", kind: "turn", index, ref, turn: event.turn, try: event.try, model, notBefore: 0, reserved: null };
  }
  if (event.type !== "tool.called") return undefined;
  const ref = { ticket: event.ticket, attempt: event.attempt };
  return {
    key: "",
    kind: "tool",
    index,
    ref,
    turn: event.turn,
    call: event.call,
    tool: event.tool,
    args: event.args,
    repeat: false,
  };
}

/** Conducts all tickets; duties are answered in the order in which they come up. Returns the number of events. */
export function conductAll(run: CoreRun): number {
  const queue: Duty[] = duties(run.state());
  let events = 0;
  for (let place = 0; place < queue.length; place += 1) {
    const duty = queue[place];
    if (duty === undefined) break;
    for (const { event } of run.take(answer(duty))) {
      events += 1;
      const next = toDuty(event, 0);
      if (next !== undefined) queue.push(next);
    }
  }
  if (run.state().ended?.outcome !== "completed") throw new Error("the run did not complete");
  return events;
}

const heapUsed = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

/** Processor time of this thread in ms: what others do on the machine does not count. */
const busyMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

/** Measures in this process. Memory is exact only where node was started with --expose-gc. */
export function measureCore(tickets: number): CoreFigures {
  const before = heapUsed();
  const created = busyMs();
  const run = createCoreRun(tickets);
  const started = busyMs();
  const events = conductAll(run);
  const ended = busyMs();
  const held = heapUsed() - before;
  if (run.state().seq === 0) throw new Error("nothing was recorded");
  return {
    tickets,
    events,
    usPerEvent: ((ended - started) * 1000) / events,
    createMs: started - created,
    kibPerTicket: held / 1024 / tickets,
  };
}

/** Each size in a process of its own, warmed up by the smaller workload, so that none pays for another's garbage. */
export function measureCoreApart(tickets: number): CoreFigures {
  const self = fileURLToPath(import.meta.url);
  const child = spawnSync(process.execPath, ["--expose-gc", self, "--size", String(tickets)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(child.stdout) as CoreFigures;
}

export const coreSizes = [100, 1_000, 10_000, 50_000] as const;

function main(argv: readonly string[]): void {
  const size = argv.indexOf("--size");
  if (size >= 0) {
    conductAll(createCoreRun(2_000));
    console.log(JSON.stringify(measureCore(Number(argv[size + 1]))));
    return;
  }
  const figures = coreSizes.map((tickets) => measureCoreApart(tickets));
  if (argv.includes("--json")) {
    console.log(JSON.stringify(figures));
    return;
  }
  for (const { tickets, events, usPerEvent, createMs, kibPerTicket } of figures) {
    console.log(
      `${String(tickets).padStart(6)} tickets ${String(events).padStart(7)} events ${usPerEvent.toFixed(2).padStart(7)} us/event ` +
        `create ${createMs.toFixed(0).padStart(4)} ms ${kibPerTicket.toFixed(2)} KiB/ticket`,
    );
  }
  const at = (tickets: number): number => figures.find((each) => each.tickets === tickets)?.usPerEvent ?? NaN;
  console.log(`50,000 : 1,000 = ${(at(50_000) / at(1_000)).toFixed(2)}`);
}

if (import.meta.main) main(process.argv.slice(2));
