// The system clock against its port's contract.

import { describe, expect, it } from "vitest";
import { createSystemClock } from "../../src/adapters/clock.ts";
import { isRunId } from "../../src/domain/ids.ts";

const clock = createSystemClock();
const waking = (at: number): Promise<number> => new Promise((resolve) => clock.wake(at, () => resolve(clock.now())));

describe("the system clock", () => {
  it("wakes at or after the moment, once, and never inside the call", async () => {
    let calls = 0;
    const at = clock.now() + 30;
    clock.wake(at, () => (calls += 1));
    clock.wake(clock.now() - 1_000, () => (calls += 1));
    expect(calls).toBe(0);
    expect(await waking(at)).toBeGreaterThanOrEqual(at);
    await waking(at + 5);
    expect(calls).toBe(2);
  });

  it("a cancelled wake never calls back; cancelling twice or afterwards is harmless", async () => {
    let calls = 0;
    const cancel = clock.wake(clock.now() + 5, () => (calls += 1));
    cancel();
    cancel();
    const late = clock.wake(clock.now(), () => (calls += 10));
    await waking(clock.now() + 20);
    late();
    expect(calls).toBe(10);
  });

  it("D-14 a wait longer than a timer can hold does not fire early", async () => {
    let calls = 0;
    const cancels = [2 ** 31, 2 ** 31 + 50, 2 ** 40].map((delay) =>
      clock.wake(clock.now() + delay, () => (calls += 1)),
    );
    await waking(clock.now() + 20);
    for (const cancel of cancels) cancel();
    expect(calls).toBe(0);
  });

  it("refuses a moment that is none", () => {
    for (const at of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => clock.wake(at, () => {})).toThrow(/epoch ms/);
  });

  it("elapsed never goes back, chance stays in [0, 1)", () => {
    let last = clock.elapsed();
    for (let round = 0; round < 1_000; round += 1) {
      const next = clock.elapsed();
      expect(next).toBeGreaterThanOrEqual(last);
      last = next;
      const chance = clock.chance();
      expect(chance >= 0 && chance < 1).toBe(true);
    }
  });

  it("run ids are valid, of Crockford's letters, and do not repeat", () => {
    const ids = Array.from({ length: 2_000 }, () => clock.newRunId());
    expect(new Set(ids).size).toBe(2_000);
    for (const id of ids) {
      expect(isRunId(id)).toBe(true);
      expect(id).toMatch(/^run_[0-9a-hjkmnp-tv-z]{16}$/);
    }
    const letters = new Set(ids.flatMap((id) => id.slice(4).split("")));
    expect(letters.size).toBe(32);
  });
});
