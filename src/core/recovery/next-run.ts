// Which run recovers from this one: whether there may be one, how it is called, and what it is made with. RCV rules in
// docs/SPEC.md.

import type { DeliberationConfig, DeliberationOutcome } from "../../domain/deliberation.ts";
import type { Handoff } from "../../domain/handoff.ts";
import type { RunConfig } from "../../domain/config.ts";
import type { ModelId, RunId } from "../../domain/ids.ts";
import { mostGenerations, type RecoveryWhy } from "../../domain/recovery.ts";
import type { Deliberation } from "../deliberation/state.ts";
import { configOf, type RunState } from "../state.ts";
import { changeSetup } from "./change-setup.ts";
import { inherit } from "./inherit.ts";
import { remainingBudget } from "./remaining-budget.ts";

/** The deliberation that the run is, where it is one. */
export const questionOf = (state: Pick<RunState, "deliberations">): Deliberation | undefined =>
  [...state.deliberations.values()].find(({ purpose }) => purpose === "question");

export type Claim = {
  readonly run: RunId;
  readonly generation: number;
  readonly why: RecoveryWhy;
  /** For every seat, where the person named one. */
  readonly model?: ModelId | undefined;
  readonly changes: readonly string[];
};

export type Recoverable =
  /** It is the run's word already; whoever comes finishes what was begun. */
  | { readonly kind: "claimed"; readonly claim: Claim }
  | { readonly kind: "open"; readonly deliberation: Deliberation }
  | { readonly kind: "refused"; readonly problem: string; readonly remedy: string };

/** Whether a run may recover from this one for the reason given. */
export function recoverableOf(state: RunState, why: RecoveryWhy): Recoverable {
  const deliberation = questionOf(state);
  const refuse = (problem: string, remedy: string): Recoverable => ({ kind: "refused", problem, remedy });
  if (deliberation === undefined)
    return refuse("This run is no deliberation.", "Go on with it with `tutti resume`, or fork it.");
  const { result, recovery, accepted, handoff } = deliberation;
  if (recovery !== null) return { kind: "claimed", claim: recovery };
  if (result === null) return refuse("This run has not ended.", "Wait for it, or end it with `tutti abort`.");
  if (result.outcome === "consensus") return refuse("Its agents agreed: there is nothing to recover from.", seeReport);
  if (accepted !== null) return refuse(`What there is was accepted: ${accepted.key} v${accepted.version}.`, seeReport);
  if (handoff === null || !handoff.stored)
    return refuse("Its handoff could not be stored, so nothing can be inherited.", "Begin anew: tutti deliberate.");
  if (why === "policy" && generationOf(deliberation) >= mostGenerations)
    return refuse(
      `It was attempt ${mostGenerations} of ${mostGenerations}: the chain has FAILED.`,
      "Choose yourself: --rerun, --mediated, --escalate, or --accept what there is.",
    );
  if (remainingBudget(state).isUsedUp)
    return refuse(
      "Nothing is left of its budget, and a recovery spends no more than its chain may.",
      "Raise it in that run's budget settings and begin anew: tutti deliberate.",
    );
  if (why === "policy" && planClaim(state, deliberation, { why }).changes.length === 0)
    return refuse(
      "Every limit is at its highest and its constraints are full: the next run would only repeat this one.",
      "Choose yourself: --rerun, --mediated, --escalate, or --accept what there is.",
    );
  return { kind: "open", deliberation };
}

const seeReport = "See its report: tutti status.";

export const generationOf = ({ inheritance }: Pick<Deliberation, "inheritance">): number =>
  inheritance?.generation ?? 1;

/**
 * Whether one is begun by itself when this run has ended. A person's abort is a person's word: nothing starts after it.
 */
export function isRecoveredByPolicy(state: RunState): boolean {
  const deliberation = questionOf(state);
  const outcome = deliberation?.result?.outcome;
  if (deliberation === undefined || outcome === undefined || outcome === "cancelled" || state.aborted) return false;
  const { kind } = recoverableOf(state, "policy");
  return kind === "claimed" || (deliberation.setup.recovery === "auto" && kind === "open");
}

export type NextWish = { readonly why: RecoveryWhy; readonly model?: ModelId | undefined };

/** Its changes are empty where a higher tier was asked for and there is none, and where the policy has none left. */
export function planClaim(state: RunState, deliberation: Deliberation, { why, model }: NextWish): Omit<Claim, "run"> {
  const generation = why === "policy" ? generationOf(deliberation) + 1 : 1;
  const { changes, setup } = changedFor(state, deliberation, { why, model, generation });
  const isVain = why === "escalate" && setup === deliberation.setup;
  return { generation, why, ...(model !== undefined && { model }), changes: isVain ? [] : changes };
}

function changedFor(state: RunState, deliberation: Deliberation, wish: NextWish & { readonly generation: number }) {
  const { objective, setup } = deliberation;
  return changeSetup(
    { objective, setup },
    {
      outcome: outcomeOf(deliberation),
      generation: wish.generation,
      why: wish.why,
      stronger: wish.model === undefined ? higherTier(configOf(state)) : () => wish.model,
    },
  );
}

const outcomeOf = ({ result }: Deliberation): DeliberationOutcome => {
  if (result === null) throw new Error("a deliberation that goes on has nothing to recover from");
  return result.outcome;
};

/** Ladders from the lowest tier to the highest, one after the other: the next model of them. */
function higherTier({ tiers = {} }: RunConfig): (model: ModelId) => ModelId | undefined {
  const ladder = [...new Set(["4", "3", "2", "1"].flatMap((tier) => tiers[tier] ?? []))];
  return (model) => {
    const place = ladder.indexOf(model);
    return place < 0 ? tiers["1"]?.[0] : ladder[place + 1];
  };
}

export type NextRun = {
  readonly claim: Claim;
  /** Checked: see `readHandoff`. */
  readonly handoff: Handoff;
  /** Hex sha-256 of it as it is stored. */
  readonly digest: string;
};

/** Of the claimed run; capabilities are not inherited. The same log and handoff give the same configuration. */
export function nextConfig(
  state: RunState,
  deliberation: Deliberation,
  { claim, handoff, digest }: NextRun,
): RunConfig {
  const config = configOf(state);
  const { objective, setup } = changedFor(state, deliberation, claim);
  const { budgets } = remainingBudget(state);
  const root = claim.generation === 1 ? claim.run : (deliberation.inheritance?.root ?? handoff.from_pipeline);
  const { generation, changes } = claim;
  const next: DeliberationConfig = {
    objective,
    setup: { ...setup, seats: setup.seats.map(({ capability: _revoked, ...seat }) => seat) },
    inheritance: inherit({ handoff, digest, root, generation, changes }),
    ...(config.deliberation?.task !== undefined && { task: config.deliberation.task }),
  };
  const { budgets: _before, ...rest } = config;
  return { ...rest, deliberation: next, ...(budgets !== undefined && { budgets }) };
}
