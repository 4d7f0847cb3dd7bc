// What is asked of a run, imperative. Time and chance come in on the command; the core reads neither.

import type { Raise } from "./budget.ts";
import type { Lanes, Mode, ModelCard, RunConfig, Tier } from "./config.ts";
import type { DeliberationReport, DeliberationRequest } from "./deliberation-command.ts";
import type { GateDecision } from "./event.ts";
import type { Actor, ApprovalId, AttemptRef, ConsultId, ModelId, RunId, TicketId } from "./ids.ts";
import type { LiveRule } from "./live-rule.ts";
import type { MachineName } from "./machine.ts";
import type { AttemptFailure, ProviderFaultCode } from "./outcome.ts";
import type { PatchRequest } from "./plan-patch.ts";
import type { BlobRef, Text } from "./text.ts";
import type { Ticket, Trust } from "./ticket.ts";
import type { ToolCall } from "./tool.ts";
import type { Usage } from "./usage.ts";

export type TurnRef = AttemptRef & { readonly turn: number };
export type ConsultCallRef = { readonly consult: ConsultId; readonly round: number; readonly try: number };
export type CallRef = TurnRef & { readonly call: number };

/** Asked by a person, through a face. */
export type Request =
  | { type: "run.create"; run: RunId; config: RunConfig; tickets: readonly Ticket[] }
  /** Of a log that is a copy of another run's records 1 to `at`. */
  | {
      type: "run.fork";
      run: RunId;
      from: RunId;
      at: number;
      config: RunConfig;
      guidance: readonly { readonly ticket: TicketId; readonly text: Text }[];
      models: readonly { readonly ticket: TicketId; readonly models: readonly ModelId[] }[];
      bounds: readonly Raise[];
      changes: readonly string[];
      mode?: Mode;
      /** Null: as the tickets say. */
      trust?: Trust | null;
      lanes?: Lanes["run"];
      patch?: PatchRequest;
    }
  | { type: "run.pause"; reason: string; drain: boolean }
  | { type: "run.resume" }
  | { type: "run.set_mode"; mode: Mode }
  | { type: "run.set_trust"; trust: Trust | null }
  | { type: "ticket.set_trust"; ticket: TicketId; trust: Trust | null }
  | { type: "run.set_lanes"; lanes: Lanes["run"] }
  | { type: "run.set_attended"; attended: boolean }
  /** `now`: agents of a deliberation have no grace, and their mediator no last word. */
  | { type: "run.abort"; reason: string; now?: boolean }
  | { type: "ticket.abort"; ticket: TicketId; reason: string }
  | DeliberationRequest
  | { type: "budget.raise"; raises: readonly Raise[] }
  /** Tells the old turns of its worker's conversation in short, from the next call on. */
  | { type: "context.compact"; ticket: TicketId }
  /** Told to its worker before the next call; to the next attempt's, where none is under way. */
  | { type: "ticket.steer"; ticket: TicketId; text: Text }
  /** The ladder of its next attempts. `cards`: what is known of models that are new to the run. */
  | {
      type: "ticket.set_models";
      ticket: TicketId;
      models: readonly ModelId[];
      cards: Readonly<Record<string, ModelCard>>;
    }
  | { type: "run.set_models"; tier: Tier; models: readonly ModelId[]; cards: Readonly<Record<string, ModelCard>> }
  /** `answer`: open approvals that the rule is to answer at once, as far as it is about them. */
  | { type: "rule.add"; rule: LiveRule; answer: readonly ApprovalId[] }
  | { type: "rule.remove"; id: string }
  | { type: "ticket.pause"; ticket: TicketId; reason: string }
  | { type: "ticket.resume"; ticket: TicketId }
  | { type: "ticket.reopen"; ticket: TicketId; guidance?: Text }
  | {
      type: "approval.answer";
      approval: ApprovalId;
      decision: GateDecision;
      reason: string;
      /** Replaces what was shown: the prompt, the arguments as JSON text, or the output. */
      edited?: Text;
      /** At the gate `plan`, with the decision edit: the tickets that take the drafted ones' place. */
      tickets?: readonly Ticket[];
      /** Likewise, where it is tier 2's patch that is shown. */
      patch?: PatchRequest;
      /** At the gate `budget`, with the decision edit: the new bounds. */
      raises?: readonly Raise[];
      /** Digest of what the person saw; refused where it is no longer what would run. */
      digest?: string;
    }
  | {
      type: "plan.patch";
      patch: PatchRequest;
      /** Nobody conducts the run: it is paused, so that nothing is started before somebody does. */
      hold?: boolean;
    }
  /** Rewrites the model's last message while one of its gates holds. */
  /** Takes every rewriting of the last message back while one of its gates holds. */
  | { type: "message.restore"; approval: ApprovalId; reason: string }
  | { type: "message.edit"; approval: ApprovalId; text: Text; calls?: readonly ToolCall[]; reason: string };

