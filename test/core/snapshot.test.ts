// A state goes through text and is the same state, wherever in a run it is taken.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evolve, foldAll } from "../../src/core/evolve.ts";
import { flattenQueue, makeQueue, pop, push, type ReadyQueue } from "../../src/core/ready-queue.ts";
import { fromSnapshotText, toSnapshotText } from "../../src/core/snapshot.ts";
import { initialState, type RunState } from "../../src/core/state.ts";
import { canonicalJson } from "../golden/fold-golden.ts";
import { modes, simulate } from "../simulator/simulate.ts";

const restored = (state: RunState): RunState => fromSnapshotText(toSnapshotText(state));

describe("snapshot of a state", () => {
  // In parts, so that a busy machine has time for each.
  it.each([1, 21, 41, 61, 81])("LOG9 is the same state at every cut of simulated runs %i and the next 19", (first) => {
    for (let seed = first; seed < first + 20; seed += 1) {
      let state = initialState;
      for (const recorded of simulate(seed, modes[seed % 2] ?? "safety").log) {
        state = evolve(state, recorded);
        if (canonicalJson(restored(state)) !== canonicalJson(state))
          expect.fail(`seed ${seed}, record ${recorded.seq}: not the same state`);
      }
    }
  });

  it("LOG9 folding on from it, at every cut, ends where folding everything ends", () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      const { log } = simulate(seed, "safety");
      const whole = canonicalJson(foldAll(log));
      for (let cut = 0; cut <= log.length; cut += 1) {
        const resumed = foldAll(log.slice(cut), restored(foldAll(log.slice(0, cut))));
        if (canonicalJson(resumed) !== whole) expect.fail(`seed ${seed}, cut after record ${cut}: another end`);
      }
    }
  });
});

describe("ready queue as a list", () => {
  it("LOG9 keeps every queue's shape", () => {
    const steps = fc.array(fc.option(fc.record({ index: fc.nat(99), rank: fc.nat(9) })), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (wishes) => {
        let queue: ReadyQueue = null;
        for (const wish of wishes) queue = wish === null ? pop(queue) : push(queue, wish.index, wish.rank);
        expect(makeQueue(flattenQueue(queue))).toEqual(queue);
      }),
    );
  });

  it("LOG9 goes through for 50,000 tickets one below the other", () => {
    let queue: ReadyQueue = null;
    for (let index = 50_000; index > 0; index -= 1) queue = push(queue, index, index);
    const flat = flattenQueue(queue);
    expect(flat).toHaveLength(150_000);
    expect(flattenQueue(makeQueue(flat))).toEqual(flat);
  });
});
