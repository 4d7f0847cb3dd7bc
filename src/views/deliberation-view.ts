// A deliberation for eyes: who sits at the table and does what, how near the conditions are, who stands for which version.

import { measureConditions } from "../core/deliberation/conditions.ts";
import { latestOf, type Agent, type Deliberation, type EntryVersion, type Vote } from "../core/deliberation/state.ts";
import type {
  AgentPhase,
  AgentStatus,
  ConditionType,
  DeliberationId,
  DeliberationOutcome,
  Role,
  Severity,
  Stance,
} from "../domain/deliberation.ts";
import type { RunState } from "../core/state.ts";
import type { ConsultId, ModelId } from "../domain/ids.ts";
import { headOf } from "../domain/text.ts";

export type AgentRow = {
  readonly role: Role;
  readonly kind: "proposer" | "mediator";
  readonly model: ModelId;
  readonly status: AgentStatus;
  readonly phase: AgentPhase;
  readonly cycle: number;
  readonly progress: number;
  readonly confidence: number;
  readonly complexity: number | null;
  readonly waitingFor: Role | null;
  readonly blocked: string | null;
  /** Epoch ms. */
  readonly lastActivity: number;
  /** The call under way; null where it is not asked. */
  readonly consult: ConsultId | null;
  readonly sent: number;
  readonly received: number;
  readonly proposals: number;
  readonly objections: number;
  /** Of its budget of errors; null where none is counted. */
  readonly errors: { readonly made: number; readonly allowed: number } | null;
};

export type ConditionMeter = {
  readonly condition: ConditionType;
  /** As it stands now. */
  readonly value: number;
  readonly threshold: number;
  /** When it was first met, in epoch ms; null until then. */
  readonly metAt: number | null;
};

export type VoteRow = {
  readonly role: Role;
  readonly stance: Stance;
  readonly version: number;
  /** It is about a version that does not stand there any more, and counts for nothing. */
  readonly isStale: boolean;
  readonly score: number | null;
  /** The first words of why. */
  readonly reasoning: string;
};

/** One entry of the synthesis and who stands for it. */
export type Candidate = {
  readonly key: string;
  readonly version: number;
  readonly author: string;
  /** The first words of it. */
  readonly head: string;
  readonly evidence: NonNullable<EntryVersion["evidence"]>["result"] | null;
  readonly votes: readonly VoteRow[];
  readonly accepted: readonly Role[];
  /** Open and blocking. */
  readonly blockedBy: readonly string[];
};

export type OpenObjection = {
  readonly id: string;
  readonly role: Role;
  readonly entry: string;
  readonly version: number;
  readonly severity: Severity;
  readonly head: string;
};

export type DeliberationView = {
  readonly id: DeliberationId;
  readonly objective: string;
  readonly round: number;
  readonly roundLimit: number;
  /** Time that counts, and the time there is, in ms. */
  readonly elapsedMs: number;
  readonly timeoutMs: number;
  readonly agents: readonly AgentRow[];
  /** The mediator's seat while nobody sits there; null where somebody does, or where there is none. */
  readonly empty: { readonly role: Role; readonly model: ModelId } | null;
  readonly mediator: Deliberation["mediator"];
  readonly conditions: readonly ConditionMeter[];
  readonly candidates: readonly Candidate[];
  readonly objections: readonly OpenObjection[];
  /** 0 to 1, a round each. */
  readonly convergence: readonly number[];
  readonly messages: number;
  readonly ending: Deliberation["ending"];
  readonly outcome: DeliberationOutcome | null;
  readonly detail: string | null;
  readonly agreed: { readonly key: string; readonly version: number } | null;
  readonly accepted: readonly Role[];
  readonly dissent: readonly { readonly role: Role; readonly reasoning: string }[];
  readonly handoff: Deliberation["handoff"];
  readonly recovery: Deliberation["recovery"];
  /** Which run of its chain it is, from 1. */
  readonly generation: number;
  readonly prior: string | null;
};

