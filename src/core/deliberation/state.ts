// A deliberation's state: who sits at the table, what stands on the blackboard, what was said and voted. Replaced, never
// edited. Lists and plain values only, so that a snapshot holds it as it is.

import type {
  AgentPhase,
  AgentStatus,
  ConditionType,
  DeliberationId,
  DeliberationOutcome,
  Inheritance,
  Objective,
  Provenance,
  Role,
  Section,
  Setup,
  Severity,
  Stance,
} from "../../domain/deliberation.ts";
import type { Incident } from "../../domain/deliberation-event.ts";
import type { EntryPlan } from "../../domain/plan.ts";
import type { EventOf } from "../../domain/event.ts";
import type { ConsultId, ModelId, RunId, TicketId } from "../../domain/ids.ts";
import type { RecoveryWhy } from "../../domain/recovery.ts";
import type { BlobRef, Text } from "../../domain/text.ts";
import type { Usage } from "../../domain/usage.ts";

/** An agent at the table. The mediator is one from the moment it is seated. */
export type Agent = {
  readonly role: Role;
  readonly kind: "proposer" | "mediator";
  readonly model: ModelId;
  readonly status: AgentStatus;
  readonly phase: AgentPhase;
  /** Cycles it has finished. */
  readonly cycle: number;
  /** The round of its last cycle; 0 before the first. */
  readonly round: number;
  readonly progress: number;
  readonly confidence: number;
  /** 0 to 1, as its last analysis says; null where none does. */
  readonly complexity: number | null;
  readonly waitingFor: Role | null;
  readonly blocked: string | null;
  /** Epoch ms of what it did last; it took its seat, at first. */
  readonly lastActivity: number;
  /** Counted ms for which it has owed a cycle and done nothing; see `Clock`. */
  readonly idleMs: number;
  /** The question under way. */
  readonly consult: ConsultId | null;
  /** Its last question showed the log up to here, what it wrote itself included. */
  readonly reading: number;
  /** The same of its last finished cycle: what came later is new to it. */
  readonly told: number;
  /** Seq of the last thing that concerns it and is not its own. */
  readonly stirred: number;
  readonly sent: number;
  readonly received: number;
  readonly proposals: number;
  readonly objections: number;
  readonly writes: number;
  readonly votes: number;
  /** When its latest errors came, in ms of the deliberation's clock; as many as its budget of errors has, oldest first. */
  readonly errors: readonly number[];
  /** What it may do was revoked of itself, for its errors. */
  readonly isDismissed: boolean;
  /** Of its calls, failed ones too. */
  readonly usage: Usage;
};

export type Evidence = {
  readonly result: EventOf<"deliberation.evidence_checked">["result"];
  readonly detail: Text;
  readonly ms: number;
};

export type EntryVersion = {
  readonly version: number;
  /** A role, or `ORCHESTRATOR`. */
  readonly author: string;
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
  readonly text: Text;
  /** Hex sha-256 of the text. */
  readonly digest: string;
  readonly patch: Text | null;
  readonly tests: readonly string[];
  readonly provenance: Provenance | null;
  readonly evidence: Evidence | null;
  /** At a table that makes a plan, in solutions and syntheses. */
  readonly plan?: EntryPlan;
};

/** What stands at one place of the blackboard, oldest version first; never empty. */
export type Entry = { readonly section: Section; readonly key: string; readonly versions: readonly EntryVersion[] };

export type Message = {
  readonly seq: number;
  readonly at: number;
  /** A role, or `person:<name>`. */
  readonly from: string;
  readonly to: string;
  readonly kind: EventOf<"deliberation.messaged">["kind"];
  readonly text: Text;
};

export type Objection = {
  readonly id: string;
  readonly role: Role;
  readonly section: Section;
  readonly key: string;
  readonly version: number;
  readonly severity: Severity;
  readonly text: Text;
  readonly seq: number;
  readonly at: number;
  /** Null while it is open. */
  readonly settled: EventOf<"deliberation.objection_settled">["how"] | null;
};

/** The last vote of one role on one key. */
export type Vote = {
  readonly role: Role;
  readonly key: string;
  readonly version: number;
  readonly stance: Stance;
  readonly score: number | null;
  readonly reasoning: Text;
  readonly seq: number;
  readonly at: number;
  /** How often its stance on this key turned from accept to reject or back. */
  readonly turns: number;
};

/** Words that were not written because another version stood there. */
export type RefusedWrite = {
  readonly role: Role;
  readonly section: Section;
  readonly key: string;
  readonly base: number;
  readonly current: number;
  readonly text: Text;
  readonly seq: number;
};

/** A condition that was met, and the figures by which it was. */
export type MetCondition = {
  readonly condition: ConditionType;
  readonly value: number;
  readonly threshold: number;
  readonly detail: string;
  readonly at: number;
};

export type Round = {
  readonly round: number;
  readonly convergence: number;
  readonly seq: number;
  readonly at: number;
};

/**
 * Time that counts: while a cycle is under way, or a check of evidence. What a pause, a provider's wait, a person or a
 * dead process takes does not. Brought up to `at` by every event of the deliberation.
 */
export type Clock = {
  /** Epoch ms up to which it is counted. */
  readonly at: number;
  /** Counted ms since the opening. */
  readonly ms: number;
  /** Counted ms since any agent did something. */
  readonly quietMs: number;
};

