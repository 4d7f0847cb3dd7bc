// The state at any record, and what is told of records on the way.

import { describe, expect, it } from "vitest";
import { createSystemClock } from "../../src/adapters/clock.ts";
import { foldAll } from "../../src/core/evolve.ts";
import { snapshotFormat, toSnapshotText } from "../../src/core/snapshot.ts";
import type { RunState } from "../../src/core/state.ts";
import type { Recorded } from "../../src/domain/event.ts";
import { createPast } from "../../src/engine/past.ts";
import { simulate } from "../simulator/simulate.ts";

const logOf = (records: readonly Recorded[]) => ({ read: (after = 0) => records.slice(after) });

describe("a run's past", () => {
  it("STREAM8 is at every record what the records up to it fold to, in any order of asking, however few states are kept", async () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const { log } = simulate(seed, "safety");
      const end = foldAll(log);
      const past = createPast({
        log: logOf(log),
        clock: createSystemClock(),
        state: () => end,
        spacing: 7,
        mostKept: 4,
      });
      const places = log.map(({ seq }) => seq).toSorted((a, b) => ((a * 31) % 17) - ((b * 31) % 17));
      for (const seq of [0, ...places]) {
        const text = toSnapshotText(foldAll(log.slice(0, seq)));
        const at = await past.snapshotAt(seq);
        if (at?.text !== text) expect.fail(`seed ${seed}, record ${seq}: another state`);
        expect(at).toMatchObject({ seq, format: snapshotFormat });
      }
      expect(await past.stateAt(log.length + 1)).toBeUndefined();
    }
  });

  it("STREAM8 walks the log once however many ask, goes on with what comes, and tells of every record once", async () => {
    const { log } = simulate(3, "safety");
    let state: RunState = foldAll(log.slice(0, 40));
    const told: number[] = [];
    const past = createPast({
      log: logOf(log),
      clock: createSystemClock(),
      state: () => state,
      onRecord: ({ seq }) => void told.push(seq),
    });
    await Promise.all([past.stateAt(40), past.walked(), past.stateAt(3), past.walked()]);
    expect(told).toEqual(log.slice(0, 40).map(({ seq }) => seq));
    expect(past.latest().seq).toBe(40);
    expect(past.latest()).toBe(past.latest());
    state = foldAll(log);
    await past.walked();
    expect(told).toEqual(log.map(({ seq }) => seq));
    expect(past.latest().seq).toBe(log.length);
  });
});
