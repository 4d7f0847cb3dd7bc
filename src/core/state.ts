// A run's state: what its log folds to. Replaced, never edited; everything scheduling needs is kept incrementally.

import type { BudgetScope } from "../domain/budget.ts";
import type { Review } from "../domain/check-answers.ts";
import type { Caps, Mode, PromptRef, RunConfig, Tier } from "../domain/config.ts";
import type { Gate, Purpose, Reservation } from "../domain/event.ts";
import type { Actor, ApprovalId, ConsultId, ModelId, RunId, TicketId } from "../domain/ids.ts";
import type { LiveRule } from "../domain/live-rule.ts";
import type { MachineName } from "../domain/machine.ts";
import type { AttemptFailure, FailureCause, RunOutcome } from "../domain/outcome.ts";
import type { DeliberationId, Role } from "../domain/deliberation.ts";
import type { Track } from "../domain/plan.ts";
import type { PlanPatch } from "../domain/plan-patch.ts";
import type { Text } from "../domain/text.ts";
import type { Ticket, TicketStatus, Trust } from "../domain/ticket.ts";
import type { ToolCall } from "../domain/tool.ts";
import type { Usage } from "../domain/usage.ts";
import type { Deliberation } from "./deliberation/state.ts";
import { nothingSpent, type Account, type Spent } from "./account.ts";
import { emptyGraph, type Graph } from "./graph.ts";
import type { Phase, FailedTries } from "./phase.ts";
import type { ReadyQueue } from "./ready-queue.ts";
import { emptyMap } from "./small-map.ts";
import { makeVector, type Vector } from "./vector.ts";

/** What earlier attempts leave behind for the next one. */
export type History = {
  /** Number of the last attempt; only grows, so that it fences. */
  readonly attempts: number;
  /** Attempts since the plan was accepted or a person reopened the ticket. */
  readonly tries: number;
  /** Rung of the next attempt. */
  readonly rung: number;
  /** A person gave the ticket another ladder while its attempt was under way: the next one begins at its first rung. */
  readonly isLadderNew: boolean;
  readonly last: AttemptFailure | null;
  /** How many of the latest failures in a row were alike. */
  readonly alike: number;
  readonly guidance: Text | null;
  /** What persons said to its workers, in order; the next attempt's brief has it. */
  readonly said: readonly Text[];
  /** By this ticket, in a run that has bounds. */
  readonly spent: Spent;
  /** What its ended attempts used in this run; null before the first has ended. */
  readonly used: Usage | null;
};

export type TicketState =
  | { readonly status: "pending"; readonly waiting: number; readonly history: History }
  /** `pool` names the queue it waits in: an entry of any other queue is stale. Paused, it waits in none: "". */
  | { readonly status: "ready"; readonly pool: string; readonly history: History }
  | { readonly status: "running" | "step_paused"; readonly attempt: number; readonly history: History }
  | { readonly status: "completed"; readonly commit: string | null; readonly history: History }
  | {
      readonly status: "blocked" | "failed";
      readonly cause: FailureCause;
      readonly detail: string;
      readonly history: History;
    }
  | {
      readonly status: "cancelled";
      readonly reason: string;
      /** It left the plan: it counts no more, and never comes back. */
      readonly dropped?: true;
      readonly history: History;
    };

export type Reply = Extract<Item, { kind: "reply" }>;

/** One piece of an attempt's conversation, in order. */
export type Item =
  | {
      readonly kind: "reply";
      readonly turn: number;
      readonly text: Text;
      readonly calls: readonly ToolCall[];
      readonly echo: string | null;
      /** Places of calls whose arguments a person wrote or released. */
      readonly kept?: readonly number[];
      /** What the model wrote, where a person has rewritten it. */
      readonly original?: Omit<Reply, "original">;
    }
  | {
      readonly kind: "result";
      readonly turn: number;
      readonly call: number;
      readonly ok: boolean;
      readonly output: Text;
      /** A person or a rule decided it: a refusal, an answer, an output that was edited or withheld. */
      readonly kept?: true;
    }
  | { readonly kind: "note"; readonly text: Text };

/** A person's word to a worker, by the number of its record. */
export type Word = { readonly seq: number; readonly text: Text };

/** A person's rule, by the number of its record. */
export type MadeRule = { readonly id: string; readonly by: Actor; readonly at: number; readonly rule: LiveRule };

export type RedCheck = { readonly command: string; readonly output: Text; readonly fingerprint: string };

