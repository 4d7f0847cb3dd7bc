// A run's records as a recording: each reply at its ticket, attempt and turn, each answer of a person at its gate.

import type { ConsultEvent, Event, EventOf, EventType, Recorded } from "../domain/event.ts";
import type { ApprovalId, ConsultId } from "../domain/ids.ts";
import { recordingFormat, type RecordedAnswer, type Recording } from "../domain/recording.ts";
import type { ScriptedFault, ScriptedTurn } from "../domain/scenario.ts";
import { headOf } from "../domain/text.ts";
import type { Ticket } from "../domain/ticket.ts";

/** Records whose long texts were brought back, so that each is a text in place. Undefined for a log that never came to its first record. */
export function recordingOf(records: Iterable<Recorded>): Recording | undefined {
  const tape = createTape();
  for (const recorded of records) tape.add(recorded);
  return tape.finish();
}

type Turns = Map<number, ScriptedTurn>;

type Tape = {
  created: EventOf<"run.created"> | undefined;
  readonly tickets: Ticket[];
  readonly attempts: Map<string, Map<number, Turns>>;
  readonly consults: Map<string, Turns>;
  readonly consultNames: Map<ConsultId, string>;
  /** Cycles of each agent of a deliberation so far. */
  readonly cycles: Map<string, number>;
  readonly open: Map<ApprovalId, EventOf<"approval.requested">>;
  readonly answers: RecordedAnswer[];
  readonly notes: string[];
  isPlanned: boolean;
  /** Type of the record before. */
  last: EventType | undefined;
};

function createTape(): { add: (recorded: Recorded) => void; finish: () => Recording | undefined } {
  const tape: Tape = {
    created: undefined,
    tickets: [],
    attempts: new Map(),
    consults: new Map(),
    consultNames: new Map(),
    cycles: new Map(),
    open: new Map(),
    answers: [],
    notes: [],
    isPlanned: false,
    last: undefined,
  };
  const add = (recorded: Recorded): void => {
    addRecord(tape, recorded);
    tape.last = recorded.event.type;
  };
  return { add, finish: () => finish(tape) };
}

function addRecord(tape: Tape, { event, by, seq }: Recorded): void {
  switch (event.type) {
    case "run.created":
      tape.created = event;
      return;
    case "plan.added":
      if (!tape.isPlanned) tape.tickets.push(...event.tickets);
      return;
    case "plan.accepted":
      tape.isPlanned = true;
      return;
    case "turn.replied":
      turnOf(turnsOf(tape, event), event.turn, (turn) => ({ ...turn, ...toTurn(event) }));
      return;
    case "turn.failed":
      turnOf(turnsOf(tape, event), event.turn, (turn) => withFault(turn, event));
      return;
    case "approval.requested":
      tape.open.set(event.approval, event);
      return;
    case "approval.answered":
      return addAnswer(tape, { event, by, seq });
    case "message.edited":
      return addRewrite(tape, { event, seq });
    default:
      if (event.type.startsWith("consult.")) addConsult(tape, event as ConsultEvent);
      else if (unplayed.has(event.type) || isUnasked(tape, event, by))
        tape.notes.push(`${event.type} (record ${seq}) is not played again`);
  }
}

/** These follow from an answer at a gate, and are then played with it; or a person gave them unasked. */
const isUnasked = (tape: Tape, event: Event, by: Recorded["by"]): boolean =>
  (event.type === "plan.patched" || event.type === "budget.raised") &&
  by.startsWith("person:") &&
  tape.last !== "approval.answered";

/** What people and machines did to the run from outside. */
const unplayed: ReadonlySet<EventType> = new Set<EventType>([
  "run.adopted",
  "run.forked",
  "run.paused",
  "run.resumed",
  "run.mode_changed",
  "run.trust_changed",
  "ticket.trust_changed",
  "run.lanes_changed",
  "run.attended_changed",
  "run.aborted",
  "ticket.abort_requested",
  "ticket.reopened",
]);

const entry = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
};

const turnsOf = (tape: Tape, { ticket, attempt }: { ticket: string; attempt: number }): Turns =>
  entry(
    entry(tape.attempts, ticket, () => new Map<number, Turns>()),
    attempt,
    () => new Map<number, ScriptedTurn>(),
  );

const turnOf = (turns: Turns, number: number, change: (turn: ScriptedTurn) => ScriptedTurn): void => {
  turns.set(number, change(turns.get(number) ?? {}));
};

const toTurn = (event: EventOf<"turn.replied">): ScriptedTurn => ({
  text: headOf(event.text),
  ...(event.reasoning === undefined ? {} : { reasoning: headOf(event.reasoning) }),
  calls: event.calls.map(({ id, tool, args }) => ({ id, tool, args: headOf(args) })),
  finish: event.finish,
  usage: event.usage,
  ...(event.echo === undefined ? {} : { echo: event.echo }),
});

