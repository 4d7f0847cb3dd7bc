// What an event costs does not grow with the plan: counted in cells written and read, not timed.

import { describe, expect, it } from "vitest";
import { conductAll, createCoreRun, type CoreRun } from "../../bench/core.ts";
import { SmallMap } from "../../src/core/small-map.ts";
import { decide } from "../../src/core/decide.ts";
import type { RunState } from "../../src/core/state.ts";
import type { Command } from "../../src/domain/command.ts";
import type { Recorded } from "../../src/domain/event.ts";
import { digest, start } from "../support/given.ts";

const [small, large] = [1_000, 50_000];

/** Cells of objects, arrays and maps reachable from `value` that were not reachable from anything counted before. */
function countFresh(value: unknown, known: WeakSet<object>): number {
  let cells = 0;
  const open = [value];
  for (let next = open.pop(); open.length > 0 || next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null || known.has(next)) continue;
    known.add(next);
    const inside = next instanceof Map ? [...next.values()] : Object.values(next);
    cells += inside.length;
    for (const each of inside) if (typeof each === "object" && each !== null) open.push(each);
  }
  return cells;
}

/** The greatest number of cells that one decision of `steps` writes anew, and how often plan-sized lists are read. */
function measure(tickets: number, steps: number): { readonly written: number; readonly read: number } {
  const run = createCoreRun(tickets);
  const known = new WeakSet<object>();
  countFresh(run.state(), known);
  let written = 0;
  let reads = 0;
  const counting = <T extends object>(list: T): T =>
    new Proxy(list, {
      get: (target, key) => {
        reads += 1;
        return Reflect.get(target, key) as unknown;
      },
    });
  const watched = (state: RunState): RunState => {
    const { tickets: all, dependents, rank, indexOf } = state.graph;
    return {
      ...state,
      graph: { indexOf, tickets: counting(all), dependents: counting(dependents), rank: counting(rank) },
    };
  };
  let state = watched(run.state());
  const take = (command: Command): readonly Recorded[] => {
    if (steps < events) throw new Enough();
    const decision = decide(state, command, { at: start, by: "engine", chance: 0.5, digest });
    if (!decision.ok) throw new Error(decision.rejection.code);
    state = decision.state;
    events += decision.records.length;
    written = Math.max(written, countFresh({ ...state, graph: null }, known));
    return decision.records;
  };
  let events = 0;
  const stepwise: CoreRun = { take, state: () => state };
  try {
    conductAll(stepwise);
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return { written, read: reads };
}

class Enough extends Error {}

describe("cost per event", () => {
  it("RUN13 at 50,000 tickets an event reads the plan as often as at 1,000, and writes as much but for the chunks' own list", () => {
    const [few, many] = [measure(small, 400), measure(large, 400)];
    expect(many.read).toBe(few.read);
    // A changed ticket is a fresh list of chunks; a decision changes two tickets: one ends, one starts. The queue of
    // ready tickets adds the logarithm of its length.
    const chunkLists = 2 * Math.ceil((large - small) / 256);
    expect(many.written).toBeLessThanOrEqual(few.written + chunkLists + 6 * Math.log2(large));
  });

  it("RUN13 in flight, a map is copied by its few entries and shares its keys where only a value changes", () => {
    const run = createCoreRun(100);
    const { attempts } = run.state();
    expect(attempts).toBeInstanceOf(SmallMap);
    expect(attempts.size).toBe(32);
    const [attempt] = attempts.values();
    if (attempt === undefined) throw new Error("nothing runs");
    const { ticket, attempt: number } = attempt;
    run.take({
      type: "report.turn_failed",
      ticket,
      attempt: number,
      turn: 1,
      try: 1,
      code: "network",
      detail: "",
      usage: attempt.usage,
      ms: 0,
    });
    const after = run.state().attempts;
    expect(after).not.toBe(attempts);
    expect(after instanceof SmallMap && attempts instanceof SmallMap && after.keyList === attempts.keyList).toBe(true);
  });
});
