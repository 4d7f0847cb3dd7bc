// kill -9 after every record of a deliberation: whoever takes it over comes to the same end and pays for no call twice.

import { describe, expect, it } from "vitest";
import { createBriefs } from "../../src/adapters/context/briefs.ts";
import type { Recorded } from "../../src/domain/event.ts";
import { adoptRun } from "../../src/engine/open-run.ts";
import type { EventLog, Models } from "../../src/engine/ports.ts";
import { makePorts } from "../support/conducted.ts";
import {
  agreeing,
  deliberating,
  dissenting,
  done,
  drive,
  makeDeliberation,
  planOf,
  says,
  tryingPatches,
  vote,
  write,
  type Table,
} from "../support/deliberating.ts";

const cutShort: Table = {
  config: makeDeliberation({ timeoutMs: 5_000, graceMs: 1_000 }),
  consults: {
    "deliberate:ALPHA": [
      says({ entries: [write("solutions", "a")] }, { delayMs: 1_000 }),
      says({}, { delayMs: 20_000 }),
    ],
    "deliberate:BETA": [
      says({ entries: [write("solutions", "b")] }, { delayMs: 2_000 }),
      says({}, { delayMs: 20_000 }),
    ],
    "synthesise:GAMMA": [{ answer: { key: "plan", text: "What there is." }, delayMs: 500 }],
  },
};

const withPatches: Table = {
  stage: tryingPatches,
  consults: {
    "deliberate:ALPHA": [
      says({ entries: [write("synthesis", "plan", 0, { patch: "red" })], votes: [vote("plan", 1)] }),
      says({}),
      says({ entries: [write("synthesis", "plan", 1, { patch: "green" })], votes: [vote("plan", 2)] }),
      done,
    ],
    "deliberate:BETA": [
      says({}),
      says({ votes: [vote("plan", 1)] }),
      says({}),
      says({ status: "done", votes: [vote("plan", 2)] }),
    ],
    "mediate:GAMMA": [done],
  },
};

const planning: Table = {
  isPlanning: true,
  consults: {
    "deliberate:ALPHA": [
      says({ entries: [write("solutions", "a", 0, { plan: planOf("core", "A", "B:A") })] }),
      says({
        entries: [write("synthesis", "plan", 0, { plan: planOf("core", "A", "B:A") })],
        votes: [vote("plan", 1)],
      }),
      done,
    ],
    "deliberate:BETA#1": [
      says({ entries: [write("solutions", "b", 0, { plan: planOf("all", "A:B", "B:A") })] }),
      says({ entries: [write("solutions", "b", 0, { plan: planOf("all", "A") })] }),
    ],
    "deliberate:BETA#2": [says({})],
    "deliberate:BETA#3": [says({ status: "done", votes: [vote("plan", 1)] })],
  },
};

const planningApart: Table = {
  isPlanning: true,
  consults: {
    "deliberate:ALPHA": [says({ entries: [write("solutions", "a", 0, { plan: planOf("core", "A") })] }), done],
    "deliberate:BETA": [says({ entries: [write("solutions", "b", 0, { plan: planOf("all", "B") })] }), done],
    "mediate:GAMMA": [done],
    tracks: [{ answer: { tracks: planOf("own")["tracks"] } }],
    "tickets:own": [{ answer: { tickets: [{ id: "O1", description: "Do it." }] } }],
  },
};

type Counted = {
  readonly models: (models: Models) => Models;
  readonly begun: () => number;
  /** Calls that were made once more. */
  readonly again: () => number;
};

function counting(): Counted {
  const made: string[] = [];
  return {
    begun: () => made.length,
    again: () => made.length - new Set(made).size,
    models: (models) => ({
      ...models,
      call: (request, hooks) => {
        made.push(JSON.stringify(request.step));
        return models.call(request, hooks);
      },
    }),
  };
}

