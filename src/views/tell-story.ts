// How records become a worker's story; its shape stands in worker-entries.ts.

import type { Event, EventOf, Recorded } from "../domain/event.ts";
import type { TicketId } from "../domain/ids.ts";
import { addUsage, zeroUsage } from "../domain/usage.ts";
import { nameOf } from "./actor-name.ts";
import { change, isAfterEdit, placeOf, type StoryDraft } from "./story-draft.ts";
import { tellingOf } from "./telling.ts";
import { tellCallEvent, writtenCall } from "./tell-story-call.ts";
import type { AttemptStory, WorkerEntry, WorkerStory } from "./worker-entries.ts";

type Told = Extract<Event, { ticket?: TicketId | undefined }>;

const isOf = (ticket: TicketId, event: Event): event is Told => "ticket" in event && event.ticket === ticket;

/** Records of other tickets, and those that were told before, are passed over. */
export function tellStory(story: WorkerStory, records: Iterable<Recorded>): WorkerStory {
  const open = new Map<number, StoryDraft>();
  const before = [...story.before];
  let { seq } = story;
  let last = story.attempts.at(-1)?.attempt ?? 0;
  const find = (attempt: number): StoryDraft | undefined => {
    const had = open.get(attempt);
    if (had !== undefined) return had;
    const found = story.attempts.find((each) => each.attempt === attempt);
    if (found === undefined) return undefined;
    const { entries, ...head } = found;
    const made = { head, entries: [...entries] };
    open.set(attempt, made);
    return made;
  };
  for (const recorded of records) {
    const { event } = recorded;
    if (event.type === "run.forked" && recorded.seq > seq) {
      seq = recorded.seq;
      cutOff(find(last), recorded);
      continue;
    }
    if (recorded.seq <= seq || !isOf(story.ticket, event)) continue;
    seq = recorded.seq;
    if (event.type === "attempt.started") {
      last = event.attempt;
      open.set(last, begin(recorded, event));
    }
    const draft = find(("attempt" in event ? event.attempt : undefined) ?? last);
    if (draft === undefined) before.push(plainEntry(recorded));
    else {
      if ("attempt" in event) draft.head = { ...draft.head, lastSeq: seq };
      tell(draft, recorded);
    }
  }
  if (seq === story.seq) return story;
  const told = story.attempts.map(({ attempt }) => attempt);
  const attempts = [...told, ...[...open.keys()].filter((attempt) => !told.includes(attempt))].map((attempt) => {
    const draft = open.get(attempt);
    return draft === undefined ? given(story, attempt) : { ...draft.head, entries: draft.entries };
  });
  return { ...story, seq, attempts, before: before.length === story.before.length ? story.before : before };
}

/** What was under way in the run this one was forked from did not come with it. */
function cutOff(draft: StoryDraft | undefined, { at }: Recorded): void {
  if (draft === undefined || draft.head.end !== null) return;
  const detail = "The run was forked here; the ticket is begun anew.";
  draft.head = { ...draft.head, endedAt: at, end: "cancelled", detail };
}

function given(story: WorkerStory, attempt: number): AttemptStory {
  const found = story.attempts.find((each) => each.attempt === attempt);
  if (found === undefined) throw new Error(`attempt ${attempt} was told and is gone`);
  return found;
}

const begin = ({ seq, at }: Recorded, { attempt, model, rung }: EventOf<"attempt.started">): StoryDraft => ({
  head: {
    attempt,
    model,
    rung,
    machine: null,
    startedAt: at,
    endedAt: null,
    end: null,
    cause: null,
    detail: "",
    turns: 0,
    calls: 0,
    usage: zeroUsage,
    editedTurns: [],
    lastSeq: seq,
  },
  entries: [],
});

const bad = new Set<Event["type"]>(["turn.failed", "turn.refused", "tool.lost", "ticket.blocked", "ticket.failed"]);

function plainEntry(recorded: Recorded): WorkerEntry {
  const tone = bad.has(recorded.event.type) ? "bad" : "plain";
  return { kind: "event", ...placeOf(recorded), words: tellingOf(recorded).words, tone };
}

