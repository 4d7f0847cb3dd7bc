// Begins a question to another tier. One call at a time, tools off.

import type { PromptRef, Tier } from "../domain/config.ts";
import type { DeliberationId, Role } from "../domain/deliberation.ts";
import type { Purpose, Reservation } from "../domain/event.ts";
import type { ConsultId, ModelId, TicketId } from "../domain/ids.ts";
import { judgeCall, refusedWords } from "./budget.ts";
import { emit, type Draft } from "./draft.ts";
import { consultSpender, isBudgeted } from "./ledger.ts";
import { configOf, type RunState } from "./state.ts";
import { worstConsult } from "./worst-case.ts";

const tierOf = {
  tracks: 1,
  tickets: 2,
  replan: 2,
  review: 2,
  diagnosis: 4,
  // Whose model it is asked of, the seat says.
  deliberate: 2,
  mediate: 2,
  synthesise: 2,
} as const satisfies Record<Purpose, Tier>;

/** The model a purpose is asked of, or undefined where this run does not consult that tier. */
export const consultedModel = (state: RunState, purpose: Purpose): ModelId | undefined =>
  configOf(state).tiers?.[String(tierOf[purpose])]?.[0];

const promptOf = (state: RunState, name: Purpose): PromptRef => {
  const found = configOf(state).prompts?.find((prompt) => prompt.name === name);
  return { name, version: found?.version ?? "none", hash: found?.hash ?? "none" };
};

export type Subject = {
  readonly track?: string;
  readonly ticket?: TicketId;
  readonly attempt?: number;
  /** Whose cycle it is, where it is one. */
  readonly deliberation?: DeliberationId;
  readonly role?: Role;
};

export type AskedTier =
  | { readonly kind: "asked" }
  /** This run does not consult that tier. */
  | { readonly kind: "no_model" }
  /** Calls under way hold what is left of a budget: to be asked again when one has ended. */
  | { readonly kind: "waits"; readonly model: ModelId }
  | { readonly kind: "refused"; readonly model: ModelId; readonly why: string };

/** Begins a consult where its first call fits every bound. */
export function askTier(draft: Draft, purpose: Purpose, subject: Subject): AskedTier {
  const model = consultedModel(draft.state, purpose);
  return model === undefined ? { kind: "no_model" } : askModel(draft, { purpose, model, subject });
}

export type AskedModel = Exclude<AskedTier, { readonly kind: "no_model" }>;

type Wish = { readonly purpose: Purpose; readonly model: ModelId; readonly subject: Subject };

/** The same of a model that is chosen already. */
export function askModel(draft: Draft, { purpose, model, subject }: Wish): AskedModel {
  const { state } = draft;
  const tier = tierOf[purpose];
  const begin = (reserved?: Reservation): AskedModel => {
    emit(draft, {
      type: "consult.started",
      consult: `C${state.seq + 1}` as ConsultId,
      purpose,
      tier,
      model,
      prompt: promptOf(state, purpose),
      ...subject,
      ...(reserved === undefined ? {} : { reserved }),
    });
    return { kind: "asked" };
  };
  if (!isBudgeted(state)) return begin();
  const reserved = worstConsult(state, { purpose, model, problems: [], answer: null });
  const spender = consultSpender(state, { tier, track: subject.track ?? null, ticket: subject.ticket ?? null });
  const verdict = judgeCall(state, spender, { ...reserved, turns: 1 });
  if (verdict.kind === "fits") return begin(reserved);
  return verdict.kind === "waits" ? { kind: "waits", model } : { kind: "refused", model, why: verdict.why };
}

/**
 * Asks for what the work can go on without; false where there is no model for it, or no budget, which is recorded.
 * @public for reviews and diagnoses
 */
export function startConsult(draft: Draft, purpose: Purpose, subject: Subject): boolean {
  const asked = askTier(draft, purpose, subject);
  if (asked.kind === "refused" || asked.kind === "waits") {
    const why = asked.kind === "refused" ? asked.why : "calls under way hold what is left";
    passOver(draft, purpose, { ...subject, model: asked.model, why });
  }
  return asked.kind === "asked";
}

type PassedOver = Subject & { readonly model: ModelId; readonly why: string };

/** Records that the work goes on without an answer. */
export function passOver(draft: Draft, purpose: Purpose, { ticket, attempt, model, why }: PassedOver): void {
  emit(draft, {
    type: "budget.passed_over",
    purpose,
    ...(ticket === undefined ? {} : { ticket }),
    ...(attempt === undefined ? {} : { attempt }),
    detail: refusedWords(`The call for a ${purpose} to ${model}`, why),
  });
}
