// When listeners of the page's stores are told: in frames that all of them share.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createBusOn, createPulse, type Bus, type Pulse } from "../../src/web/state/telling.ts";

const frameMs = 1_000 / 60;
/** What was put off for an urgent frame comes with the first frame after this. */
const latestGap = 80 + 2 * (1_000 / 60);
let drawn: { readonly frame: number; readonly run: () => void }[] = [];
let count = 0;
let isHidden = false;
let frameCostMs = 0;
let pulse: Pulse;

const createBus = (ms = 0): Bus => createBusOn(pulse, { ms, before: () => {} });

/** Frames of a screen, 60 a second; none while the page is hidden. */
function stepFrames(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() + frameMs <= until) {
    vi.advanceTimersByTime(frameMs);
    if (isHidden) continue;
    const now = drawn;
    drawn = [];
    for (const { run } of now) run();
  }
}

describe("telling of changes", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    drawn = [];
    isHidden = false;
    frameCostMs = 0;
    pulse = createPulse({
      request: (run) => {
        count += 1;
        drawn.push({ frame: count, run });
        return count;
      },
      drawn: (then) => {
        vi.advanceTimersByTime(frameCostMs);
        then();
      },
      cancel: (frame) => {
        drawn = drawn.filter((each) => each.frame !== frame);
      },
    });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const timesOf = (bus: Bus): number[] => {
    const times: number[] = [];
    bus.subscribe(() => times.push(performance.now()));
    return times;
  };

  it("PAGE41 a change that comes alone is told with the next frame, once", () => {
    const bus = createBus();
    const times = timesOf(bus);
    const begun = performance.now();
    bus.mark();
    bus.mark();
    stepFrames(100);
    expect(times).toHaveLength(1);
    expect((times[0] ?? 0) - begun).toBeLessThan(frameMs + 1);
  });

  it("PAGE41 the second change after a rest does not wait for the first, however much frames cost; the third does", () => {
    const bus = createBus();
    frameCostMs = 30;
    for (let time = 0; time < 20; time += 1) {
      bus.mark();
      stepFrames(100);
    }
    stepFrames(200);
    const times = timesOf(bus);
    const begun = performance.now();
    frameCostMs = 0;
    for (let time = 0; time < 3; time += 1) {
      bus.mark();
      while (times.length === time) stepFrames(frameMs + 0.001);
    }
    const [first = 0, second = 0, third = 0] = times;
    expect(second - begun).toBeLessThan(3 * frameMs);
    expect(first).toBeLessThan(second);
    expect(third - second).toBeGreaterThan(2 * frameMs - 1);
  });

  it("PAGE41 changes that never end are told thirty times a second, those of all stores in the same frames", () => {
    const buses = [createBus(), createBus(33), createBus()];
    const times = buses.map(timesOf);
    for (let place = 0; place < 300; place += 1) {
      buses[place % buses.length]?.mark();
      stepFrames(frameMs + 0.001);
    }
    const perSecond = times.map((own) => own.length / ((300 * frameMs) / 1_000));
    for (const rate of perSecond) expect(rate).toBeGreaterThan(15);
    const frames = new Set(times.flat());
    // After the one that a page at rest has saved up.
    const later = [...frames].toSorted((a, b) => a - b).slice(1);
    const gaps = later.map((at, place) => at - (later[place - 1] ?? -Infinity));
    expect(Math.min(...gaps)).toBeGreaterThan(2 * frameMs - 1);
    expect(frames.size / ((300 * frameMs) / 1_000)).toBeGreaterThan(25);
  });

  it("PAGE41 frames that cost much lie further apart, down to sixteen a second, and come back when they cost little", () => {
    const bus = createBus();
    const rateAt = (costMs: number): number => {
      frameCostMs = costMs;
      const times = timesOf(bus);
      const begun = performance.now();
      while (performance.now() - begun < 5_000) {
        bus.mark();
        stepFrames(frameMs + 0.001);
      }
      return times.length / ((performance.now() - begun) / 1_000);
    };
    expect(rateAt(2)).toBeGreaterThan(25);
    const middle = rateAt(12);
    expect(middle).toBeGreaterThan(15);
    expect(middle).toBeLessThan(23);
    expect(rateAt(40)).toBeGreaterThan(11);
    expect(rateAt(2)).toBeGreaterThan(24);
  });

  it("PAGE41 what is urgent does not wait for its turn, and takes no more frames than there were", () => {
    const bus = createBus();
    frameCostMs = 10;
    const waits: number[] = [];
    let told = 0;
    let urgentAt: number | null = null;
    let last = 0;
    const gaps: number[] = [];
    bus.subscribe(() => {
      const now = performance.now();
      if (urgentAt !== null) waits.push(now - urgentAt);
      gaps.push(now - last);
      last = now;
      urgentAt = null;
      told += 1;
    });
    const begun = performance.now();
    for (let step = 0; performance.now() - begun < 5_000; step += 1) {
      const isUrgent = step % 9 === 0;
      if (isUrgent) urgentAt ??= performance.now();
      bus.mark(isUrgent);
      stepFrames(frameMs + 0.001);
    }
    const seconds = (performance.now() - begun) / 1_000;
    expect(told / seconds).toBeLessThan(26);
    expect(Math.max(...gaps.slice(2))).toBeLessThan(latestGap);
    const sorted = waits.toSorted((a, b) => a - b);
    expect(waits.length).toBeGreaterThan(15);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(frameMs + 1);
  });

  it("PAGE41 a slow one is told four times a second", () => {
    const bus = createBus(250);
    const times = timesOf(bus);
    for (let place = 0; place < 120; place += 1) {
      bus.mark();
      stepFrames(frameMs + 0.001);
    }
    expect(times.length).toBeGreaterThanOrEqual(7);
    expect(times.length).toBeLessThanOrEqual(9);
  });

  it("PAGE41 a page that is hidden, also between a change and its frame, is told all the same", () => {
    const bus = createBus();
    const times = timesOf(bus);
    bus.mark();
    isHidden = true;
    stepFrames(400);
    expect(times).toHaveLength(1);
    bus.mark();
    stepFrames(400);
    expect(times).toHaveLength(2);
    isHidden = false;
    stepFrames(100);
    expect(times).toHaveLength(2);
  });
});