function tell(draft: StoryDraft, recorded: Recorded): void {
  const { event, by } = recorded;
  if (tellCallEvent(draft, recorded) || tellTurnEvent(draft, recorded) || tellEnd(draft, recorded)) return;
  switch (event.type) {
    case "attempt.prepared": {
      const { prompt, base, branch, omitted, machine = null } = event;
      draft.head = { ...draft.head, machine };
      const brief = { prompt, base, branch, omitted, edit: null, gate: null };
      draft.entries.push({ kind: "brief", ...placeOf(recorded, "brief"), ...brief });
      return;
    }
    case "brief.edited":
      change(draft, "brief", (entry) =>
        entry.kind === "brief"
          ? {
              ...entry,
              prompt: event.prompt,
              edit: { by: nameOf(by) ?? "", reason: entry.gate?.answer?.reason ?? "", original: entry.prompt },
            }
          : entry,
      );
      return;
    case "note.added":
      draft.entries.push({
        kind: "note",
        ...placeOf(recorded),
        note: event.kind,
        by: nameOf(by),
        text: event.text,
      });
      return;
    case "verify.passed": {
      const { commands, ms } = event;
      draft.entries.push({
        kind: "check",
        ...placeOf(recorded),
        isGreen: true,
        command: "",
        commands,
        output: "",
        ms,
      });
      return;
    }
    case "verify.failed": {
      const { command, output, ms } = event;
      draft.entries.push({ kind: "check", ...placeOf(recorded), isGreen: false, command, commands: 1, output, ms });
      return;
    }
    case "review.closed": {
      const { verdict, findings, reason } = event;
      draft.entries.push({ kind: "review", ...placeOf(recorded), verdict, findings, reason });
      return;
    }
    default:
      if (!silent.has(event.type)) draft.entries.push(plainEntry(recorded));
  }
}

/** Told by what stands around them. */
const silent = new Set<Event["type"]>(["attempt.started", "finish.reported", "attempt.disposed"]);

function tellTurnEvent(draft: StoryDraft, recorded: Recorded): boolean {
  const { event } = recorded;
  switch (event.type) {
    case "turn.started": {
      const key = `t${event.turn}`;
      const isAgain = change(draft, key, (entry) => (entry.kind === "turn" ? { ...entry, try: event.try } : entry));
      if (isAgain) return true;
      const isDerived = isAfterEdit(draft, event.turn);
      const taken = { usage: null, ms: null, finish: null };
      const { turn, try: times } = event;
      draft.entries.push({ kind: "turn", ...placeOf(recorded, key), turn, try: times, ...taken, isDerived });
      return true;
    }
    case "turn.replied":
      tellReply(draft, recorded, event);
      return true;
    case "turn.failed":
      draft.head = { ...draft.head, usage: addUsage(draft.head.usage, event.usage) };
      return false;
    default:
      return false;
  }
}

function tellReply(draft: StoryDraft, recorded: Recorded, event: EventOf<"turn.replied">): void {
  const { turn, text, reasoning, calls, usage, ms, finish } = event;
  const { head, entries } = draft;
  const isDerived = isAfterEdit(draft, turn);
  draft.head = {
    ...head,
    turns: head.turns + 1,
    calls: head.calls + calls.length,
    usage: addUsage(head.usage, usage),
  };
  change(draft, `t${turn}`, (entry) => (entry.kind === "turn" ? { ...entry, usage, ms, finish } : entry));
  if (reasoning !== undefined && reasoning !== "")
    entries.push({ kind: "reasoning", ...placeOf(recorded, `r${turn}`), turn, text: reasoning, isDerived });
  if (text !== "") entries.push({ kind: "text", ...placeOf(recorded, `m${turn}`), turn, text, edit: null, isDerived });
  for (const [call, written] of calls.entries())
    entries.push({ ...writtenCall(recorded, { turn, call }, written), isDerived });
}

function tellEnd(draft: StoryDraft, recorded: Recorded): boolean {
  const { event, at } = recorded;
  switch (event.type) {
    case "attempt.failed": {
      const { cause, detail, diagnosis = null } = event.failure;
      draft.head = { ...draft.head, endedAt: at, end: "failed", cause, detail };
      draft.entries.push({ kind: "failure", ...placeOf(recorded), cause, detail, diagnosis });
      return true;
    }
    case "ticket.completed":
      draft.head = { ...draft.head, endedAt: at, end: "completed" };
      draft.entries.push({
        kind: "completed",
        ...placeOf(recorded),
        summary: event.summary,
        commit: event.commit,
      });
      return true;
    case "ticket.cancelled":
      if (draft.head.endedAt === null) draft.head = { ...draft.head, endedAt: at, end: "cancelled" };
      return false;
    default:
      return false;
  }
}