export function viewOfDeliberation(state: RunState, deliberation: Deliberation): DeliberationView {
  const { setup, inheritance, result, agents } = deliberation;
  const seat = setup.seats.find(({ kind }) => kind === "mediator");
  const isSeated = deliberation.mediator !== null;
  return {
    id: deliberation.id,
    objective: headOf(deliberation.objective.text),
    round: deliberation.round,
    roundLimit: setup.limits.rounds,
    elapsedMs: deliberation.clock.ms,
    timeoutMs: setup.limits.timeoutMs,
    agents: agents.map((agent) => rowOf(deliberation, agent)),
    empty: seat === undefined || isSeated ? null : { role: seat.role, model: seat.model },
    mediator: deliberation.mediator,
    conditions: metersOf(state, deliberation),
    candidates: candidatesOf(deliberation),
    objections: openObjections(deliberation),
    convergence: deliberation.rounds.map(({ convergence }) => convergence),
    messages: deliberation.tally.messages,
    ending: deliberation.ending,
    outcome: result?.outcome ?? null,
    detail: result?.detail ?? null,
    agreed: result?.agreed ?? null,
    accepted: result?.accepted ?? [],
    dissent: (result?.dissent ?? []).map(({ role, reasoning }) => ({ role, reasoning: headOf(reasoning) })),
    handoff: deliberation.handoff,
    recovery: deliberation.recovery,
    generation: inheritance?.generation ?? 1,
    prior: inheritance?.prior ?? null,
  };
}

const rowOf = ({ setup }: Deliberation, agent: Agent): AgentRow => ({
  role: agent.role,
  kind: agent.kind,
  model: agent.model,
  status: agent.status,
  phase: agent.phase,
  cycle: agent.cycle,
  progress: agent.progress,
  confidence: agent.confidence,
  complexity: agent.complexity,
  waitingFor: agent.waitingFor,
  blocked: agent.blocked,
  lastActivity: agent.lastActivity,
  consult: agent.consult,
  sent: agent.sent,
  received: agent.received,
  proposals: agent.proposals,
  objections: agent.objections,
  errors: setup.limits.errors === undefined ? null : { made: agent.errors.length, allowed: setup.limits.errors },
});

/** As they stood when the last record came. */
export const metersOf = (state: RunState, deliberation: Deliberation): readonly ConditionMeter[] =>
  measureConditions(state, deliberation, state.lastAt).map(({ condition, value, threshold }) => ({
    condition,
    value: value ?? 0,
    threshold,
    metAt: deliberation.met.find((each) => each.condition === condition)?.at ?? null,
  }));

/** The one that most stand for comes first, then the youngest. */
function candidatesOf(deliberation: Deliberation): readonly Candidate[] {
  const { board, votes } = deliberation;
  return board
    .filter(({ section }) => section === "synthesis")
    .map((entry) => ({ key: entry.key, latest: latestOf(entry) }))
    .toSorted((a, b) => b.latest.seq - a.latest.seq)
    .map(({ key, latest }) => {
      const rows = votes.filter((vote) => vote.key === key).map((vote) => voteRow(vote, latest.version));
      return {
        key,
        version: latest.version,
        author: latest.author,
        head: headOf(latest.text),
        evidence: latest.evidence?.result ?? null,
        votes: rows,
        accepted: rows.filter(({ stance, isStale }) => stance === "accept" && !isStale).map(({ role }) => role),
        blockedBy: deliberation.objections
          .filter((each) => each.settled === null && each.severity === "blocking")
          .filter((each) => each.section === "synthesis" && each.key === key)
          .map(({ id }) => id),
      };
    })
    .toSorted((a, b) => b.accepted.length - a.accepted.length);
}

const voteRow = ({ role, stance, version, score, reasoning }: Vote, latest: number): VoteRow => ({
  role,
  stance,
  version,
  isStale: version !== latest,
  score,
  reasoning: headOf(reasoning),
});

const openObjections = ({ objections }: Deliberation): readonly OpenObjection[] =>
  objections
    .filter(({ settled }) => settled === null)
    .map(({ id, role, section, key, version, severity, text }) => ({
      id,
      role,
      entry: `${section}/${key}`,
      version,
      severity,
      head: headOf(text),
    }));
