// The duties being fulfilled right now, each with the means to cancel it.
// C2: at most one live duty per key, and per attempt. C3: a duty's report is submitted before the duty is forgotten.

import { refOf, type Duty } from "../core/duties.ts";
import type { Report } from "../domain/command.ts";
import { attemptKey, type AttemptRef } from "../domain/ids.ts";

type Live = {
  readonly duty: Duty;
  readonly controller: AbortController;
  /** Its work is done and only its report is on the way: there is nothing left to cancel. */
  isReporting: boolean;
};

export type LiveDuties = {
  readonly count: () => number;
  readonly has: (key: string) => boolean;
  /** A step of this attempt is live, perhaps one that was cancelled and has not ended yet. */
  readonly isBusy: (ref: AttemptRef | null) => boolean;
  readonly begin: (duty: Duty) => void;
  /** Cancels what is not among `owed`. */
  readonly abortSurplus: (owed: ReadonlySet<string>) => void;
  readonly abortAll: () => void;
};

export type LiveDutiesOptions = {
  readonly run: (duty: Duty, signal: AbortSignal) => Promise<Report | undefined>;
  readonly submit: (report: Report) => Promise<unknown>;
  readonly onEnd: () => void;
  /** A throw that no rule foresees. */
  readonly onBug: (error: unknown) => void;
};

export function createLiveDuties({ run, submit, onEnd, onBug }: LiveDutiesOptions): LiveDuties {
  const live = new Map<string, Live>();
  const busy = new Map<string, number>();

  const count = (ref: AttemptRef | null, by: 1 | -1): void => {
    if (ref === null) return;
    const key = attemptKey(ref);
    const left = (busy.get(key) ?? 0) + by;
    if (left > 0) busy.set(key, left);
    else busy.delete(key);
  };

  const fulfil = async (entry: Live): Promise<void> => {
    const report = await run(entry.duty, entry.controller.signal);
    entry.isReporting = true;
    if (report !== undefined) await submit(report);
  };

  const abortAll = (): void => {
    for (const { controller } of live.values()) controller.abort();
  };

  return {
    count: () => live.size,
    has: (key) => live.has(key),
    isBusy: (ref) => ref !== null && busy.has(attemptKey(ref)),
    begin: (duty) => {
      const entry: Live = { duty, controller: new AbortController(), isReporting: false };
      live.set(duty.key, entry);
      count(refOf(duty), 1);
      void fulfil(entry)
        .catch(onBug)
        .finally(() => {
          live.delete(duty.key);
          count(refOf(duty), -1);
          onEnd();
        });
    },
    abortSurplus: (owed) => {
      for (const [key, each] of live) if (!each.isReporting && !owed.has(key)) each.controller.abort();
    },
    abortAll,
  };
}