/** Waits are not played: what is tried again is tried again at once. */
const withFault = (
  turn: ScriptedTurn,
  { try: count, code, detail, retryAt, usage }: EventOf<"turn.failed" | "consult.failed">,
): ScriptedTurn => {
  const fault: ScriptedFault = { code, detail, usage, ...(retryAt === null ? {} : { retryAfterMs: 0 }) };
  const before = Array.from({ length: count - 1 }, (_, place) => turn.faults?.[place] ?? fault);
  return { ...turn, faults: [...before, fault] };
};

function addConsult(tape: Tape, event: ConsultEvent): void {
  if (event.type === "consult.started") {
    tape.consultNames.set(event.consult, consultName(tape, event));
    return;
  }
  const name = tape.consultNames.get(event.consult);
  if (name === undefined || (event.type !== "consult.replied" && event.type !== "consult.failed")) return;
  const rounds = entry(tape.consults, name, () => new Map<number, ScriptedTurn>());
  turnOf(rounds, event.round, (turn) =>
    event.type === "consult.failed"
      ? withFault(turn, event)
      : {
          ...turn,
          text: headOf(event.text),
          finish: event.finish ?? "stop",
          usage: event.usage,
          ...(event.calledTools === true ? { calls: [{ tool: "unknown", args: "{}" }] } : {}),
        },
  );
}

/** As the scripted model looks it up: by the turn of the attempt, else by what it is about. */
function consultName(tape: Tape, event: EventOf<"consult.started">): string {
  const { purpose, track, ticket, attempt, role } = event;
  if (role !== undefined) {
    const who = `${purpose}:${ticket === undefined ? "" : `${ticket}/`}${role}`;
    const cycle = (tape.cycles.get(who) ?? 0) + 1;
    tape.cycles.set(who, cycle);
    return `${who}#${cycle}`;
  }
  if (ticket !== undefined && attempt !== undefined) {
    const turns = tape.attempts.get(ticket)?.get(attempt);
    return `${purpose}:${ticket}#${attempt}/${Math.max(0, ...(turns?.keys() ?? []))}`;
  }
  const about = track ?? ticket;
  return about === undefined ? purpose : `${purpose}:${about}`;
}

type Asked = EventOf<"approval.requested">;

const placeOf = ({ gate, ticket, attempt, turn, call }: Asked) => ({
  gate,
  ticket: ticket ?? null,
  attempt: attempt ?? null,
  turn,
  call,
});

type At<E> = { readonly event: E; readonly seq: number };

function addAnswer(tape: Tape, { event, by, seq }: At<EventOf<"approval.answered">> & Pick<Recorded, "by">): void {
  const asked = tape.open.get(event.approval);
  tape.open.delete(event.approval);
  if (asked === undefined || by.startsWith("rule:")) return;
  const edited = event.edited === undefined ? {} : { edited: headOf(event.edited) };
  tape.answers.push({ ...placeOf(asked), after: seq - 1, decision: event.decision, reason: event.reason, ...edited });
}

function addRewrite(tape: Tape, { event, seq }: At<EventOf<"message.edited">>): void {
  const asked = [...tape.open.values()].findLast(
    (each) => each.ticket === event.ticket && each.attempt === event.attempt,
  );
  if (asked === undefined) return;
  const calls = event.calls.map(({ tool, args }) => ({ tool, args: headOf(args) }));
  tape.answers.push({
    ...placeOf(asked),
    after: seq - 1,
    reason: event.reason,
    message: { text: headOf(event.text), calls },
  });
}

function finish(tape: Tape): Recording | undefined {
  if (tape.created === undefined) return undefined;
  const { scenario: _scenario, ...config } = tape.created.config;
  return {
    format: recordingFormat,
    config: { ...config, project: { ...config.project, root: "" } },
    tickets: config.goal === undefined ? tape.tickets : [],
    scenario: {
      recorded: true,
      tickets: Object.fromEntries(
        [...tape.attempts].map(([ticket, attempts]) => [ticket, inOrder(attempts, toAttempt)]),
      ),
      consults: Object.fromEntries(
        [...tape.consults].map(([name, rounds]) => [name, inOrder(rounds, (turn) => turn ?? {})]),
      ),
    },
    answers: tape.answers,
    notes: tape.notes,
  };
}

const toAttempt = (turns: Turns | undefined): { turns: ScriptedTurn[] } => ({
  turns: turns === undefined ? [] : inOrder(turns, (turn) => turn ?? {}),
});

/** From 1 to the last; what is missing in between was never asked. */
const inOrder = <From, To>(numbered: ReadonlyMap<number, From>, make: (value: From | undefined) => To): To[] =>
  Array.from({ length: Math.max(0, ...numbered.keys()) }, (_, place) => make(numbered.get(place + 1)));
