// The end of a deliberation, in its order: agents are told, cycles under way have their grace, the mediator has the last
// word, the handoff is stored, then what the agents may do is revoked, the measures are final, the failure is recorded.

import type { DeliberationOutcome } from "../../domain/deliberation.ts";
import type { Incident } from "../../domain/deliberation-event.ts";
import type { EventOf } from "../../domain/event.ts";
import type { RunOutcome } from "../../domain/outcome.ts";
import { emit, type Draft } from "../draft.ts";
import { recoveryHint } from "../recovery/hints.ts";
import type { Consult } from "../state.ts";
import { consensusOf, dissentFrom, majorityOf, type Agreement } from "./agreement.ts";
import { askAgent } from "./ask-agent.ts";
import { uncheckedOf } from "./clock.ts";
import { revokeAgent } from "./leave-table.ts";
import { scoreOf } from "./score.ts";
import { seatMediator } from "./seat-mediator.ts";
import {
  agentOf,
  isAbort,
  isLiving,
  latestOf,
  entryOf,
  orchestrator,
  type Deliberation,
  type Ending,
  type Result,
} from "./state.ts";

type Why = { readonly outcome: Exclude<DeliberationOutcome, "consensus">; readonly detail: string };

export function beginEnding(draft: Draft, { id, setup }: Deliberation, { outcome, detail }: Why): void {
  const { at } = draft.circumstances;
  const graceUntil = at + (isAbort(outcome) ? setup.limits.graceMs : 0);
  emit(draft, { type: "deliberation.incident", deliberation: id, incident: incidentOf(outcome, detail), by: "engine" });
  emit(draft, { type: "deliberation.aborting", deliberation: id, outcome, detail, graceUntil });
  if (!isAbort(outcome)) cutOff(draft, id, detail);
}

/** One incident for one ending, however many look at it. */
function incidentOf(outcome: Why["outcome"], detail: string): Incident {
  switch (outcome) {
    case "stuck":
      return { kind: "iteration_timeout", severity: "high", detail };
    case "iteration_limit":
      return { kind: "iteration_limit", severity: "high", detail };
    case "timeout":
    case "budget":
    case "cancelled":
      return { kind: "orchestrator_aborted", severity: "high", detail: `${outcome}: ${detail}` };
    case "majority_with_dissent":
    case "deadlock":
      return { kind: "consensus_failure", severity: "medium", detail };
    case "crashed":
      return { kind: "orchestrator_failure", severity: "critical", detail };
    default:
      return outcome satisfies never;
  }
}

const cyclesOf = (draft: Draft, id: Deliberation["id"]): readonly Consult[] =>
  [...draft.state.consults.values()].filter(({ deliberation }) => deliberation === id);

function cutOff(draft: Draft, id: Deliberation["id"], detail: string): void {
  for (const { id: consult } of cyclesOf(draft, id))
    emit(draft, { type: "consult.ended", consult, result: "void", detail: `the deliberation ends: ${detail}` });
}

export function continueEnding(draft: Draft, deliberation: Deliberation): void {
  const { ending } = deliberation;
  if (ending === null) return;
  switch (ending.stage) {
    case "grace":
      return waitOutGrace(draft, deliberation, ending);
    case "synthesis":
      return waitForSynthesis(draft, deliberation, ending);
    case "handoff":
      return;
    case "closing":
      return close(draft, deliberation, ending);
    default:
      return ending.stage satisfies never;
  }
}

function waitOutGrace(draft: Draft, deliberation: Deliberation, ending: Ending): void {
  const agreement = consensusOf(deliberation);
  // It comes late, and it counts.
  if (agreement !== undefined) return endInConsensus(draft, deliberation, agreement);
  const isUnderWay = cyclesOf(draft, deliberation.id).length > 0 || uncheckedOf(deliberation).length > 0;
  if (isUnderWay && draft.circumstances.at < ending.graceUntil) return;
  cutOff(draft, deliberation.id, ending.detail);
  const problem = askForSynthesis(draft, deliberation, ending);
  if (problem !== undefined) noteSynthesis(draft, deliberation, { result: "skipped", detail: problem });
}

const noteSynthesis = (
  draft: Draft,
  { id }: Pick<Deliberation, "id">,
  { result, detail }: Pick<EventOf<"deliberation.synthesised">, "result" | "detail">,
): void => emit(draft, { type: "deliberation.synthesised", deliberation: id, result, detail });

/** Why there is none to wait for; undefined: the mediator was asked. */
function askForSynthesis(draft: Draft, { id, board }: Deliberation, { outcome }: Ending): string | undefined {
  if (outcome === "budget") return "there is no money for it";
  if (board.every((entry) => latestOf(entry).author === orchestrator)) return "nothing was proposed";
  seatMediator(draft, id, { why: "forced", detail: "it has the last word at the end" });
  const now = draft.state.deliberations.get(id);
  const agent = now?.mediator ? agentOf(now, now.mediator.role) : undefined;
  if (agent === undefined || !isLiving(agent)) return "no mediator sits at the table";
  const answer = askAgent(draft, id, { agent, purpose: "synthesise" });
  if (answer.kind === "asked") return undefined;
  return answer.kind === "refused"
    ? answer.why.replaceAll("\n", "; ")
    : "calls under way hold what is left of the budget";
}

