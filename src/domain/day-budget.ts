// What the runs of one day use, all together.

import type { Reservation } from "./event.ts";

export type DayCall = {
  /** Of the run and its step: the same call asked again takes its own place. */
  readonly key: string;
  /** `2026-11-21`, UTC. */
  readonly day: string;
  readonly reserved: Reservation;
  readonly isStart: boolean;
  readonly isTurn: boolean;
};

export type DaySpent = {
  readonly spent: { readonly tokens: number; readonly costMicros: number };
  /** Of calls that have not ended, whichever process makes them; one that died counts here until its day is over. */
  readonly held: { readonly tokens: number; readonly costMicros: number };
  readonly ms: number;
  readonly turns: number;
  readonly spawns: number;
};
