// What golden logs fold to: a digest of the whole state, and the few figures a person compares.

import { createHash } from "node:crypto";
import { foldAll } from "../../src/core/evolve.ts";
import type { RunState } from "../../src/core/state.ts";
import { SmallMap } from "../../src/core/small-map.ts";
import { goldenLogs, loadGoldenLog } from "./golden-logs.ts";

export type FoldedState = {
  /** sha-256 of the state's canonical JSON. */
  readonly digest: string;
  readonly seq: number;
  readonly phase: RunState["phase"];
  readonly outcome: string | null;
  readonly counts: RunState["counts"];
  readonly totals: RunState["totals"];
};

/** Samples of every event, in no story: they are read, not folded. */
const isStory = (path: string): boolean => !path.includes("every-event");

export const foldableLogs: readonly string[] = goldenLogs.filter(isStory);

/** Keys in order, maps as lists of their entries: the same state is the same text. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
    if (each instanceof Map || each instanceof SmallMap || each instanceof Set) return [...each] as unknown;
    return Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });

export function foldLog(path: string): FoldedState {
  const state = foldAll(loadGoldenLog(path));
  const { seq, phase, counts, totals, ended } = state;
  const digest = createHash("sha256").update(canonicalJson(state)).digest("hex");
  return { digest, seq, phase, outcome: ended?.outcome ?? null, counts, totals };
}

export const foldedStates = (): Readonly<Record<string, FoldedState>> => Object.fromEntries(foldableLogs.map((path) => [path, foldLog(path)]));
