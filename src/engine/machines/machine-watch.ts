// Which machines there are, as one conductor reckons: one that the registry has lost for a moment is not gone yet.

import type { MachineCard, MachineId } from "../../domain/machine.ts";
import type { Clock } from "../ports.ts";
import type { Crew } from "./crew.ts";
import { isUsable } from "./labels.ts";

export type MachineWatch = {
  /** Take work now, or when they have room. */
  readonly usable: () => readonly MachineCard[];
  readonly all: () => readonly MachineCard[];
  /** No machine takes work, and none is expected to. `wasAway`: some machine has had the attempt before. */
  readonly isDeserted: (wasAway: boolean) => boolean;
  readonly isGone: (id: MachineId) => boolean;
  readonly close: () => void;
};

export function createMachineWatch(options: {
  readonly crew: Pick<Crew, "machines" | "watch">;
  readonly clock: Pick<Clock, "now" | "elapsed" | "wake">;
  /** How long the registry may be without a machine that is still believed in. */
  readonly graceMs: number;
  readonly onChange: () => void;
}): MachineWatch {
  const { crew, clock, graceMs, onChange } = options;
  const began = clock.elapsed();
  /** By the monotonic clock: since when it has been missing. */
  const missing = new Map<MachineId, number>();
  const usable = (): readonly MachineCard[] => crew.machines().filter(isUsable);
  let present = new Set(crew.machines().map(({ id }) => id));
  let emptySince: number | null = usable().length === 0 ? -Infinity : null;
  const wakes = new Set<() => void>();

  const lookAgain = (): void => {
    const cancel = clock.wake(clock.now() + graceMs, () => {
      wakes.delete(cancel);
      onChange();
    });
    wakes.add(cancel);
  };
  if (emptySince !== null) lookAgain();

  const miss = (id: MachineId): number => {
    const since = missing.get(id) ?? clock.elapsed();
    if (!missing.has(id)) lookAgain();
    missing.set(id, since);
    return since;
  };

  const look = (): void => {
    const now = new Set(crew.machines().map(({ id }) => id));
    for (const id of now) missing.delete(id);
    for (const id of present) if (!now.has(id)) miss(id);
    present = now;
    if (usable().length > 0) emptySince = null;
    else if (emptySince === null) {
      emptySince = clock.elapsed();
      lookAgain();
    }
    onChange();
  };
  const stop = crew.watch(look);

  return {
    usable,
    all: () => crew.machines(),
    isDeserted: (wasAway) => {
      if (emptySince === null) return false;
      return clock.elapsed() - Math.max(emptySince, wasAway ? began : -Infinity) >= graceMs;
    },
    isGone: (id) => !present.has(id) && clock.elapsed() - miss(id) >= graceMs,
    close: () => {
      stop();
      for (const cancel of wakes) cancel();
    },
  };
}