function waitForSynthesis(draft: Draft, deliberation: Deliberation, { synthesisUntil }: Ending): void {
  if (draft.circumstances.at < (synthesisUntil ?? 0)) return;
  cutOff(draft, deliberation.id, "the mediator's last word is waited for no longer");
  const detail = `it took longer than ${deliberation.setup.limits.synthesisMs / 1_000} s`;
  noteSynthesis(draft, deliberation, { result: "missed", detail });
}

/** Nobody waits for the cycles under way or for the mediator's last word. False where nothing of that is waited for. */
export function hurryEnding(draft: Draft, { id, ending }: Deliberation): boolean {
  if (ending?.stage !== "grace" && ending?.stage !== "synthesis") return false;
  const detail = "it is ended at once, with what there is";
  cutOff(draft, id, detail);
  noteSynthesis(draft, { id }, { result: "skipped", detail });
  return true;
}

/** Whatever has to be said before the last event. */
function close(draft: Draft, deliberation: Deliberation, { outcome, detail }: Ending): void {
  const { id, agents, handoff } = deliberation;
  // What could not be handed over is not taken away.
  if (handoff?.stored === true)
    for (const { role, status } of agents)
      if (status !== "revoked") revokeAgent(draft, id, { role, reason: `the deliberation has ended: ${outcome}` });
  const agreement = outcome === "majority_with_dissent" ? majorityOf(deliberation) : undefined;
  measure(draft, deliberation, { outcome, agreement });
  const reason =
    outcome === "majority_with_dissent" || outcome === "deadlock" || outcome === "consensus"
      ? "consensus_failed"
      : outcome;
  emit(draft, { type: "deliberation.failure_recorded", deliberation: id, reason, hint: recoveryHint(outcome) });
  const unsaved = handoff?.stored === false ? `; its handoff could not be stored: ${handoff.problem}` : "";
  end(draft, deliberation, { outcome, detail: `${detail}${unsaved}`, agreement });
}

export function endInConsensus(draft: Draft, deliberation: Deliberation, agreement: Agreement): void {
  const { id } = deliberation;
  const { key, version, accepted } = agreement;
  cutOff(draft, id, "the agents agree");
  const entry = entryOf(deliberation, "synthesis", key);
  const agreed = entry?.versions.find((each) => each.version === version);
  if (agreed !== undefined)
    emit(draft, {
      type: "deliberation.written",
      deliberation: id,
      author: orchestrator,
      section: "consensus",
      key: "final",
      version: 1 + (entryOf(deliberation, "consensus", "final")?.versions.length ?? 0),
      text: agreed.text,
      digest: agreed.digest,
    });
  measure(draft, deliberation, { outcome: "consensus", agreement });
  const detail = `${accepted.join(", ")} agree on synthesis/${key} v${version}`;
  end(draft, deliberation, { outcome: "consensus", detail, agreement });
}

type End = {
  readonly outcome: DeliberationOutcome;
  readonly agreement: Agreement | undefined;
};

function measure(draft: Draft, { id, agents, tally, clock, setup }: Deliberation, { outcome, agreement }: End): void {
  const { score } = scoreOf({
    outcome,
    accepted: agreement?.accepted.length ?? 0,
    seated: agents.filter(({ status }) => status !== "lost").length,
    detected: tally.conflicts,
    resolved: tally.resolved,
    messages: tally.messages,
    elapsedMs: clock.ms,
    timeoutMs: setup.limits.timeoutMs,
  });
  emit(draft, { type: "deliberation.measured", deliberation: id, score });
}

/** As a person's shell sees it: 0 agreed, 1 broken, 2 not agreed, 3 cut short. */
const runOutcomes = {
  consensus: "completed",
  majority_with_dissent: "blocked",
  deadlock: "blocked",
  stuck: "aborted",
  iteration_limit: "aborted",
  timeout: "aborted",
  budget: "aborted",
  cancelled: "aborted",
  crashed: "failed",
} as const satisfies Record<DeliberationOutcome, RunOutcome>;

function end(
  draft: Draft,
  deliberation: Deliberation,
  { outcome, detail, agreement }: End & { readonly detail: string },
): void {
  const { id, purpose } = deliberation;
  emit(draft, {
    type: "deliberation.ended",
    deliberation: id,
    outcome,
    detail,
    ...(agreement === undefined ? {} : { agreed: { key: agreement.key, version: agreement.version } }),
    accepted: [...(agreement?.accepted ?? [])],
    dissent: agreement === undefined ? [] : dissentFrom(deliberation, agreement).map((each) => ({ ...each })),
  });
  if (purpose === "question") endRunWith(draft, { outcome, detail });
}

/** A run that is one deliberation ends with it. */
export function endRunWith(draft: Draft, { outcome, detail }: Pick<Result, "outcome" | "detail">): void {
  const reason = outcome === "consensus" ? detail : `${outcome.replaceAll("_", " ")}: ${detail}`;
  emit(draft, { type: "run.ended", outcome: runOutcomes[outcome], reason });
}