/** The process dies as soon as `most` records are on disk: nothing it decides after that is ever written. */
const dyingAfter =
  (most: number, died: () => void) =>
  (log: EventLog): EventLog => {
    let written = 0;
    let isDead = false;
    return {
      ...log,
      append: async (batch) => {
        if (isDead) return new Promise<never>(() => {});
        const appended = await log.append(batch);
        written += batch.records.length;
        if (written < most) return appended;
        isDead = true;
        died();
        return new Promise<never>(() => {});
      },
    };
  };

type Whole = { readonly records: readonly Recorded[]; readonly again: number };
/** `made`: records of the run's making, which are written as one. */
type Undisturbed = Whole & { readonly made: number };

async function undisturbed(table: Table): Promise<Undisturbed> {
  const count = counting();
  const run = await deliberating({ ...table, models: count.models });
  const made = run.conductor.state().seq;
  await run.drive();
  return { records: [...run.ports.log.read()], again: count.again(), made };
}

/** Conducted by one process until `most` records are written, then by another to the end. */
async function killedAfter(table: Table, most: number): Promise<Whole & { readonly lostCalls: number }> {
  const count = counting();
  const death = Promise.withResolvers<void>();
  const log = dyingAfter(most, death.resolve);
  const run = await deliberating({ ...table, models: count.models, stage: { ...table.stage, log } });
  void drive(run.conductor, run.clock, death.promise);
  await death.promise;
  run.store.abandon(run.run);
  const opened = await run.store.open(run.run);
  if (!("log" in opened)) throw new Error("the run was abandoned");
  // Paid for, and nobody has their answer.
  const lostCalls = count.begun() - countOf(opened.log.read(), "consult.replied");
  const ports = makePorts({ ...table.stage, models: run.ports.models, briefs: createBriefs() }, opened, run.clock);
  const { conductor } = await adoptRun(ports, "the next process");
  await drive(conductor, run.clock);
  return { records: [...opened.log.read()], again: count.again(), lostCalls };
}

const countOf = (records: Iterable<Recorded>, type: string): number =>
  [...records].filter(({ event }) => event.type === type).length;
const endOf = (records: readonly Recorded[]): unknown =>
  records.flatMap(({ event }) =>
    event.type === "deliberation.ended" ? [[event.outcome, event.agreed, event.accepted]] : [],
  );

const once = [
  "deliberation.evidence_checked",
  "deliberation.opened",
  "deliberation.mediated",
  "deliberation.aborting",
  "deliberation.synthesised",
  "deliberation.handed_off",
  "deliberation.measured",
  "deliberation.ended",
  "plan.tracked",
  "plan.added",
  "plan.accepted",
  "run.ended",
];

describe.each([
  ["that agrees", { consults: agreeing }],
  ["with dissent", dissenting],
  ["that is cut short", cutShort],
  ["whose patches are tried", withPatches],
  ["that makes a plan", planning],
  ["that leaves a plan to the tiers", planningApart],
] satisfies [string, Table][])("a deliberation %s, killed after every record", (_, table) => {
  it("CYC5 PDEL5 ends as it would have, with each step once, and no call is made twice but those under way", async () => {
    const whole = await undisturbed(table);
    expect(whole.again).toBe(0);
    expect(countOf(whole.records, "run.ended")).toBe(1);
    for (let most = whole.made + 1; most < whole.records.length; most += 1) {
      const { records, again, lostCalls } = await killedAfter(table, most);
      const where = `killed after record ${most}: ${whole.records[most - 1]?.event.type}`;
      expect(endOf(records), where).toEqual(endOf(whole.records));
      for (const type of once) expect(countOf(records, type), `${where}: ${type}`).toBe(countOf(whole.records, type));
      expect(countOf(records, "consult.replied"), where).toBe(countOf(whole.records, "consult.replied"));
      expect(again, where).toBeLessThanOrEqual(lostCalls);
    }
  });
});
