// One try of a plan: how long each ticket works and what it uses, by chance with a given seed.

import type { Estimate } from "./measure.ts";
import type { Times } from "./list-schedule.ts";
import { normalAt } from "./quantiles.ts";
import type { WorkerModel } from "./worker-model.ts";

export const tokenClasses = ["input", "cachedRead", "cacheWrite", "output", "reasoning"] as const;
export type TokenClass = (typeof tokenClasses)[number];

export type Crew = {
  readonly workers: readonly WorkerModel[];
  /** By ticket, the worker of its first attempt, its second, and so on. */
  readonly ladders: readonly (readonly number[])[];
  readonly weights: readonly number[];
  /** By ticket: others are likely under way when it comes to be merged, so that it may conflict. */
  readonly beside: readonly boolean[];
  readonly merges: boolean;
};

export type Tally = {
  readonly attempts: number;
  readonly tokens: Readonly<Record<TokenClass, number>>;
  readonly costMicros: number | null;
};

export type Tried = {
  /** Beside each other: a ticket may have to be done again because of what was merged meanwhile. */
  readonly times: Times;
  readonly parallel: Tally;
  readonly linear: Tally;
  readonly linearMs: number;
};

export type Chance = {
  readonly seed: number;
  /** How the project as a whole turns out, as a standard normal value: above 0 slower and dearer than is likely. */
  readonly fortune: number;
};

type Sums = { attempts: number; costMicros: number; tokens: Record<TokenClass, number> };

const noSums = (): Sums => ({
  attempts: 0,
  costMicros: 0,
  tokens: { input: 0, cachedRead: 0, cacheWrite: 0, output: 0, reasoning: 0 },
});

/** A ticket's chance depends on nothing but the try and its place: another number of lanes meets the same luck. */
export function tryOut(crew: Crew, { seed, fortune }: Chance): Tried {
  const { ladders, weights, beside, merges } = crew;
  const fates = crew.workers.map((worker) => fateOf(worker, fortune));
  const times = { work: new Float64Array(ladders.length), merge: new Float64Array(ladders.length) };
  const linear = noSums();
  const again = noSums();
  let linearMs = 0;
  ladders.forEach((ladder, ticket) => {
    const roll = makeDice(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(ticket + 1, 0x85ebca6b));
    const weight = weights[ticket] ?? 1;
    let ms = 0;
    for (let place = 0; ; place += 1) {
      const fate = fates[ladder[place] ?? 0];
      if (fate === undefined) break;
      ms += attempt(fate, linear, normalOf(roll()), weight);
      const luck = roll();
      if (luck < fate.failed && place + 1 < ladder.length) continue;
      times.merge[ticket] = merges ? amount(fate.worker.figures.mergeMs, fortune, normalOf(roll())) : 0;
      linearMs += ms + (times.merge[ticket] ?? 0);
      if (merges && beside[ticket] === true && luck >= 1 - fate.worker.conflicts)
        ms += attempt(fate, again, normalOf(roll()), weight);
      break;
    }
    times.work[ticket] = ms;
  });
  const isPriced = crew.workers.every(({ price }) => price.by !== "nothing");
  const parallel = addSums(linear, again);
  return { times, linearMs, linear: tallyOf(linear, isPriced), parallel: tallyOf(parallel, isPriced) };
}

type Fate = { readonly worker: WorkerModel; readonly fortune: number; readonly failed: number };

const fateOf = (worker: WorkerModel, fortune: number): Fate => ({
  worker,
  fortune,
  failed: Math.min(0.9, Math.max(0.005, worker.failed + fortune * worker.doubt)),
});

/** In a long attempt everything is more: time and all tokens rise and fall together. Gives the time. */
function attempt({ worker, fortune }: Fate, sums: Sums, luck: number, weight: number): number {
  const { figures, price } = worker;
  sums.attempts += 1;
  if (price.by === "past") sums.costMicros += amount(price.costMicros, fortune, luck) * weight;
  for (const each of tokenClasses) {
    const tokens = amount(figures[each], fortune, luck) * weight;
    sums.tokens[each] += tokens;
    if (price.by === "card")
      sums.costMicros += (tokens * price.card[each === "reasoning" ? "output" : each]) / 1_000_000;
  }
  return amount(figures.ms, fortune, luck) * weight;
}

const amount = ({ middle, doubt, scatter }: Estimate, fortune: number, luck: number): number =>
  Math.max(0, Math.expm1(middle + doubt * fortune + scatter * luck));

const addSums = (a: Sums, b: Sums): Sums => ({
  attempts: a.attempts + b.attempts,
  costMicros: a.costMicros + b.costMicros,
  tokens: {
    input: a.tokens.input + b.tokens.input,
    cachedRead: a.tokens.cachedRead + b.tokens.cachedRead,
    cacheWrite: a.tokens.cacheWrite + b.tokens.cacheWrite,
    output: a.tokens.output + b.tokens.output,
    reasoning: a.tokens.reasoning + b.tokens.reasoning,
  },
});

const tallyOf = ({ attempts, costMicros, tokens }: Sums, isPriced: boolean): Tally => ({
  attempts,
  tokens,
  costMicros: isPriced ? costMicros : null,
});

const normals = Float64Array.from({ length: 1_024 }, (_, place) => normalAt((place + 0.5) / 1_024));
const normalOf = (share: number): number => normals[Math.floor(share * 1_024)] ?? 0;

/** Mulberry32: evenly from 0 up to 1. */
function makeDice(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
