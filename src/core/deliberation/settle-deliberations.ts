// What follows of itself in a deliberation after every command: agreement, conditions, rounds, cycles, the end.
// DLB rules in docs/SPEC.md. Looked at on events only; `alarm` is the event of a moment that was to come.

import type { DeliberationId } from "../../domain/deliberation.ts";
import { emit, type Draft } from "../draft.ts";
import { consensusOf, convergenceOf, majorityOf } from "./agreement.ts";
import { askAgent } from "./ask-agent.ts";
import { deadlinesOf } from "./clock.ts";
import { measureConditions } from "./conditions.ts";
import { beginEnding, continueEnding, endInConsensus } from "./ending.ts";
import { revokeAgent, silence } from "./leave-table.ts";
import { agentsToAsk, isRoundOver, nothingMoves, wantsAnotherRound } from "./moves-left.ts";
import { seatMediator } from "./seat-mediator.ts";
import { isLiving, type Deliberation } from "./state.ts";

export function settleDeliberations(draft: Draft): void {
  for (const id of draft.state.deliberations.keys()) settleOne(draft, id);
}

/** One step after the other until a step changes nothing. */
function settleOne(draft: Draft, id: DeliberationId): void {
  for (let seq = -1; seq !== draft.state.seq;) {
    ({ seq } = draft.state);
    const deliberation = draft.state.deliberations.get(id);
    if (deliberation === undefined || deliberation.result !== null) return;
    step(draft, deliberation);
  }
}

function step(draft: Draft, deliberation: Deliberation): void {
  if (deliberation.ending !== null) return continueEnding(draft, deliberation);
  const agreement = consensusOf(deliberation);
  if (agreement !== undefined) return endInConsensus(draft, deliberation, agreement);
  if (dismissSpent(draft, deliberation)) return;
  if (!deliberation.agents.some((agent) => agent.kind === "proposer" && isLiving(agent)))
    return endWithoutProposers(draft, deliberation);
  if (isOverdue(draft, deliberation) || draft.state.pause !== null) return;
  if (isRoundOver(deliberation)) return closeRound(draft, deliberation);
  if (noteConditions(draft, deliberation)) return;
  if (deliberation.tally.repeats > 0 && goesRound(draft, deliberation)) return;
  if (nothingMoves(deliberation)) return conclude(draft, deliberation);
  beginCycles(draft, deliberation);
}

function endWithoutProposers(draft: Draft, deliberation: Deliberation): void {
  const { agents } = deliberation;
  const lost = agents.filter(({ status }) => status === "lost").map(({ role }) => role);
  const dismissed = agents.filter(({ isDismissed }) => isDismissed).map(({ role }) => role);
  const why = [
    ...(lost.length > 0 ? [`lost ${lost.join(", ")}`] : []),
    ...(dismissed.length > 0 ? [`revoked ${dismissed.join(", ")} for too many errors`] : []),
  ];
  if (why.length > 0)
    return beginEnding(draft, deliberation, {
      outcome: "crashed",
      detail: `no proposer is left: ${why.join("; ")}`,
    });
  beginEnding(draft, deliberation, { outcome: "cancelled", detail: "every proposer was revoked" });
}

/** Whose budget of errors is used up may do nothing more. True where that was somebody. */
function dismissSpent(draft: Draft, deliberation: Deliberation): boolean {
  const { id, agents, clock, setup } = deliberation;
  const { errors: most = Infinity, errorWindowMs = Infinity } = setup.limits;
  const since = clock.ms - errorWindowMs;
  const spent = agents.filter(
    (agent) => isLiving(agent) && agent.errors.length >= most && (agent.errors[0] ?? 0) >= since,
  );
  const within = errorWindowMs === Infinity ? "" : ` within ${errorWindowMs / 1_000} s of work`;
  const reason = `${most} ${most === 1 ? "error" : "errors"}${within} are as many as are allowed`;
  for (const { role } of spent) {
    const incident = { kind: "agent_failure", severity: "high", detail: `${role} is revoked: ${reason}` } as const;
    emit(draft, { type: "deliberation.incident", deliberation: id, incident, by: "engine" });
    revokeAgent(draft, id, { role, reason, dismissed: true });
    silence(draft, id, role);
  }
  return spent.length > 0;
}

