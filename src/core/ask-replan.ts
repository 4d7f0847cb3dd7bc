// When tier 2 is asked to re-plan: after a block that another plan may get around. PATCH rules in docs/SPEC.md.

import { askRunGate } from "./clutch.ts";
import type { Draft } from "./draft.ts";
import { askTier, consultedModel, passOver } from "./start-consult.ts";
import { configOf, ticketAt, type RunState } from "./state.ts";

const defaultReplans = 8;

/** Tickets to ask about now or when the run is resumed; none where the answer could not be taken. */
export function replansDue(state: RunState): readonly number[] {
  const left = (configOf(state).limits.replans ?? defaultReplans) - state.replanned.size;
  if (state.stuck.length === 0 || left <= 0 || consultedModel(state, "replan") === undefined) return [];
  return askRunGate(state, "plan").kind === "refuse" ? [] : state.stuck.slice(0, left);
}

export function askReplans(draft: Draft): void {
  if (draft.state.pause !== null) return;
  for (const index of replansDue(draft.state)) {
    const subject = { ticket: ticketAt(draft.state, index).id };
    const asked = askTier(draft, "replan", subject);
    // Where calls under way hold what is left of a budget it is asked when they have ended.
    if (asked.kind === "refused") passOver(draft, "replan", { ...subject, model: asked.model, why: asked.why });
  }
}
