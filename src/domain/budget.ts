// Whose budget a bound is, and how a person says a new one: `run usd 12.50`, `ticket T7 tokens 200000`.

import { z } from "zod";
import { capsSchema, type Budgets, type Caps, type Price } from "./config.ts";
import { didYouMean } from "./nearest-name.ts";

/** `tickets` and `tracks` bound each of them; `ticket:<id>` and `track:<id>` one alone. */
export const budgetScopeSchema = z.string().regex(/^(?:run|day|tickets|tracks|tier:[1-4]|(?:ticket|track):[^]+)$/);
export type BudgetScope = z.infer<typeof budgetScopeSchema>;

export type Raise = { readonly scope: BudgetScope; readonly caps: Caps };

/** The bounds a run is made with, by scope. */
export const capsOfBudgets = (budgets: Budgets | undefined): readonly (readonly [BudgetScope, Caps])[] => {
  const { run, ticket, track, tiers, day } = budgets ?? {};
  const named: readonly (readonly [BudgetScope, Caps | undefined])[] = [
    ["run", run],
    ["tickets", ticket],
    ["tracks", track],
    ...Object.entries(tiers ?? {}).map(([tier, caps]) => [`tier:${tier}`, caps] as const),
    ["day", day],
  ];
  return named.flatMap(([scope, caps]) =>
    caps === undefined || Object.values(caps).every((cap) => cap === undefined) ? [] : [[scope, caps] as const],
  );
};

/** Never less than what the tokens cost: a part of a millionth counts as a whole one. */
export const priceOf = (
  tokens: {
    readonly input: number;
    readonly cachedRead: number;
    readonly cacheWrite: number;
    readonly output: number;
    readonly reasoning: number;
  },
  price: Price,
): number => {
  const total =
    tokens.input * price.input +
    tokens.cachedRead * price.cachedRead +
    tokens.cacheWrite * price.cacheWrite +
    (tokens.output + tokens.reasoning) * price.output;
  return Math.ceil(Number((total / 1_000_000).toFixed(6)));
};

/** Exact to the millionth, at least to the cent: `$0.42`, `$0.421337`. */
export const inUsd = (micros: number): string => {
  const dollars = (micros / 1_000_000).toFixed(6);
  return `$${dollars.replace(/0{1,4}$/, "")}`;
};

export const capNames = ["usd", "tokens", "turns", "minutes", "spawns"] as const;
export type CapName = (typeof capNames)[number];

const largest = 1e12;

/** A bound as a person says it. Money in dollars; undefined where it is no sensible number. */
export function readCap(name: CapName, text: string): Caps | undefined {
  const value = Number(text.trim().replace(/^\$/, ""));
  if (!/^\$?\d/.test(text.trim()) || !Number.isFinite(value) || value < 0 || value > largest) return undefined;
  if (name === "usd") return { costMicros: Math.round(value * 1_000_000) };
  if (name === "minutes") return { minutes: value };
  return Number.isSafeInteger(value) ? { [name]: value } : undefined;
}

export type ReadRaises =
  | { readonly ok: true; readonly raises: readonly Raise[] }
  | { readonly ok: false; readonly problem: string };

const example = "write for example: run usd 12.50, ticket T7 tokens 200000, tier 3 turns 400";

/** New bounds, separated by commas or lines: a scope, what is bounded, and the number; or the same as JSON. */
export function readRaises(text: string): ReadRaises {
  if (text.trimStart().startsWith("{")) return readJson(text);
  const raises: Raise[] = [];
  for (const part of text.split(/[,\n]/).map((each) => each.trim())) {
    if (part === "") continue;
    const read = readOne(part);
    if (typeof read === "string") return { ok: false, problem: read };
    raises.push(read);
  }
  return raises.length === 0 ? { ok: false, problem: `no new bound is named; ${example}` } : { ok: true, raises };
}

export type ReadBudgets =
  | { readonly ok: true; readonly budgets: Budgets }
  | { readonly ok: false; readonly problem: string };

/** Bounds to begin a run with, in the same words; a single ticket or track has none of its own yet. */
export function readBudgets(text: string): ReadBudgets {
  const read = readRaises(text);
  if (!read.ok) return read;
  const scopes: Record<string, Caps> = {};
  const tiers: Record<string, Caps> = {};
  for (const { scope, caps } of read.raises) {
    const field = startScopes[scope];
    if (field !== undefined) scopes[field] = { ...scopes[field], ...caps };
    else if (scope.startsWith("tier:")) tiers[scope.slice(5)] = { ...tiers[scope.slice(5)], ...caps };
    else
      return {
        ok: false,
        problem: `"${scope.replace(":", " ")}" can be bounded once the run goes on; say tickets or tracks for each of them`,
      };
  }
  return { ok: true, budgets: { ...scopes, ...(Object.keys(tiers).length > 0 && { tiers }) } };
}

const startScopes: Readonly<Record<string, keyof Budgets>> = {
  run: "run",
  day: "day",
  tickets: "ticket",
  tracks: "track",
};

function readOne(part: string): Raise | string {
  const found = /^([^]+?)\s+(\S+)\s+(\S+)$/.exec(part);
  if (found === null) return `"${part}" is no bound; ${example}`;
  const [, whose = "", name = "", amount = ""] = found;
  const scope = toScope(whose);
  if (scope === undefined) return `"${whose}" is no scope of a budget; ${example}`;
  const known = capNames.find((each) => each === name.toLowerCase());
  if (known === undefined) return `"${name}" is nothing a budget bounds${didYouMean(name, capNames)}; ${example}`;
  const caps = readCap(known, amount);
  return caps === undefined ? `"${amount}" is no amount of ${known}; ${example}` : { scope, caps };
}

function toScope(words: string): BudgetScope | undefined {
  const [kind = "", ...rest] = words.split(/[\s:]+/);
  const id = words.slice(kind.length + 1).trim();
  if (rest.length === 0) return /^(?:run|day|tickets|tracks)$/.test(kind) ? kind : undefined;
  if (kind === "tier") return /^[1-4]$/.test(id) ? `tier:${id}` : undefined;
  return kind === "ticket" || kind === "track" ? `${kind}:${id}` : undefined;
}

const jsonSchema = z.record(budgetScopeSchema, capsSchema);

/** `{"run": {"costMicros": 12500000}, "ticket:T7": {"tokens": 200000}}`: scopes and bounds as events have them. */
function readJson(text: string): ReadRaises {
  try {
    const parsed = jsonSchema.safeParse(JSON.parse(text));
    if (!parsed.success) return { ok: false, problem: `the bounds are not as they must be: ${parsed.error.message}` };
    const raises = Object.entries(parsed.data).map(([scope, caps]): Raise => ({ scope, caps }));
    return raises.length === 0 ? { ok: false, problem: `no new bound is named; ${example}` } : { ok: true, raises };
  } catch {
    return { ok: false, problem: `the text is no JSON; ${example}` };
  }
}
