// The versions of a model's message: its own, then each that a person put in its place.

import { openCall } from "../core/open-call.ts";
import type { RunState } from "../core/state.ts";
import type { Recorded } from "../domain/event.ts";
import type { Actor, ApprovalId, AttemptRef } from "../domain/ids.ts";
import type { Text } from "../domain/text.ts";

export type MessageVersion = {
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
  readonly by: Actor;
  /** Empty for the model's own. */
  readonly reason: string;
  readonly text: Text;
  readonly calls: readonly { readonly tool: string; readonly args: Text }[];
};

export type RewritableMessage = AttemptRef & {
  readonly turn: number;
  /** Calls from the first on that have a result: they stay as they are. */
  readonly done: number;
};

/** The message that can be rewritten while this request is open; undefined: there is none. */
export function messageAt(state: RunState, id: ApprovalId): RewritableMessage | undefined {
  const approval = state.approvals.get(id);
  const attempt = approval === undefined || approval.index === null ? undefined : state.attempts.get(approval.index);
  const reply = attempt?.items.findLast((item) => item.kind === "reply");
  if (approval === undefined || attempt === undefined || reply?.kind !== "reply") return undefined;
  if (reply.turn !== approval.turn || approval.gate === "unknown") return undefined;
  const done = openCall(attempt)?.at ?? reply.calls.length;
  return { ticket: attempt.ticket, attempt: attempt.attempt, turn: reply.turn, done };
}

/** The oldest first. `turn`: the turn whose reply it is. */
export function messageVersionsOf(
  records: Iterable<Recorded>,
  { ticket, attempt, turn }: AttemptRef & { readonly turn: number },
): readonly MessageVersion[] {
  const versions: MessageVersion[] = [];
  for (const { seq, at, by, event } of records) {
    if (event.type !== "turn.replied" && event.type !== "message.edited") continue;
    if (event.ticket !== ticket || event.attempt !== attempt || event.turn !== turn) continue;
    versions.push({
      seq,
      at,
      by,
      reason: event.type === "message.edited" ? event.reason : "",
      text: event.text,
      calls: event.calls.map(({ tool, args }) => ({ tool, args })),
    });
  }
  return versions;
}
