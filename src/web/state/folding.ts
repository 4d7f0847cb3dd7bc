// The rules that fold a record into a state. The first screen is drawn from a state that the server has folded, so the
// rules are loaded beside it.

import type { evolve } from "../../core/evolve.ts";
import type { RunState } from "../../core/state.ts";
import type { Recorded } from "../../domain/event.ts";

type Rules = { readonly evolve: typeof evolve };

let rules: Rules | undefined;
let loading: Promise<void> | undefined;

export const canFold = (): boolean => rules !== undefined;

/** Fails where the part cannot be had; it is tried again with the next call. */
export function loadRules(): Promise<void> {
  loading ??= import("../../core/evolve.ts").then(
    (loaded) => {
      rules = loaded;
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** Only once the rules are loaded. */
export function fold(state: RunState, recorded: Recorded): RunState {
  if (rules === undefined) throw new Error("the rules are not loaded yet");
  return rules.evolve(state, recorded);
}
