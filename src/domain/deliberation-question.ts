// What an agent of a deliberation is asked in one cycle: plain data with its texts loaded, which a port puts into words.

import type {
  AgentPhase,
  AgentStatus,
  ConditionType,
  DeliberationOutcome,
  Objective,
  Provenance,
  Role,
  Section,
  Severity,
  Stance,
} from "./deliberation.ts";
import type { ShellCommand } from "./ticket.ts";

export type SeatedAgent = {
  readonly role: Role;
  readonly kind: "proposer" | "mediator";
  readonly status: AgentStatus;
  readonly phase: AgentPhase;
  readonly cycle: number;
  readonly progress: number;
  readonly confidence: number;
  readonly waitingFor: Role | null;
  readonly blocked: string | null;
};

/** The version that stands at one place of the blackboard. */
export type ShownEntry = {
  readonly section: Section;
  readonly key: string;
  readonly version: number;
  /** A role, or `ORCHESTRATOR`. */
  readonly author: string;
  /** Authors of the versions before, oldest first. */
  readonly earlier: readonly string[];
  readonly text: string;
  readonly patch: string | null;
  readonly tests: readonly string[];
  readonly provenance: Provenance | null;
  readonly evidence: { readonly result: "green" | "red" | "unfit" | "skipped"; readonly detail: string } | null;
  /** Of another's hand, and written since the last cycle of whoever is asked. */
  readonly isNew: boolean;
};

export type ShownObjection = {
  readonly id: string;
  readonly role: Role;
  readonly section: Section;
  readonly key: string;
  readonly version: number;
  readonly severity: Severity;
  readonly text: string;
};

export type ShownVote = {
  readonly role: Role;
  readonly key: string;
  readonly version: number;
  /** False: it is for a version that stands no more, and counts for nothing. */
  readonly isCurrent: boolean;
  readonly stance: Stance;
  readonly reasoning: string;
};

export type ShownMessage = {
  /** A role, or `person:<name>`, whose words are no data. */
  readonly from: string;
  readonly to: string;
  readonly kind: string;
  readonly text: string;
  readonly isNew: boolean;
};

/** Everything but the person's own words is data to whoever is asked. */
export type DeliberationQuestion = {
  readonly purpose: "deliberate" | "mediate" | "synthesise";
  readonly objective: Omit<Objective, "text"> & { readonly text: string };
  readonly role: Role;
  /** What this one is to look at in particular, in the person's words; empty: nothing in particular. */
  readonly brief: string;
  /** Everybody at the table, whoever is asked included. */
  readonly table: readonly SeatedAgent[];
  /** Cycles a proposer has at most. */
  readonly rounds: number;
  /** The mediator's vote counts as that of every other one who did not object, where one of them agrees with it. */
  readonly mediatorDecides: boolean;
  /** Null until one sits at the table. */
  readonly mediator: {
    readonly role: Role;
    readonly why: ConditionType | "forced";
    readonly detail: string;
  } | null;
  /** The one that was changed longest ago first, so that two questions begin alike. */
  readonly entries: readonly ShownEntry[];
  /** Open ones, oldest first. */
  readonly objections: readonly ShownObjection[];
  readonly votes: readonly ShownVote[];
  /** To everybody, or from or to whoever is asked; oldest first. */
  readonly messages: readonly ShownMessage[];
  /** What whoever is asked could not write, since its last cycle. */
  readonly refused: readonly {
    readonly section: Section;
    readonly key: string;
    readonly base: number;
    readonly current: number;
    readonly text: string;
  }[];
  /** Null where this is the first try. */
  readonly inheritance: {
    readonly generation: number;
    readonly outcome: DeliberationOutcome;
    readonly changes: readonly string[];
    readonly hints: readonly string[];
  } | null;
  /** Null as long as it goes on. */
  readonly ending: { readonly outcome: DeliberationOutcome; readonly detail: string } | null;
  /** Patches and tests are tried in this run. */
  readonly isChecked: boolean;
  /** At a table that makes the plan of a goal; else null. */
  readonly plan: PlanFrame | null;
};

/** What a plan has to fit. */
export type PlanFrame = {
  /** Kinds of worker there are. */
  readonly archetypes: readonly string[];
  /** The project's own checks, run for every ticket. */
  readonly verify: readonly ShellCommand[];
  /** Tickets; Infinity: as many as it takes. */
  readonly most: number;
};

/** The most bytes of each kind of thing in one question; see core/deliberation/question-size.ts. */
export const questionRoom = {
  map: 12 * 1024,
  documents: 16 * 1024,
  files: 40 * 1024,
  /** Outlines of source files, where a plan is made. */
  outlines: 64 * 1024,
  board: 84 * 1024,
  objections: 12 * 1024,
  votes: 8 * 1024,
  messages: 16 * 1024,
  refused: 12 * 1024,
  inheritance: 6 * 1024,
} as const;
