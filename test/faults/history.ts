// What a faulted run may never look like, whoever was killed, frozen or cut off while it went on. Four checks over what
// was seen from outside: the log as it is in the end, what was acknowledged on the way, what readers were sent, and the
// marks that work left behind. Each gives what is broken as sentences; empty where all holds.

import type { EventOf, Recorded } from "../../src/domain/event.ts";
import type { ApprovalId } from "../../src/domain/ids.ts";

/** An answer to an approval that was given; `isAcknowledged`: whoever gave it was told that it counts. */
export type GivenAnswer = {
  readonly approval: ApprovalId;
  readonly decision: EventOf<"approval.answered">["decision"];
  readonly isAcknowledged: boolean;
};

export type RunHistory = {
  /** The log, read whole when everything was over. */
  readonly log: readonly Recorded[];
  /** What somebody was told is recorded, by its JSON text. */
  readonly acknowledged: readonly { readonly seq: number; readonly body: string }[];
  /** What each reader was sent, in the order it came; over all its connections. */
  readonly readers: readonly (readonly { readonly seq: number; readonly body: string }[])[];
  readonly answers: readonly GivenAnswer[];
  /** Every merge that git has, by the ticket it is of; null: the run has no repository. */
  readonly merged: readonly string[] | null;
};

export const brokenHistory = (history: RunHistory): string[] => [
  ...brokenSet(history),
  ...brokenClaims(history),
  ...brokenRegisters(history),
  ...brokenStreams(history),
];

type Of<Type extends Recorded["event"]["type"]> = { readonly seq: number; readonly event: EventOf<Type> };

const of = <Type extends Recorded["event"]["type"]>({ log }: RunHistory, type: Type): readonly Of<Type>[] =>
  log.flatMap(({ seq, event }) => (event.type === type ? [{ seq, event: event as EventOf<Type> }] : []));

/** What there was to do is done once each; what was acknowledged is there; the repository says the same as the log. */
export function brokenSet(history: RunHistory): string[] {
  const planned = of(history, "plan.added").flatMap(({ event }) => event.tickets.map(({ id }) => String(id)));
  const completed = of(history, "ticket.completed").map(({ event }) => String(event.ticket));
  const ended = of(history, "run.ended");
  const isCompleted = ended.at(-1)?.event.outcome === "completed";
  const bodies = new Map(history.log.map((record) => [record.seq, JSON.stringify(record)]));
  return [
    ...twice(completed).map((id) => `set: ticket ${id} is completed more than once`),
    ...completed
      .filter((id) => !planned.includes(id))
      .map((id) => `set: ticket ${id} is completed and was never planned`),
    ...(isCompleted ? planned.filter((id) => !completed.includes(id)) : []).map(
      (id) => `set: the run is completed and ticket ${id} is not`,
    ),
    ...(ended.length > 1 ? [`set: the run has ended ${ended.length} times`] : []),
    ...history.acknowledged
      .filter(({ seq, body }) => bodies.get(seq) !== body)
      .map(({ seq }) => `set: record ${seq} was acknowledged and is not in the log as it was`),
    ...(history.merged === null ? [] : brokenMerges(history, history.merged)),
  ];
}

function brokenMerges(history: RunHistory, merged: readonly string[]): string[] {
  const published = of(history, "merge.published").flatMap(({ event }) =>
    event.commit === null ? [] : [String(event.ticket)],
  );
  return [
    ...twice(merged).map((id) => `set: ticket ${id} was merged more than once`),
    ...merged.filter((id) => !published.includes(id)).map((id) => `set: git has a merge of ${id} that the log has not`),
    ...published.filter((id) => !merged.includes(id)).map((id) => `set: the log has a merge of ${id} that git has not`),
  ];
}

/** One owner at a time, one attempt of a ticket at a time, one result of a step. */
export function brokenClaims(history: RunHistory): string[] {
  const tokens = of(history, "run.adopted").map(({ event }) => event.token);
  const results = [
    ...of(history, "tool.returned").map(
      ({ event }) => `${event.ticket}#${event.attempt} turn ${event.turn} call ${event.call}`,
    ),
    ...of(history, "turn.replied").map(({ event }) => `${event.ticket}#${event.attempt} turn ${event.turn}`),
    ...of(history, "attempt.prepared").map(({ event }) => `${event.ticket}#${event.attempt} is prepared`),
    ...of(history, "attempt.started").map(({ event }) => `${event.ticket}#${event.attempt} is started`),
  ];
  return [
    ...tokens.flatMap((token, at) =>
      at > 0 && token <= (tokens[at - 1] ?? 0)
        ? [`claim: the owner with token ${token} came after one with ${tokens[at - 1]}`]
        : [],
    ),
    ...twice(results).map((what) => `claim: ${what} more than once`),
    ...overlapping(history),
  ];
}

