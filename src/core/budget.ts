// Whether a call fits every bound it counts against. BUD rules in docs/SPEC.md: the call that would overdraw is not made.

import { inUsd, type BudgetScope } from "../domain/budget.ts";
import type { Caps } from "../domain/config.ts";
import type { Reservation } from "../domain/event.ts";
import type { ModelId } from "../domain/ids.ts";
import { accountKeys, noAccount, reservedOn, type Spender } from "./ledger.ts";
import type { Account } from "./account.ts";
import { configOf, ticketAt, type RunState } from "./state.ts";
import { at } from "./vector.ts";

export type Verdict =
  | { readonly kind: "fits" }
  /** It fits alone, but not beside the calls under way: it is looked at again when one of them has ended. */
  | { readonly kind: "waits" }
  | { readonly kind: "refused"; readonly why: string };

type Bounded = {
  /** As a person says it: `run`, `tier 3`, `ticket T7`. */
  readonly name: string;
  readonly caps: Caps;
  readonly account: Account;
};

/** The bounds of one ticket or track: those of each, and its own where a person raised them. */
export const capsFor = (state: RunState, scope: BudgetScope): Caps | undefined => {
  const each = scope.startsWith("ticket:")
    ? state.caps.get("tickets")
    : scope.startsWith("track:")
      ? state.caps.get("tracks")
      : undefined;
  const own = state.caps.get(scope);
  return each === undefined || own === undefined ? (own ?? each) : higher(each, own);
};

/** Bounds are only ever raised: of two the later is the higher one. */
function higher(each: Caps, own: Caps): Caps {
  const of = (name: keyof Caps): Caps => {
    const [a, b] = [each[name], own[name]];
    return a === undefined && b === undefined ? {} : { [name]: Math.max(a ?? 0, b ?? 0) };
  };
  return { ...of("costMicros"), ...of("tokens"), ...of("turns"), ...of("minutes"), ...of("spawns") };
}

/** Every bound that an amount counts against, with what stands on its account. */
export function boundsOf(state: RunState, spender: Spender): readonly Bounded[] {
  const keyed = accountKeys(spender).map((key) => ({ key, account: state.ledger.get(key) ?? noAccount }));
  const all = [...keyed, ...(spender.index === null ? [] : [ticketAccount(state, spender.index)])];
  return all.flatMap(({ key, account }) => {
    const caps = capsFor(state, key);
    return caps === undefined ? [] : [{ name: key.replace(":", " "), caps, account }];
  });
}

const ticketAccount = (state: RunState, index: number): { key: BudgetScope; account: Account } => ({
  key: `ticket:${ticketAt(state, index).id}`,
  account: { spent: at(state.tickets, index).history.spent, reserved: reservedOn(state, index) },
});

/** `turns`: 0 for a further try of a call that is counted already. */
export type Need = Reservation & { readonly turns: 0 | 1 };

export function judgeCall(state: RunState, spender: Spender, need: Need): Verdict {
  let waits = false;
  const reasons: string[] = [];
  for (const { name, caps, account } of boundsOf(state, spender)) {
    const { spent, reserved } = account;
    if (caps.costMicros !== undefined) {
      if (need.costMicros === null) reasons.push(`${name}: money is bounded and the price of the model is not known`);
      else if (spent.costMicros + need.costMicros > caps.costMicros)
        reasons.push(
          `${name}: ${inUsd(spent.costMicros)} of ${inUsd(caps.costMicros)} is spent, and the call may cost up to ${inUsd(need.costMicros)}; it takes ${name} usd ${inUsd(spent.costMicros + need.costMicros).slice(1)} or more`,
        );
      else waits ||= spent.costMicros + reserved.costMicros + need.costMicros > caps.costMicros;
    }
    if (caps.tokens !== undefined) {
      if (spent.tokens + need.tokens > caps.tokens)
        reasons.push(
          `${name}: ${spent.tokens} of ${caps.tokens} tokens are used, and the call may use up to ${need.tokens}; it takes ${name} tokens ${spent.tokens + need.tokens} or more`,
        );
      else waits ||= spent.tokens + reserved.tokens + need.tokens > caps.tokens;
    }
    if (caps.turns !== undefined && spent.turns + need.turns > caps.turns)
      reasons.push(
        `${name}: ${spent.turns} of ${caps.turns} turns are used; it takes ${name} turns ${spent.turns + 1} or more`,
      );
    if (caps.minutes !== undefined && spent.ms >= caps.minutes * 60_000)
      reasons.push(
        `${name}: ${minutesOf(spent.ms)} of ${caps.minutes} minutes are used; it takes more than ${name} minutes ${minutesOf(spent.ms)}`,
      );
  }
  if (reasons.length > 0) return { kind: "refused", why: reasons.join("\n") };
  return waits ? { kind: "waits" } : { kind: "fits" };
}

/** Rounded up to a tenth. */
const minutesOf = (ms: number): number => Math.ceil(ms / 6_000) / 10;

/** Why no attempt may start for this ticket; undefined where one may. */
export function refusalToStart(state: RunState, spender: Spender, model: ModelId): string | undefined {
  if (state.caps.size === 0) return undefined;
  const reasons = boundsOf(state, spender).flatMap(({ name, caps, account: { spent } }) =>
    caps.spawns !== undefined && spent.spawns + 1 > caps.spawns
      ? [
          `${name}: ${spent.spawns} of ${caps.spawns} starts of workers are used; it takes ${name} spawns ${spent.spawns + 1} or more`,
        ]
      : [],
  );
  if (reasons.length > 0) return reasons.join("\n");
  // Nobody can raise a bound while this run goes on: no worktree is made for a worker that could not say a word.
  if (state.attended) return undefined;
  const verdict = judgeCall(state, spender, { ...leastCall(state, model), turns: 1 });
  return verdict.kind === "refused" ? verdict.why : undefined;
}

/** Less than any call may use: its reply alone. */
function leastCall(state: RunState, model: ModelId): Reservation {
  const { cards, limits } = configOf(state);
  const price = cards?.[model]?.price ?? null;
  const tokens = limits.maxOutputTokens;
  return { tokens, costMicros: price === null ? null : Math.ceil((tokens * price.output) / 1_000_000) };
}

export const refusedWords = (what: string, why: string): string =>
  `${what} was not made, because no budget allows it:\n${why}`;

/** The same on one line, with what to do about it, where nobody is there to be asked. */
export const blockedWords = (what: string, why: string): string =>
  `no budget allows ${what}: ${why.replaceAll("\n", "; ")}. ${raiseRemedy}`;

/** What to do about a refusal, where nobody was there to be asked. */
const raiseRemedy = "Raise the bound with `tutti resume --raise` (while the run goes on: `tutti budget raise`)";
