// A clock that only moves when it is told to, for worlds with many alarms; and the processes of such a world, which die,
// freeze and thaw.

import type { RunId } from "../../src/domain/ids.ts";
import type { Clock } from "../../src/engine/ports.ts";

type Alarm = { readonly at: number; readonly ring: () => void; isCancelled: boolean };

export type QuickClock = Clock & {
  /** Rings the next alarm; false where there is none. */
  readonly step: () => boolean;
};

export function createQuickClock(chance: () => number, start = 1_764_000_000_000): QuickClock {
  let now = start;
  let made = 0;
  /** The latest first. */
  const alarms: Alarm[] = [];
  const wake: Clock["wake"] = (at, ring) => {
    const alarm: Alarm = { at: Math.max(at, now), ring, isCancelled: false };
    let [low, high] = [0, alarms.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((alarms[middle]?.at ?? 0) > alarm.at) low = middle + 1;
      else high = middle;
    }
    alarms.splice(low, 0, alarm);
    return () => {
      alarm.isCancelled = true;
    };
  };
  return {
    now: () => now,
    elapsed: () => now - start,
    chance,
    newRunId: () => `run_${String((made += 1)).padStart(16, "0")}` as RunId,
    wake,
    step: () => {
      for (let alarm = alarms.pop(); alarm !== undefined; alarm = alarms.pop()) {
        if (alarm.isCancelled) continue;
        now = alarm.at;
        alarm.ring();
        return true;
      }
      return false;
    },
  };
}

export type Standing = "up" | "frozen" | "cut" | "dead";

/** One process of the world: what it does happens through its own clock, and stops with it. */
export class Process {
  readonly name: string;
  readonly clock: Clock;
  standing: Standing = "up";
  /** Epoch ms. */
  downSince = 0;
  readonly #world: Clock;
  readonly #held: (() => void)[] = [];
  readonly #cutOff: (() => void)[] = [];

  constructor(name: string, world: Clock) {
    this.name = name;
    this.#world = world;
    this.clock = { ...world, wake: (at, ring) => this.#wake(at, ring) };
  }

  #wake(at: number, ring: () => void): () => void {
    let isCancelled = false;
    const cancel = this.#world.wake(at, () => this.act(() => !isCancelled && ring()));
    return () => {
      isCancelled = true;
      cancel();
    };
  }

  /** Now, or when it thaws; never once it is dead. */
  act(what: () => unknown): void {
    if (this.standing === "frozen") this.#held.push(() => what());
    else if (this.standing !== "dead") what();
  }

  /** As `act`, and not before the network is back. */
  reach(what: () => unknown): void {
    if (this.standing === "cut") this.#cutOff.push(() => what());
    else this.act(what);
  }

  become(standing: Standing): void {
    if (this.standing === "dead" || this.standing === standing) return;
    if (this.standing === "up") this.downSince = this.#world.now();
    this.standing = standing;
    if (standing !== "up") return;
    for (const what of [...this.#held.splice(0), ...this.#cutOff.splice(0)]) this.act(what);
  }
}