const ends: readonly string[] = [
  "ticket.completed",
  "ticket.blocked",
  "ticket.failed",
  "ticket.cancelled",
  "attempt.failed",
];

function overlapping({ log }: RunHistory): string[] {
  const live = new Map<string, number>();
  const broken: string[] = [];
  for (const { event } of log) {
    if (event.type === "attempt.started") {
      const other = live.get(event.ticket);
      if (other !== undefined) broken.push(`claim: ${event.ticket}#${event.attempt} began while #${other} was at work`);
      live.set(event.ticket, event.attempt);
    } else if (ends.includes(event.type) && "ticket" in event && event.ticket !== undefined) live.delete(event.ticket);
  }
  return broken;
}

/** An approval is answered at most once, as somebody was told; what it held does not happen before, or against it. */
export function brokenRegisters(history: RunHistory): string[] {
  const answered = of(history, "approval.answered");
  const requested = new Map(
    of(history, "approval.requested").map(({ seq, event }) => [event.approval, { seq, event }]),
  );
  return [
    ...twice(answered.map(({ event }) => String(event.approval))).map(
      (id) => `register: ${id} is answered more than once`,
    ),
    ...history.answers
      .filter(({ isAcknowledged }) => isAcknowledged)
      .flatMap(({ approval, decision }) => {
        const counts = answered.find(({ event }) => event.approval === approval)?.event.decision;
        return counts === decision
          ? []
          : [`register: ${approval} was acknowledged as ${decision} and counts as ${counts ?? "nothing"}`];
      }),
    ...answered.flatMap(({ seq, event }) => {
      const asked = requested.get(event.approval);
      return asked === undefined || asked.seq > seq
        ? [`register: ${event.approval} is answered and was not asked before`]
        : [];
    }),
    ...[...requested.values()].flatMap((asked) => brokenGate(history, asked)),
  ];
}

/** Of a gate before a tool: the tool is not called before it is released, and never once it was rejected. */
function brokenGate(history: RunHistory, { seq, event: asked }: Of<"approval.requested">): string[] {
  if (asked.gate !== "call") return [];
  const answer = of(history, "approval.answered").find(({ event }) => event.approval === asked.approval);
  const called = of(history, "tool.called").filter(
    ({ seq: at, event }) =>
      at > seq &&
      event.ticket === asked.ticket &&
      event.attempt === asked.attempt &&
      event.turn === asked.turn &&
      event.call === asked.call,
  );
  const isReleased = answer?.event.decision === "approve" || answer?.event.decision === "edit";
  return called.flatMap(({ seq: at }) =>
    isReleased && at > answer.seq
      ? []
      : [`register: what ${asked.approval} holds was done at record ${at} without a yes`],
  );
}

/** From whatever record a reader began: one after the other, none missing, none twice, each as the log has it. */
export function brokenStreams({ log, readers }: RunHistory): string[] {
  const bodies = new Map(log.map((record) => [record.seq, JSON.stringify(record)]));
  const own = log.flatMap(({ seq }, at) =>
    seq === at + 1 ? [] : [`stream: the log has record ${seq} in place ${at + 1}`],
  );
  return [
    ...own.slice(0, 1),
    ...readers.flatMap((seen, reader) =>
      seen.flatMap(({ seq, body }, at) => {
        const before = at === 0 ? undefined : seen[at - 1]?.seq;
        return [
          ...(before !== undefined && seq !== before + 1
            ? [`stream: reader ${reader} saw record ${seq} after ${before}`]
            : []),
          ...(bodies.get(seq) === body
            ? []
            : [`stream: reader ${reader} saw a record ${seq} that the log does not have`]),
        ];
      }),
    ),
  ];
}

const twice = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, at) => names.indexOf(name) !== at)),
];
