// Messages that persons rewrote: each one's history, and what was written, run and returned after it.

import type { EventOf, Recorded } from "../domain/event.ts";
import type { Actor, TicketId } from "../domain/ids.ts";
import type { Text } from "../domain/text.ts";
import type { ToolCall } from "../domain/tool.ts";

export type MessageVersion = {
  readonly seq: number;
  readonly at: number;
  readonly by: Actor;
  /** `original`: the model's own; `restored`: the original again. */
  readonly kind: "original" | "edited" | "restored";
  readonly text: Text;
  readonly calls: readonly ToolCall[];
  readonly reason: string;
};

type Turn = { readonly ticket: TicketId; readonly attempt: number; readonly turn: number };

/** Every version of one message, oldest first; only the original where nobody rewrote it. */
export function messageHistoryOf(records: Iterable<Recorded>, of: Turn): readonly MessageVersion[] {
  const versions: MessageVersion[] = [];
  for (const { seq, at, by, event } of records) {
    if (!isVersion(event)) continue;
    if (event.ticket !== of.ticket || event.attempt !== of.attempt || event.turn !== of.turn) continue;
    const { text, calls } = event;
    const reason = event.type === "turn.replied" ? "" : event.reason;
    versions.push({ seq, at, by, kind: kinds[event.type], text, calls, reason });
  }
  return versions;
}

const kinds = { "turn.replied": "original", "message.edited": "edited", "message.restored": "restored" } as const;

type Version = EventOf<keyof typeof kinds>;

const isVersion = (event: Recorded["event"]): event is Version => Object.hasOwn(kinds, event.type);

export type Derived = {
  /** Record of what derives from it: a reply, a call, a result, a report, a check, a merge. */
  readonly seq: number;
  /** The `message.edited` it follows from. */
  readonly derivedFrom: number;
  readonly turn: number;
};

const deriving: ReadonlySet<string> = new Set<Recorded["event"]["type"]>([
  "turn.replied",
  "tool.called",
  "tool.returned",
  "tool.refused",
  "result.edited",
  "finish.reported",
  "verify.passed",
  "verify.failed",
  "review.closed",
  "merge.published",
  "ticket.completed",
]);

/** Of one attempt: what came after a rewritten message, until its end or until the rewriting was taken back. */
export function derivedOf(
  records: Iterable<Recorded>,
  of: { readonly ticket: TicketId; readonly attempt: number },
): readonly Derived[] {
  const derived: Derived[] = [];
  let edits: readonly { readonly seq: number; readonly turn: number }[] = [];
  for (const { seq, event } of records) {
    if (!("attempt" in event) || event.ticket !== of.ticket || event.attempt !== of.attempt) continue;
    // Only the last message is ever restored: nothing came of it but calls that were the same in the original.
    if (event.type === "message.restored") edits = edits.filter(({ turn }) => turn !== event.turn);
    else if (event.type === "message.edited") edits = [...edits, { seq, turn: event.turn }];
    const last = edits.at(-1);
    if (last !== undefined && deriving.has(event.type)) derived.push({ seq, derivedFrom: last.seq, turn: last.turn });
  }
  return derived;
}
