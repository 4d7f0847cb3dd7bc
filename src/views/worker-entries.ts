// A ticket's records as a person reads them: for each attempt what it was told, thought, said and did, in order, with
// what a person decided, edited or withheld on the way. Folded further as records come; what did not change stays the
// same object.

import type { Finding } from "../domain/check-answers.ts";
import type { EventOf, Gate, GateDecision } from "../domain/event.ts";
import type { ApprovalId, ModelId, TicketId } from "../domain/ids.ts";
import type { MachineName } from "../domain/machine.ts";
import type { FailureCause } from "../domain/outcome.ts";
import type { Text } from "../domain/text.ts";
import type { ToolClass } from "../domain/tool.ts";
import type { Usage } from "../domain/usage.ts";

type Place = {
  /** Unique within the attempt. */
  readonly key: string;
  /** Of the record it began with. */
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
};

/** What a person wrote in place of something. */
export type Rewritten = { readonly by: string; readonly reason: string; readonly original: Text };

/** A question to a person, with its answer. */
export type AskedGate = {
  readonly approval: ApprovalId;
  readonly gate: Gate;
  readonly askedAt: number;
  readonly answer: {
    readonly decision: GateDecision;
    readonly by: string;
    readonly reason: string;
    readonly at: number;
  } | null;
  /** It no longer waits for an answer. */
  readonly isVoid: boolean;
};

export type CallStep = "written" | "running" | "returned" | "failed" | "refused" | "lost" | "dropped";

export type CallEntry = Place & {
  readonly kind: "call";
  readonly turn: number;
  readonly call: number;
  readonly tool: string;
  readonly class: ToolClass;
  readonly args: Text;
  /** Where `args` are not what the model wrote. */
  readonly argsEdit: Rewritten | null;
  /** Why it could not run as the model wrote it. */
  readonly problem: string | null;
  readonly step: CallStep;
  readonly refusedBy: "check" | "person" | "rule" | null;
  /** The person's rule that let it run without a question. */
  readonly letBy: string | null;
  readonly gates: readonly AskedGate[];
  /** What the model sees of its result; null before there is one. */
  readonly output: Text | null;
  readonly outputEdit: (Rewritten & { readonly isWithheld: boolean }) | null;
  readonly ms: number | null;
  readonly changed: readonly string[];
  readonly isDerived: boolean;
};

export type WorkerEntry =
  | (Place & {
      readonly kind: "brief";
      readonly prompt: Text;
      readonly edit: Rewritten | null;
      readonly base: string;
      readonly branch: string;
      readonly omitted: readonly string[];
      readonly gate: AskedGate | null;
    })
  /** Begins a turn; what it took is there once the model has replied. */
  | (Place & {
      readonly kind: "turn";
      readonly turn: number;
      readonly try: number;
      readonly usage: Usage | null;
      readonly ms: number | null;
      readonly finish: EventOf<"turn.replied">["finish"] | null;
      readonly isDerived: boolean;
    })
  | (Place & { readonly kind: "reasoning"; readonly turn: number; readonly text: Text; readonly isDerived: boolean })
  | (Place & {
      readonly kind: "text";
      readonly turn: number;
      readonly text: Text;
      readonly edit: Rewritten | null;
      /** Written by a model that had read a message which a person rewrote. */
      readonly isDerived: boolean;
    })
  | CallEntry
  | (Place & {
      readonly kind: "note";
      readonly note: EventOf<"note.added">["kind"];
      /** Null: the program itself. */
      readonly by: string | null;
      readonly text: Text;
    })
  | (Place & {
      readonly kind: "check";
      readonly isGreen: boolean;
      readonly command: string;
      readonly commands: number;
      readonly output: Text;
      readonly ms: number;
    })
  | (Place & {
      readonly kind: "review";
      readonly verdict: EventOf<"review.closed">["verdict"];
      readonly findings: readonly Finding[];
      readonly reason: string;
    })
  | (Place & {
      readonly kind: "failure";
      readonly cause: FailureCause;
      readonly detail: string;
      readonly diagnosis: Text | null;
    })
  | (Place & { readonly kind: "completed"; readonly summary: Text; readonly commit: string | null })
  /** Everything else, in one sentence that follows the ticket's name. */
  | (Place & { readonly kind: "event"; readonly words: string; readonly tone: "plain" | "bad" });

export type WorkerEntryOf<K extends WorkerEntry["kind"]> = Extract<WorkerEntry, { kind: K }>;

export type AttemptStory = {
  readonly attempt: number;
  readonly model: ModelId;
  /** Place on the model ladder, from 0. */
  readonly rung: number;
  /** On which it began; null: in the conductor's process, or it has no workspace yet. */
  readonly machine: MachineName | null;
  /** Epoch ms. */
  readonly startedAt: number;
  /** Null while it stands. */
  readonly endedAt: number | null;
  readonly end: "completed" | "failed" | "cancelled" | null;
  readonly cause: FailureCause | null;
  readonly detail: string;
  readonly turns: number;
  readonly calls: number;
  readonly usage: Usage;
  /** Turns whose message a person rewrote and nobody took back. */
  readonly editedTurns: readonly number[];
  /** Of the last record about it. */
  readonly lastSeq: number;
  readonly entries: readonly WorkerEntry[];
};

export type WorkerStory = {
  readonly ticket: TicketId;
  /** Of the last record that was told. */
  readonly seq: number;
  /** What was done to the ticket before its first attempt. */
  readonly before: readonly WorkerEntry[];
  readonly attempts: readonly AttemptStory[];
};

export const emptyStory = (ticket: TicketId): WorkerStory => ({ ticket, seq: 0, before: [], attempts: [] });

/** Whether a question of this call waits for a person now. */
export const openGateOf = (gates: readonly AskedGate[]): AskedGate | undefined =>
  gates.find(({ answer, isVoid }) => answer === null && !isVoid);
