// The rules that persons have made in this run.

import type { RuleEvent } from "../domain/event.ts";
import type { Actor } from "../domain/ids.ts";
import type { RunState } from "./state.ts";

export function evolveRules(state: RunState, event: RuleEvent, { at, by }: { at: number; by: Actor }): RunState {
  if (event.type === "rule.removed") return { ...state, rules: state.rules.filter(({ id }) => id !== event.id) };
  return { ...state, rules: [...state.rules, { id: event.id, by, at, rule: event.rule }] };
}