export type Attempt = {
  readonly index: number;
  readonly ticket: TicketId;
  readonly attempt: number;
  readonly model: ModelId;
  readonly rung: number;
  readonly tier: number;
  readonly startedAt: number;
  readonly lane: boolean;
  readonly phase: Phase;
  readonly base: string | null;
  readonly branch: string | null;
  readonly prompt: Text | null;
  /** Of the prompt, in bytes: views of files. */
  readonly files: number;
  /** The one that prepared it; missing: the conductor's own process. */
  readonly machine?: MachineName;
  /** As it is told to the model: turns up to `compacted` in short. */
  readonly items: readonly Item[];
  readonly compacted: number;
  /** Characters that the call under way, or the last one, was asked with. */
  readonly sent: number;
  /** What the provider counted for a call, beside the characters of it; null before the first count. */
  readonly gauge: { readonly tokens: number; readonly characters: number } | null;
  /** The last turn begun. */
  readonly turn: number;
  /** Turns in a row whose calls could not be understood. */
  readonly malformed: number;
  readonly nudges: number;
  /** A person's words that it is told before its next call. */
  readonly words: readonly Word[];
  readonly verifyRounds: number;
  /** The red check its worker has not been told of yet. */
  readonly red: RedCheck | null;
  /** How often a review sent it back. */
  readonly sentBack: number;
  /** The finish call that awaits verification. */
  readonly finishing: { readonly turn: number; readonly call: number; readonly summary: Text } | null;
  /** A person said no during this attempt: its failure is theirs, not the model's. */
  readonly rejected: boolean;
  /** A call that was to do something was refused, by a person or by rule. */
  readonly denied: boolean;
  /** Working time in ms, gates excluded. */
  readonly activeMs: number;
  readonly usage: Usage;
  /** Tokens of the conversation as the provider counted them for the last reply, that reply included; null before it. */
  readonly counted: number | null;
  /** Bytes added to the conversation since: no tokenizer makes more tokens than bytes of them. */
  readonly added: number;
};

type Asked = {
  readonly id: ApprovalId;
  readonly gate: Gate;
  readonly turn: number;
  readonly call: number;
  readonly tool: string;
  readonly shown: Text;
  readonly digest: string;
  readonly askedAt: number;
};

/** A question that holds one attempt. */
export type AttemptApproval = Asked & {
  readonly index: number;
  readonly ticket: TicketId;
  readonly attempt: number;
};

/** A question about the whole run: its plan, or what planning it may cost. */
export type RunApproval = Asked & { readonly index: null; readonly ticket: null; readonly attempt: null };

export type Approval = AttemptApproval | RunApproval;

/** A question to a tier: one call at a time, tools off, a bounded number of rounds. */
export type Consult = {
  readonly id: ConsultId;
  readonly purpose: Purpose;
  readonly tier: Tier;
  readonly model: ModelId;
  readonly prompt: PromptRef;
  readonly track: string | null;
  readonly ticket: TicketId | null;
  readonly attempt: number | null;
  /** Whose cycle it is, where it is one. */
  readonly deliberation: DeliberationId | null;
  readonly role: Role | null;
  readonly round: number;
  readonly try: number;
  /** Epoch ms at which it was begun. */
  readonly startedAt: number;
  /** Epoch ms. */
  readonly notBefore: number;
  /** Its last try met what only a person can mend; it is made again when the run is resumed. */
  readonly isParked: boolean;
  readonly failed: FailedTries;
  /** What is wrong with the last answer, and that answer; the next round is told both. */
  readonly problems: readonly string[];
  readonly answer: Text | null;
  readonly reserved: Reservation | null;
  /** Its next call is made once the worst case fits every bound. */
  readonly isUnfunded: boolean;
};

/** A patch that tier 2 wrote and nobody has signed yet. */
export type Proposal = { readonly ticket: TicketId; readonly patch: PlanPatch };

/** How an approval ended; kept so that the second answer can be told who gave the first. */
export type Settled = { readonly by: Actor; readonly decision: string; readonly void: boolean };

export type ProviderHold = { readonly until: number; readonly reason: string };

export type Disposal = { readonly index: number; readonly ticket: TicketId; readonly attempt: number };

export type Counts = Readonly<Record<TicketStatus, number>>;

/** What a forked run has from the one it came from: shown, and counted nowhere else. */
export type Origin = {
  readonly from: RunId;
  /** Of the last record that both have. */
  readonly at: number;
  /** Where this run itself came from and every one before it, the first run first; its last entry is `from` at `at`. */
  readonly line: readonly { readonly run: RunId; readonly at: number }[];
  /** Epoch ms at which the first of them began. */
  readonly begunAt: number;
  readonly changes: readonly string[];
  /** As `spend` and `totals` of the state. */
  readonly spend: readonly (readonly [string, Usage])[];
  readonly totals: Totals;
};

export type Totals = {
  readonly attempts: number;
  readonly turns: number;
  readonly toolCalls: number;
  readonly merged: number;
};

