// What an attempt is at: one step under way, a person or another tier asked, or between two steps.

import type { DeliberationId } from "../domain/deliberation.ts";
import type { Gate, Purpose, Reservation } from "../domain/event.ts";
import type { ApprovalId, ConsultId } from "../domain/ids.ts";
import type { Text } from "../domain/text.ts";
import type { ToolCall } from "../domain/tool.ts";

/** Failed tries of one model call that count against a bound; waiting out a rate limit counts as neither. */
export type FailedTries = { readonly free: number; readonly costly: number };

export type Phase =
  | { readonly at: "preparing" }
  /** How it is to be gone about is deliberated first; its worker begins with what comes of it. */
  | { readonly at: "deliberating"; readonly deliberation: DeliberationId }
  /** Between two steps, with the next one not yet begun: open calls of the last reply, else a turn. */
  | { readonly at: "next"; readonly step: "turn" }
  /** A check has ended: the red one may be diagnosed first, the green one's result reviewed. */
  | { readonly at: "next"; readonly step: "diagnosis" | "review" }
  /** Nothing stands between its result and the merge queue. */
  | { readonly at: "next"; readonly step: "merge" }
  /** A person released this call; it starts with exactly these arguments. */
  | { readonly at: "next"; readonly step: "call"; readonly turn: number; readonly call: number; readonly args: Text }
  | {
      readonly at: "calling";
      readonly turn: number;
      readonly try: number;
      readonly notBefore: number;
      readonly failed: FailedTries;
      /** Null in a run without bounds. */
      readonly reserved: Reservation | null;
      /** The next try of a call that failed: it is made once its worst case fits every bound again. */
      readonly isUnfunded: boolean;
    }
  | {
      readonly at: "tool";
      readonly turn: number;
      readonly call: number;
      readonly tool: string;
      readonly args: Text;
      readonly class: ToolCall["class"];
      readonly digest: string;
      /** It may have run before a crash. */
      readonly repeat: boolean;
    }
  | {
      readonly at: "held";
      readonly gate: Gate;
      readonly approval: ApprovalId;
      readonly turn: number;
      readonly call: number;
    }
  | { readonly at: "verifying"; readonly round: number }
  /** Another tier is asked about this attempt: a diagnosis of a red check, or a review of its diff. */
  | { readonly at: "consulting"; readonly consult: ConsultId; readonly purpose: Purpose }
  | { readonly at: "merging" }
  /** Aborted while its merge was under way. It stays the head of the queue until it is known how that merge came out. */
  | { readonly at: "withdrawing"; readonly reason: string };