/** Limits of time. True where one has come. */
function isOverdue(draft: Draft, deliberation: Deliberation): boolean {
  const { at } = draft.circumstances;
  const { timeoutMs, stuckMs } = deliberation.setup.limits;
  const { timeout, stuck } = deadlinesOf(draft.state, deliberation);
  if (at < timeout && at < stuck) return false;
  if (timeout <= stuck) {
    const detail = `there was no agreement within ${timeoutMs / 1_000} s`;
    beginEnding(draft, deliberation, { outcome: "timeout", detail });
  } else {
    beginEnding(draft, deliberation, { outcome: "stuck", detail: `no agent did anything for ${stuckMs / 1_000} s` });
  }
  return true;
}

const closeRound = (draft: Draft, deliberation: Deliberation): void =>
  emit(draft, {
    type: "deliberation.round_closed",
    deliberation: deliberation.id,
    round: deliberation.round,
    convergence: convergenceOf(deliberation),
  });

/** Each condition is recorded when it is first met; the first one seats the mediator. True where one was. */
function noteConditions(draft: Draft, deliberation: Deliberation): boolean {
  const { id, met } = deliberation;
  const fresh = measureConditions(draft.state, deliberation, draft.circumstances.at).filter(
    ({ condition, isMet }) => isMet && !met.some((each) => each.condition === condition),
  );
  for (const { condition, value, threshold, detail } of fresh) {
    emit(draft, {
      type: "deliberation.condition_met",
      deliberation: id,
      condition,
      value: value ?? 0,
      threshold,
      detail,
    });
  }
  const [first] = fresh;
  if (first !== undefined) seatMediator(draft, id, { why: first.condition, detail: first.detail });
  return first !== undefined;
}

/** Positions repeat. True where that changed something. */
function goesRound(draft: Draft, deliberation: Deliberation): boolean {
  const detail = "positions repeat: an entry is back at words it had before, or a vote has turned twice";
  if (seatMediator(draft, deliberation.id, { why: "CONFLICT", detail })) return true;
  const { agents, mediator, round, tally } = deliberation;
  const isMediatorLiving = agents.some((agent) => agent.role === mediator?.role && isLiving(agent));
  const stands = tally.repeatsMediated > 0 || !isMediatorLiving;
  const isBetweenRounds = agents.every(
    (agent) => agent.kind === "mediator" || (agent.consult === null && agent.round < round),
  );
  if (!stands || !isBetweenRounds) return false;
  endWithoutConsensus(draft, deliberation, detail);
  return true;
}

/** Nothing will happen of itself. */
function conclude(draft: Draft, deliberation: Deliberation): void {
  const { id, round, setup } = deliberation;
  if (round > setup.limits.rounds && wantsAnotherRound(deliberation)) {
    const detail = `${setup.limits.rounds} rounds were not enough to agree`;
    return beginEnding(draft, deliberation, { outcome: "iteration_limit", detail });
  }
  const waits = deliberation.agents.filter((agent) => agent.kind === "proposer" && agent.status === "waiting");
  const detail =
    waits.length > 0
      ? waits.map((agent) => `${agent.role} waits for ${agent.waitingFor ?? "another"}`).join(", ")
      : "nobody has anything more to say";
  if (seatMediator(draft, id, { why: waits.length > 0 ? "STUCK" : "SUCCESS", detail })) return;
  endWithoutConsensus(draft, deliberation, detail);
}

function endWithoutConsensus(draft: Draft, deliberation: Deliberation, detail: string): void {
  const outcome = majorityOf(deliberation) === undefined ? "deadlock" : "majority_with_dissent";
  beginEnding(draft, deliberation, { outcome, detail });
}

/** In linear mode one at a time, in the order of the seats. */
function beginCycles(draft: Draft, deliberation: Deliberation): void {
  const isLinear = draft.state.mode === "linear";
  if (isLinear && deliberation.agents.some(({ consult }) => consult !== null)) return;
  const asked = agentsToAsk(deliberation);
  for (const agent of isLinear ? asked.slice(0, 1) : asked) {
    const purpose = agent.kind === "mediator" ? "mediate" : "deliberate";
    const answer = askAgent(draft, deliberation.id, { agent, purpose });
    if (answer.kind !== "refused") continue;
    beginEnding(draft, deliberation, { outcome: "budget", detail: answer.why.replaceAll("\n", "; ") });
    return;
  }
}
