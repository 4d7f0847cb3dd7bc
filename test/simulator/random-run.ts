// Plans and configurations at random. Swarm: each seed switches features and fault kinds on or off, so that rare
// combinations meet often and a long run of one kind of trouble is not drowned by the others.

import {
  defaultLimits,
  type Archetype,
  type Caps,
  type Lanes,
  type Limits,
  type Rule,
  type RunConfig,
} from "../../src/domain/config.ts";
import type { ModelId } from "../../src/domain/ids.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { makeConfig, makeTicket } from "../core/story.ts";
import type { Chance } from "./chance.ts";

const featureNames = [
  "persons",
  "edits",
  "aborts",
  "pauses",
  "modes",
  "trusts",
  "lanes",
  "attendance",
  "reopens",
  "providerFaults",
  "storms",
  "eager",
  "parking",
  "malformed",
  "bareReplies",
  "failures",
  "reds",
  "conflicts",
  "kills",
  "repeats",
  "ghosts",
  "clock",
  "runAbort",
  "raises",
] as const;
export type Features = Readonly<Record<(typeof featureNames)[number], boolean>>;

export const makeFeatures = (chance: Chance): Features =>
  Object.fromEntries(featureNames.map((name) => [name, chance.maybe(name === "persons" ? 0.8 : 0.5)])) as Features;

export type RandomRun = { readonly config: RunConfig; readonly tickets: readonly Ticket[] };

const models = ["alpha/s", "alpha/m", "beta/m", "beta/l", "gamma/x"] as ModelId[];

const someModels = (chance: Chance, least: number): ModelId[] =>
  Array.from({ length: chance.int(least, 3) }, () => chance.pick(models));

const shapes = {
  wide: () => [],
  chain: (place: number) => (place === 0 ? [] : [place - 1]),
  layered: (place: number, chance: Chance) => {
    const layer = Math.floor(place / 3) - 1;
    return layer < 0 ? [] : [0, 1, 2].filter(() => chance.maybe(0.6)).map((column) => layer * 3 + column);
  },
  diamonds: (place: number) => {
    const corner = place % 3;
    if (place === 0) return [];
    return corner === 0 ? [place - 1, place - 2] : [place - corner];
  },
  random: (place: number, chance: Chance) =>
    Array.from({ length: place }, (_, from) => from).filter(() => chance.maybe(1.5 / place)),
} satisfies Record<string, (place: number, chance: Chance) => number[]>;

function makeTickets(chance: Chance): Ticket[] {
  const shape = chance.pick(Object.values(shapes));
  const hasVerify = chance.maybe(0.3);
  return Array.from({ length: chance.int(1, 9) }, (_, place) => {
    const needs = shape(place, chance).map((from) => `T${from}`);
    return makeTicket(`T${place}: ${needs.join(" ")}`, {
      weight: chance.int(1, 4),
      models: chance.maybe(0.3) ? someModels(chance, 0) : [],
      archetype: chance.pick(["coder", "lead", "unheard-of"]),
      startRung: chance.maybe(0.1) ? 1 : 0,
      verify: hasVerify && chance.maybe(0.5) ? ["make check"] : [],
      ...(chance.maybe(0.15) ? { trust: chance.pick(["step", "ask", "auto"]) } : {}),
    });
  });
}

const archetype = (chance: Chance, name: string, tier: Archetype["tier"]): Archetype => ({
  name,
  tier,
  models: someModels(chance, 1),
  trust: chance.pick(["step", "ask", "auto", "auto"]),
  tools: ["read", "edit", "run"],
  prompt: "",
});

const makeLanes = (chance: Chance): Lanes => ({
  run: chance.int(1, 4),
  tiers: chance.maybe(0.3) ? { "3": chance.int(1, 2) } : {},
  providers: chance.maybe(0.3) ? { alpha: chance.int(1, 2), beta: 1 } : {},
});

const makeLimits = (chance: Chance): Limits => ({
  ...defaultLimits,
  attempts: chance.int(1, 4),
  turns: chance.int(2, 12),
  verifyRounds: chance.int(0, 2),
  callsPerTurn: chance.int(1, 4),
  providerTries: chance.int(1, 8),
  attemptMs: chance.maybe(0.2) ? 20_000 : 3_600_000,
  held: chance.int(1, 4),
});

const makeRules = (chance: Chance): Rule[] =>
  Array.from({ length: chance.maybe(0.4) ? chance.int(1, 3) : 0 }, (_, place): Rule => ({
    name: `rule ${place}`,
    gate: chance.pick(["spawn", "call", "result", "unknown", "question"]),
    tool: chance.pick(["*", "run", "read"]),
    decision: chance.pick(["approve", "reject", "ask"]),
  }));

const price = { input: 1_000_000, cachedRead: 100_000, cacheWrite: 1_250_000, output: 5_000_000 };

const makeCaps = (chance: Chance, share: number): Caps => ({
  ...(chance.maybe(0.6) ? { tokens: chance.int(500, 40_000 * share) } : {}),
  ...(chance.maybe(0.4) ? { costMicros: chance.int(500, 60_000 * share) } : {}),
  ...(chance.maybe(0.2) ? { turns: chance.int(1, Math.ceil(20 * share)) } : {}),
  ...(chance.maybe(0.15) ? { minutes: chance.int(1, 3) / 10 } : {}),
  ...(chance.maybe(0.2) ? { spawns: chance.int(1, Math.ceil(8 * share)) } : {}),
});

const makeBudgets = (chance: Chance): Pick<RunConfig, "budgets" | "cards"> => {
  const budgets = {
    run: { ...makeCaps(chance, 1), tokens: chance.int(1_000, 60_000) },
    ...(chance.maybe(0.4) ? { ticket: makeCaps(chance, 0.3) } : {}),
    ...(chance.maybe(0.3) ? { track: makeCaps(chance, 0.5) } : {}),
    ...(chance.maybe(0.3) ? { tiers: { "3": makeCaps(chance, 0.7) } } : {}),
  };
  return { budgets, cards: Object.fromEntries(models.map((id) => [id, { price, window: null }])) };
};

export function makeRandomRun(chance: Chance): RandomRun {
  const config = makeConfig({
    workspace: chance.pick(["none", "git"]),
    mode: chance.maybe(0.2) ? "linear" : "async",
    attended: chance.maybe(0.8),
    ...(chance.maybe(0.3) ? { trust: chance.pick(["step", "ask", "auto"]) } : {}),
    lanes: makeLanes(chance),
    limits: makeLimits(chance),
    archetypes: [archetype(chance, "coder", 3), archetype(chance, "lead", 2)],
    rules: makeRules(chance),
    verify: chance.maybe(0.5) ? ["npm test"] : [],
  });
  const tickets = makeTickets(chance);
  if (!chance.maybe(0.4)) return { config, tickets };
  const limits = { ...config.limits, maxOutputTokens: chance.int(50, 800) };
  return {
    config: { ...config, limits, ...makeBudgets(chance) },
    tickets: tickets.map((ticket) =>
      chance.maybe(0.7) ? { ...ticket, track: chance.pick(["core", "shop"]) } : ticket,
    ),
  };
}