/** Nothing of it is repeated: each step is an event. */
export type Ending = {
  readonly outcome: DeliberationOutcome;
  readonly detail: string;
  /** Epoch ms. */
  readonly since: number;
  /** Epoch ms at which cycles under way are cut off. */
  readonly graceUntil: number;
  /**
   * `grace`: cycles under way may come in. `synthesis`: the mediator has its last word. `handoff`: it is being stored.
   * `closing`: it is stored, or cannot be.
   */
  readonly stage: "grace" | "synthesis" | "handoff" | "closing";
  /** Epoch ms at which the mediator's last word is waited for no longer; null before it was asked. */
  readonly synthesisUntil: number | null;
  readonly synthesis: EventOf<"deliberation.synthesised">["result"] | null;
  /** Score of the measures, once they are final. */
  readonly score: number | null;
  readonly failure: { readonly reason: string; readonly hint: string } | null;
  /** What is done of it, in the order it was done, in epoch ms. */
  readonly steps: readonly { readonly step: EndingStep; readonly at: number }[];
};

export const endingSteps = ["told", "synthesis", "handoff", "revoked", "measured", "failure", "ended"] as const;
/** The order of an ending; `told`: the agents. Not every ending has all of them. */
export type EndingStep = (typeof endingSteps)[number];

export type Handoff =
  | { readonly stored: true; readonly at: number; readonly handoff: BlobRef }
  | { readonly stored: false; readonly problem: string };

export type Result = {
  readonly outcome: DeliberationOutcome;
  readonly detail: string;
  readonly agreed: { readonly key: string; readonly version: number } | null;
  readonly accepted: readonly Role[];
  readonly dissent: readonly { readonly role: Role; readonly reasoning: Text }[];
  readonly at: number;
};

/** What the measures are made of; every one only grows. */
export type Tally = {
  readonly messages: number;
  /** Of them, to one role. */
  readonly direct: number;
  /** Entries shown to agents, with every question anew. */
  readonly reads: number;
  readonly writes: number;
  readonly refusedWrites: number;
  /** Objections that are major or blocking; `resolved`: withdrawn or met. */
  readonly conflicts: number;
  readonly resolved: number;
  readonly votes: number;
  /** Votes for a version that was no longer the latest. */
  readonly staleVotes: number;
  /** An author's entry back at words it had before, or a stance that turned for the second time. */
  readonly repeats: number;
  /** Of them, since the mediator had its say. */
  readonly repeatsMediated: number;
};

export type Deliberation = {
  readonly id: DeliberationId;
  readonly purpose: EventOf<"deliberation.opened">["purpose"];
  readonly ticket: TicketId | null;
  /** Of a fork: the attempt that waited for it was cut, and the next one of its ticket waits for it. */
  readonly awaitsNext?: true;
  readonly objective: Objective;
  readonly setup: Setup;
  readonly inheritance: Inheritance | null;
  /** Epoch ms. */
  readonly openedAt: number;
  readonly agents: readonly Agent[];
  readonly board: readonly Entry[];
  /** The latest, as many as the limit says. */
  readonly messages: readonly Message[];
  readonly objections: readonly Objection[];
  readonly votes: readonly Vote[];
  readonly refusedWrites: readonly RefusedWrite[];
  readonly incidents: readonly (Incident & { readonly by: string; readonly at: number; readonly agent: Role | null })[];
  /** Each type at most once: when it was first met. */
  readonly met: readonly MetCondition[];
  /** Null until the mediator is seated. */
  readonly mediator: {
    readonly role: Role;
    readonly why: ConditionType | "forced";
    readonly detail: string;
    readonly at: number;
    /** Seq at which its first cycle ended. */
    readonly spokeAt: number | null;
  } | null;
  /** The round under way, from 1. */
  readonly round: number;
  readonly rounds: readonly Round[];
  readonly clock: Clock;
  readonly tally: Tally;
  readonly ending: Ending | null;
  readonly handoff: Handoff | null;
  readonly result: Result | null;
  readonly recovery: {
    readonly run: RunId;
    readonly generation: number;
    readonly why: RecoveryWhy;
    readonly model?: ModelId;
    readonly changes: readonly string[];
    readonly at: number;
  } | null;
  readonly accepted: {
    readonly section: Section;
    readonly key: string;
    readonly version: number;
    readonly reason: string;
    readonly by: string;
  } | null;
};

/** The run's own name on the blackboard. */
export const orchestrator = "ORCHESTRATOR";

/** The others come to their end by themselves: nobody has to be told to stop, and nothing is left to be said. */
export const isAbort = (outcome: DeliberationOutcome): boolean =>
  outcome === "stuck" ||
  outcome === "iteration_limit" ||
  outcome === "timeout" ||
  outcome === "budget" ||
  outcome === "cancelled";

export const isLiving = ({ status }: Agent): boolean => status !== "lost" && status !== "revoked";

export const agentOf = ({ agents }: Pick<Deliberation, "agents">, role: string): Agent | undefined =>
  agents.find((agent) => agent.role === role);

export const entryOf = (deliberation: Deliberation, section: Section, key: string): Entry | undefined =>
  deliberation.board.find((entry) => entry.section === section && entry.key === key);

/** Those that go on, the one that was opened first in front. */
export const openDeliberations = ({
  deliberations,
}: {
  readonly deliberations: ReadonlyMap<DeliberationId, Deliberation>;
}): readonly Deliberation[] =>
  deliberations.size === 0 ? [] : [...deliberations.values()].filter(({ result }) => result === null);

/** The version that stands there. */
export function latestOf(entry: Entry): EntryVersion {
  const latest = entry.versions.at(-1);
  if (latest === undefined) throw new RangeError(`nothing was ever written to ${entry.section}/${entry.key}`);
  return latest;
}
