// What a plan is expected to take before it is run: time, tokens by class, money and attempts, each with its spread,
// in parallel and one ticket at a time. Tried out some hundred times on chance with a fixed seed: same plan, same answer.

import { topologicalOrder, type Graph } from "../core/graph.ts";
import { archetypeOf, ladderOf, modelAt } from "../core/ladder.ts";
import type { RunConfig } from "../domain/config.ts";
import { providerOf, type ModelId, type TicketId } from "../domain/ids.ts";
import { longestChain, makespan, type Course } from "./list-schedule.ts";
import { normalAt, spreadOf, type Spread } from "./quantiles.ts";
import { relativeWeights } from "./relative-weight.ts";
import { tryOut, tokenClasses, type Crew, type Tally, type TokenClass } from "./try-out.ts";
import { workerModel, type Ground, type WorkerModel } from "./worker-model.ts";

/** One way to go about the plan. */
export type Way = {
  readonly lanes: number;
  readonly ms: Spread;
  readonly attempts: Spread;
  /** Never summed: they have different prices. */
  readonly tokens: Readonly<Record<TokenClass, Spread>>;
  /** Null where a model's price is not known. */
  readonly costMicros: Spread | null;
};

export type Basis = {
  /** Past runs of this project, and how many of them could not be read. */
  readonly runs: number;
  readonly passedOver: number;
  readonly models: readonly {
    readonly tier: number;
    readonly model: ModelId;
    readonly ground: Ground;
    readonly attempts: number;
  }[];
  /** Models without a known price. */
  readonly unpriced: readonly ModelId[];
};

export type Forecast = {
  readonly tickets: number;
  /** The way this run goes. */
  readonly chosen: "parallel" | "linear";
  readonly parallel: Way;
  readonly linear: Way;
  /** How many times as long linear takes. */
  readonly speedUp: number;
  /** Parallel saves a time worth having. */
  readonly isWorthIt: boolean;
  /** More workers than this have nothing to do for most of the time. */
  readonly usefulLanes: number;
  readonly criticalPath: { readonly ids: readonly TicketId[]; readonly ms: Spread };
  readonly basis: Basis;
};

/** Below this, waiting for the second worker is all that parallel gives. */
const leastSpeedUp = 1.2;

/** Tries times tickets; a large plan needs fewer tries, because its chances even out. */
const work = 400_000;