/** The `round` of a check that a merge made on the merged tree; the attempt's own tree is checked in rounds from 1. */
export const mergedTree = 0;

/** Reported by the engine about a duty. A report whose step is no longer awaited gives no events. */
export type Report =
  | { type: "run.adopt"; token: number; owner: string }
  | ({
      type: "report.prepared";
      base: string;
      branch: string;
      prompt: Text;
      omitted: readonly string[];
      fileBytes?: number;
      /** Another machine has prepared it and works on it. */
      machine?: MachineName;
    } & AttemptRef)
  | ({
      type: "report.replied";
      try: number;
      text: Text;
      reasoning?: Text;
      calls: readonly ToolCall[];
      finish: "stop" | "calls" | "length" | "refusal" | "other";
      usage: Usage;
      ms: number;
      echo?: string;
    } & TurnRef)
  | ({
      type: "report.turn_failed";
      try: number;
      code: ProviderFaultCode;
      detail: string;
      /** The provider's own wish, in ms from now, already validated and clamped. */
      retryAfterMs?: number;
      usage: Usage;
      ms: number;
    } & TurnRef)
  /** The call was not made: the bound of all runs of this day stands in its way. */
  | ({ type: "report.turn_refused"; try: number; detail: string } & TurnRef)
  | ({ type: "report.consult_refused"; detail: string } & ConsultCallRef)
  | ({
      type: "report.consulted";
      /** The question as sent and the answer, as they are stored. */
      input: Text;
      text: Text;
      /** The answer whole, for the rules to read; not recorded again. */
      answer: string;
      /** Long texts of it that are stored already, by their hex sha-256. */
      stored?: Readonly<Record<string, BlobRef>>;
      /** The model called tools although it has none. */
      calledTools: boolean;
      finish: "stop" | "calls" | "length" | "refusal" | "other";
      usage: Usage;
      ms: number;
    } & ConsultCallRef)
  | ({
      type: "report.consult_failed";
      code: ProviderFaultCode;
      detail: string;
      retryAfterMs?: number;
      usage: Usage;
      ms: number;
    } & ConsultCallRef)
  | ({ type: "report.tool"; ok: boolean; output: Text; ms: number; changed: readonly string[] } & CallRef)
  /** Whoever ran the call is gone, and what it did cannot be seen or undone. */
  | ({ type: "report.tool_lost" } & CallRef)
  | ({ type: "report.verified"; round?: number; ms: number; commands: number } & AttemptRef)
  | ({
      type: "report.verify_failed";
      round?: number;
      ms: number;
      command: string;
      output: Text;
      fingerprint: string;
    } & AttemptRef)
  | ({ type: "report.merged"; commit: string | null; verified: "attempt" | "merged" | "none"; ms: number } & AttemptRef)
  /** A merge that met an abort was stopped before it was published; `problem`: why that could not be seen. */
  | ({ type: "report.withdrawn"; problem?: string } & AttemptRef)
  /** Ends the attempt: conflict, outside_touches, environment, timeout ... */
  | ({ type: "report.failed"; failure: AttemptFailure } & AttemptRef)
  | DeliberationReport
  | ({ type: "report.disposed"; quarantined?: string } & AttemptRef);

export type Command = Request | Report;
export type CommandType = Command["type"];
export type CommandOf<T extends CommandType> = Extract<Command, { type: T }>;

/** Everything the core may not read for itself. */
export type Circumstances = {
  /** Epoch ms. */
  readonly at: number;
  readonly by: Actor;
  /** In [0, 1); spreads retries. */
  readonly chance: number;
  /** Hex sha-256 of a text: a function of its argument alone, handed in because pure rooms import no node module. */
  readonly digest: (text: string) => string;
};