export type RunState = {
  /** Sequence number of the last event folded in. */
  readonly seq: number;
  readonly run: RunId | null;
  readonly phase: "empty" | "planning" | "running" | "ended";
  readonly config: RunConfig | null;
  readonly mode: Mode;
  readonly trust: Trust | null;
  /** By ticket: a person's live toggle. */
  readonly ticketTrust: ReadonlyMap<number, Trust>;
  /** By ticket: why a person paused it. */
  readonly pausedTickets: ReadonlyMap<number, string>;
  /** Made by persons while the run goes on, oldest first. */
  readonly rules: readonly MadeRule[];
  readonly attended: boolean;
  readonly laneLimit: number;
  readonly pause: { readonly reason: string; readonly drain: boolean } | null;
  readonly ended: { readonly outcome: RunOutcome; readonly reason: string } | null;
  readonly aborted: boolean;
  readonly token: number;
  readonly graph: Graph;
  /** Plan parts added and not yet accepted. */
  readonly draftPlan: readonly (readonly Ticket[])[];
  /** Null until tier 1 has made them; a run that came with its tickets has none. */
  readonly tracks: readonly Track[] | null;
  /** Tracks whose tickets are drafted. */
  readonly draftedTracks: ReadonlySet<string>;
  readonly consults: ReadonlyMap<ConsultId, Consult>;
  /** In the order they were opened, those that ended among them. */
  readonly deliberations: ReadonlyMap<DeliberationId, Deliberation>;
  readonly tickets: Vector<TicketState>;
  /** Of the tickets that are in the plan. */
  readonly counts: Counts;
  /** How many tickets have left the plan. */
  readonly dropped: number;
  /** Tickets whose block another plan may get around, and about which tier 2 is not asked yet. */
  readonly stuck: readonly number[];
  /** Tickets that tier 2 was asked to re-plan for. */
  readonly replanned: ReadonlySet<number>;
  readonly proposals: ReadonlyMap<ApprovalId, Proposal>;
  /** By pool: `<tier>|<provider of the next rung's model>`. */
  readonly ready: ReadonlyMap<string, ReadyQueue>;
  readonly attempts: ReadonlyMap<number, Attempt>;
  readonly mergeQueue: readonly number[];
  /** By ticket. */
  readonly reviews: ReadonlyMap<number, Review>;
  readonly approvals: ReadonlyMap<ApprovalId, Approval>;
  readonly settled: ReadonlyMap<ApprovalId, Settled>;
  readonly disposals: ReadonlyMap<string, Disposal>;
  readonly lanesByTier: ReadonlyMap<string, number>;
  readonly lanesByProvider: ReadonlyMap<string, number>;
  readonly lanesUsed: number;
  readonly providers: ReadonlyMap<string, ProviderHold>;
  /** Bounds as they stand now; empty: nothing is reserved and no account is kept. */
  readonly caps: ReadonlyMap<BudgetScope, Caps>;
  /** By `run`, `tier:<n>` and `track:<id>`; a ticket's own stands in its history. */
  readonly ledger: ReadonlyMap<string, Account>;
  /** Usage by tier and model. */
  readonly spend: ReadonlyMap<string, Usage>;
  readonly totals: Totals;
  /** Null for a run that began by itself. */
  readonly origin: Origin | null;
  readonly startedAt: number;
  readonly lastAt: number;
};

export const noHistory: History = {
  attempts: 0,
  tries: 0,
  rung: 0,
  isLadderNew: false,
  last: null,
  alike: 0,
  guidance: null,
  said: [],
  spent: nothingSpent,
  used: null,
};

export const noCounts: Counts = {
  pending: 0,
  ready: 0,
  running: 0,
  step_paused: 0,
  blocked: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
};

export const noTotals: Totals = { attempts: 0, turns: 0, toolCalls: 0, merged: 0 };

export const initialState: RunState = {
  seq: 0,
  run: null,
  phase: "empty",
  config: null,
  mode: "async",
  trust: null,
  ticketTrust: emptyMap(),
  pausedTickets: emptyMap(),
  rules: [],
  attended: false,
  laneLimit: 1,
  pause: null,
  ended: null,
  aborted: false,
  token: 0,
  graph: emptyGraph,
  draftPlan: [],
  tracks: null,
  draftedTracks: new Set(),
  consults: emptyMap(),
  deliberations: emptyMap(),
  tickets: makeVector<TicketState>([]),
  counts: noCounts,
  dropped: 0,
  stuck: [],
  replanned: new Set(),
  proposals: emptyMap(),
  ready: emptyMap(),
  attempts: emptyMap(),
  mergeQueue: [],
  reviews: emptyMap(),
  approvals: emptyMap(),
  settled: emptyMap(),
  disposals: emptyMap(),
  lanesByTier: emptyMap(),
  lanesByProvider: emptyMap(),
  lanesUsed: 0,
  providers: emptyMap(),
  caps: emptyMap(),
  ledger: emptyMap(),
  spend: emptyMap(),
  totals: noTotals,
  origin: null,
  startedAt: 0,
  lastAt: 0,
};

/** The configuration of a run that has one; asking earlier is a bug. */
export const configOf = (state: RunState): RunConfig => {
  if (state.config === null) throw new Error("the run has no configuration yet");
  return state.config;
};

export const ticketAt = (state: RunState, index: number): Ticket => {
  const ticket = state.graph.tickets[index];
  if (ticket === undefined) throw new RangeError(`no ticket ${index}`);
  return ticket;
};

export const isDropped = (ticket: TicketState): boolean => ticket.status === "cancelled" && ticket.dropped === true;

/** How many tickets the plan has. */
export const planLength = (state: RunState): number => state.tickets.length - state.dropped;

/** The fields by which an event names what an approval is about. */
export const subjectOf = (approval: Approval): { ticket?: TicketId; attempt?: number } =>
  approval.index === null ? {} : { ticket: approval.ticket, attempt: approval.attempt };