/** Expects a plan with at least one ticket. */
export function forecastOf(config: RunConfig, graph: Graph): Forecast {
  const order = topologicalOrder(graph.tickets, graph.dependents);
  const crew = crewOf(config, graph, order);
  const course = courseOf(config, graph);
  const tries = Math.round(Math.min(400, Math.max(24, work / graph.tickets.length)));
  const parallel = emptyWay();
  const linear = emptyWay();
  const chains: number[] = [];
  for (let place = 0; place < tries; place += 1) {
    // One chance for the whole project, evenly spread over the tries; each ticket has its own beside it.
    const tried = tryOut(crew, { seed: place, fortune: normalAt((place + 0.5) / tries) });
    const rest = longestChain(course, order, tried.times);
    chains.push(rest.reduce((longest, each) => Math.max(longest, each), 0));
    note(parallel, tried.parallel, makespan(course, tried.times));
    note(linear, tried.linear, tried.linearMs);
  }
  const ways = { parallel: wayOf(parallel, course.lanes), linear: wayOf(linear, 1) };
  const speedUp = ways.linear.ms.likely / Math.max(1, ways.parallel.ms.likely);
  return {
    tickets: graph.tickets.length,
    chosen: config.mode === "linear" ? "linear" : "parallel",
    ...ways,
    speedUp: Math.round(speedUp * 100) / 100,
    isWorthIt: speedUp >= leastSpeedUp,
    usefulLanes: Math.max(1, Math.ceil(mean(linear.ms) / Math.max(1, mean(chains)))),
    criticalPath: { ids: likelyPath(crew, graph, order), ms: spreadOf(chains) },
    basis: basisOf(config, crew),
  };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

// ---- what does not change between two tries --------------------------------------------------------------------

function crewOf(config: RunConfig, graph: Graph, order: readonly number[]): Crew {
  const { tickets } = graph;
  const workers: WorkerModel[] = [];
  const places = new Map<string, number>();
  const placeOf = (tier: number, model: ModelId): number => {
    const key = `${tier}|${model}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    workers.push(workerModel(config, tier, model));
    places.set(key, workers.length - 1);
    return workers.length - 1;
  };
  const ladders = tickets.map((ticket) => {
    const { tier } = archetypeOf(config, ticket);
    const ladder = ladderOf(config, ticket);
    // No more than count: an eighth attempt is rarer than anything that is stated here is exact.
    return Array.from({ length: Math.min(config.limits.attempts, 8) }, (_, rung) =>
      placeOf(tier, modelAt(ladder, ticket.startRung + rung)),
    );
  });
  const weights = relativeWeights(tickets.map(({ weight }) => weight));
  const beside = config.lanes.run > 1 ? findBeside(graph, order) : tickets.map(() => false);
  return { workers, ladders, weights, beside, merges: config.workspace === "git" };
}

/** Whether a ticket shares its step of the plan with another: a first ticket that all wait for has nobody beside it. */
function findBeside({ tickets, dependents }: Graph, order: readonly number[]): readonly boolean[] {
  const steps = tickets.map(() => 0);
  for (const ticket of order) {
    for (const dependent of dependents[ticket] ?? [])
      steps[dependent] = Math.max(steps[dependent] ?? 0, (steps[ticket] ?? 0) + 1);
  }
  const counts = new Map<number, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  return steps.map((step) => (counts.get(step) ?? 0) > 1);
}

/** A ticket that climbs to another provider is still counted in the lanes of its first. */
function courseOf(config: RunConfig, graph: Graph): Course {
  const { tickets, dependents, rank } = graph;
  const limits: number[] = [];
  const limitPlaces = new Map<string, number>();
  const limitAt = (key: string, most: number): number => {
    const known = limitPlaces.get(key);
    if (known !== undefined) return known;
    limits.push(most);
    limitPlaces.set(key, limits.length - 1);
    return limits.length - 1;
  };
  const pools: { tier: number; provider: number }[] = [];
  const poolPlaces = new Map<string, number>();
  const poolOf = tickets.map((ticket) => {
    const tier = String(archetypeOf(config, ticket).tier);
    const provider = providerOf(modelAt(ladderOf(config, ticket), ticket.startRung));
    const known = poolPlaces.get(`${tier}|${provider}`);
    if (known !== undefined) return known;
    pools.push({
      tier: limitAt(`tier ${tier}`, config.lanes.tiers[tier] ?? Infinity),
      provider: limitAt(`provider ${provider}`, config.lanes.providers[provider] ?? Infinity),
    });
    poolPlaces.set(`${tier}|${provider}`, pools.length - 1);
    return pools.length - 1;
  });
  const turns: number[] = [];
  tickets
    .map((_, index) => index)
    .toSorted((a, b) => (rank[b] ?? 0) - (rank[a] ?? 0) || a - b)
    .forEach((index, turn) => {
      turns[index] = turn;
    });
  const waits = tickets.map(({ dependsOn }) => new Set(dependsOn).size);
  return { dependents, waits, turns, poolOf, pools, limits, lanes: config.lanes.run };
}

// ---- what is shown ---------------------------------------------------------------------------------------------

/** The path that is longest when every ticket takes what it is likely to take. */
function likelyPath({ workers, ladders, weights }: Crew, graph: Graph, order: readonly number[]): readonly TicketId[] {
  const likely = graph.tickets.map((_, index) => {
    const worker = workers[ladders[index]?.[0] ?? 0];
    if (worker === undefined) return 0;
    return (Math.expm1(worker.figures.ms.middle) * (weights[index] ?? 1)) / (1 - worker.failed);
  });
  const rest = longestChain(graph, order, { work: Float64Array.from(likely), merge: new Float64Array(likely.length) });
  const ids: TicketId[] = [];
  const longestOf = (places: readonly number[]): number | undefined =>
    places.reduce<number | undefined>(
      (best, place) => (best === undefined || (rest[place] ?? 0) > (rest[best] ?? 0) ? place : best),
      undefined,
    );
  let next = longestOf(order);
  while (next !== undefined) {
    const ticket = graph.tickets[next];
    if (ticket !== undefined) ids.push(ticket.id);
    next = longestOf(graph.dependents[next] ?? []);
  }
  return ids;
}

const basisOf = (config: RunConfig, { workers }: Crew): Basis => ({
  runs: config.priors?.runs ?? 0,
  passedOver: config.priors?.passedOver ?? 0,
  models: workers.map(({ tier, model, ground, attempts }) => ({ tier, model, ground, attempts })),
  unpriced: workers.filter(({ price }) => price.by === "nothing").map(({ model }) => model),
});

type Noted = {
  readonly ms: number[];
  readonly attempts: number[];
  readonly tokens: Readonly<Record<TokenClass, number[]>>;
  /** NaN: not known. */
  readonly costMicros: number[];
};

const emptyWay = (): Noted => ({
  ms: [],
  attempts: [],
  tokens: { input: [], cachedRead: [], cacheWrite: [], output: [], reasoning: [] },
  costMicros: [],
});

function note(way: Noted, tally: Tally, ms: number): void {
  way.ms.push(ms);
  way.attempts.push(tally.attempts);
  for (const each of tokenClasses) way.tokens[each].push(tally.tokens[each]);
  way.costMicros.push(tally.costMicros ?? Number.NaN);
}

const wayOf = ({ ms, attempts, tokens, costMicros }: Noted, lanes: number): Way => ({
  lanes,
  ms: spreadOf(ms),
  attempts: spreadOf(attempts),
  tokens: {
    input: spreadOf(tokens.input),
    cachedRead: spreadOf(tokens.cachedRead),
    cacheWrite: spreadOf(tokens.cacheWrite),
    output: spreadOf(tokens.output),
    reasoning: spreadOf(tokens.reasoning),
  },
  costMicros: costMicros.some(Number.isNaN) ? null : spreadOf(costMicros),
});
