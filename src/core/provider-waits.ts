// What a provider's fault means for every other call of the run: a pause, or a wait.

import { emit, type Draft } from "./draft.ts";

/** Every call with this key would meet the same answer: the run waits for a person. */
export function park(draft: Draft, reason: string): void {
  if (draft.state.pause === null || draft.state.pause.drain) emit(draft, { type: "run.paused", reason, drain: false });
}

export function holdProvider(draft: Draft, provider: string, hold: { until: number; reason: string }): void {
  const held = draft.state.providers.get(provider);
  if (held === undefined || held.until < hold.until) emit(draft, { type: "provider.held", provider, ...hold });
}
