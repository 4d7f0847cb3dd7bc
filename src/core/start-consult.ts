// Begins a question to another tier. One call at a time, tools off.

import type { PromptRef, Tier } from "../domain/config.ts";
import type { Purpose } from "../domain/event.ts";
import type { ConsultId, ModelId, TicketId } from "../domain/ids.ts";
import { emit, type Draft } from "./draft.ts";
import { configOf, type RunState } from "./state.ts";

const tierOf = { tracks: 1, tickets: 2, replan: 2, review: 2, diagnosis: 4 } as const satisfies Record<Purpose, Tier>;

/** The model a purpose is asked of, or undefined where this run does not consult that tier. */
export const consultedModel = (state: RunState, purpose: Purpose): ModelId | undefined =>
  configOf(state).tiers?.[String(tierOf[purpose])]?.[0];

const promptOf = (state: RunState, name: Purpose): PromptRef => {
  const found = configOf(state).prompts?.find((prompt) => prompt.name === name);
  return { name, version: found?.version ?? "none", hash: found?.hash ?? "none" };
};

export type Subject = { readonly track?: string; readonly ticket?: TicketId; readonly attempt?: number };

/** Begins a consult; false where the tier has no model in this run. */
export function startConsult(draft: Draft, purpose: Purpose, subject: Subject): boolean {
  const model = consultedModel(draft.state, purpose);
  if (model === undefined) return false;
  emit(draft, {
    type: "consult.started",
    consult: `C${draft.state.seq + 1}` as ConsultId,
    purpose,
    tier: tierOf[purpose],
    model,
    prompt: promptOf(draft.state, purpose),
    ...subject,
  });
  return true;
}
