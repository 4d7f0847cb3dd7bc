// A whole log at a glance, for a slider over it: how much happened where, and what stands out. A fixed number of
// stretches whatever the log's length, so that nobody needs the log to draw it.

import type { EventType, Recorded } from "../domain/event.ts";

export type MarkKind =
  | "plan"
  | "gate"
  | "answer"
  | "edit"
  | "completed"
  | "failed"
  | "blocked"
  | "setting"
  | "pause"
  | "fork"
  | "takeover"
  | "budget"
  | "compaction"
  | "mediator"
  | "condition"
  | "round"
  | "end";

export type Mark = { readonly kind: MarkKind; readonly count: number; /** Seq of the first. */ readonly first: number };

/** A stretch of the log: records `from` to `to`. */
export type Stretch = {
  readonly from: number;
  readonly to: number;
  /** Epoch ms of its first record. */
  readonly at: number;
  /** In the order in which they first came. */
  readonly marks: readonly Mark[];
};

/** Null: ordinary work. */
const kinds: Readonly<Record<EventType, MarkKind | null>> = {
  "run.created": null,
  "plan.tracked": null,
  "plan.added": null,
  "plan.cleared": "plan",
  "plan.accepted": "plan",
  "plan.proposed": "plan",
  "plan.patched": "plan",
  "run.forked": "fork",
  "run.adopted": "takeover",
  "run.paused": "pause",
  "run.resumed": "pause",
  "run.mode_changed": "setting",
  "run.trust_changed": "setting",
  "ticket.trust_changed": "setting",
  "run.lanes_changed": "setting",
  "run.models_changed": "setting",
  "run.attended_changed": null,
  "run.aborted": "end",
  "run.ended": "end",
  "budget.raised": "budget",
  "budget.passed_over": "budget",
  "ticket.completed": "completed",
  "ticket.blocked": "blocked",
  "ticket.failed": "failed",
  "ticket.abort_requested": null,
  "ticket.cancelled": "failed",
  "ticket.reopened": "setting",
  "ticket.models_changed": "setting",
  "rule.added": "setting",
  "rule.removed": "setting",
  "ticket.paused": "pause",
  "ticket.resumed": "pause",
  "ticket.steered": "edit",
  "attempt.started": null,
  "attempt.prepared": null,
  "brief.edited": "edit",
  "attempt.parked": null,
  "attempt.failed": "failed",
  "attempt.disposed": null,
  "note.added": null,
  "context.compacted": "compaction",
  "consult.started": null,
  "consult.replied": null,
  "consult.failed": "failed",
  "consult.returned": null,
  "consult.reserved": null,
  "consult.refused": "budget",
  "consult.ended": null,
  "turn.started": null,
  "turn.replied": null,
  "turn.failed": "failed",
  "turn.refused": "budget",
  "provider.held": null,
  "message.edited": "edit",
  "message.restored": "edit",
  "tool.called": null,
  "tool.returned": null,
  "tool.refused": null,
  "tool.lost": "failed",
  "result.edited": "edit",
  "approval.requested": "gate",
  "approval.answered": "answer",
  "approval.voided": null,
  "finish.reported": null,
  "verify.passed": null,
  "verify.failed": "failed",
  "review.closed": null,
  "merge.queued": null,
  "merge.published": null,
  "deliberation.opened": null,
  "deliberation.mediated": "mediator",
  "deliberation.condition_met": "condition",
  "deliberation.agent_changed": null,
  "deliberation.heard": null,
  "deliberation.agent_lost": "failed",
  "deliberation.written": null,
  "deliberation.write_refused": null,
  "deliberation.messaged": null,
  "deliberation.objected": null,
  "deliberation.objection_settled": null,
  "deliberation.voted": null,
  "deliberation.round_closed": "round",
  "deliberation.evidence_checked": null,
  "deliberation.incident": "failed",
  "deliberation.aborting": "end",
  "deliberation.synthesised": null,
  "deliberation.handed_off": null,
  "deliberation.handoff_failed": "failed",
  "deliberation.revoked": null,
  "deliberation.measured": null,
  "deliberation.failure_recorded": null,
  "deliberation.ended": "end",
  "deliberation.recovery_claimed": "takeover",
  "deliberation.partial_accepted": "answer",
};

export type Marks = {
  /** Every record once, in order. */
  readonly add: (recorded: Recorded) => void;
  /** At most `most` stretches, about equally long. */
  readonly stretches: (most: number) => readonly Stretch[];
};

/** Fine stretches kept: above it two and two become one. */
const mostKept = 1_024;

export function createMarks(): Marks {
  let kept: Stretch[] = [];
  /** Records in each kept stretch but the last. */
  let width = 1;
  return {
    add: (recorded) => {
      const here = toStretch(recorded);
      const last = kept.at(-1);
      if (last !== undefined && last.to - last.from + 1 < width) {
        kept[kept.length - 1] = join(last, here);
        return;
      }
      if (kept.length === mostKept) {
        kept = group(kept, 2);
        width *= 2;
      }
      kept.push(here);
    },
    stretches: (most) => group(kept, Math.ceil(kept.length / Math.max(1, most))),
  };
}

function toStretch({ seq, at, event }: Recorded): Stretch {
  const kind = kinds[event.type];
  return { from: seq, to: seq, at, marks: kind === null ? [] : [{ kind, count: 1, first: seq }] };
}

function group(stretches: readonly Stretch[], size: number): Stretch[] {
  const grouped: Stretch[] = [];
  for (const [place, stretch] of stretches.entries()) {
    const last = grouped.at(-1);
    if (last === undefined || place % size === 0) grouped.push(stretch);
    else grouped[grouped.length - 1] = join(last, stretch);
  }
  return grouped;
}

function join(a: Stretch, b: Stretch): Stretch {
  if (b.marks.length === 0) return { ...a, to: b.to };
  const marks = [...a.marks];
  for (const mark of b.marks) {
    const place = marks.findIndex(({ kind }) => kind === mark.kind);
    const same = marks[place];
    if (same === undefined) marks.push(mark);
    else marks[place] = { ...same, count: same.count + mark.count };
  }
  return { ...a, to: b.to, marks };
}
