// Events inside one attempt: its preparation, turns, tool calls, verification and merge.

import type { EventOf } from "../domain/event.ts";
import { bytesOf } from "../domain/text.ts";
import { addUsage, type Usage } from "../domain/usage.ts";
import { attemptOf, releaseLane, takeLane, withAttempt, withSpend } from "./change.ts";
import { book, settleCall, spenderOf, type Call } from "./ledger.ts";
import { compacted, gaugeOf, requestSize } from "./evolve-context.ts";
import { openCall } from "./open-call.ts";
import { countFailedTry } from "./retry.ts";
import { withEntry } from "./small-map.ts";
import type { FailedTries, Phase } from "./phase.ts";
import type { Attempt, Item, RunState } from "./state.ts";
import { messageAllowance } from "./worst-case.ts";

type AttemptEvent = EventOf<
  | "attempt.prepared"
  | "attempt.parked"
  | "note.added"
  | "context.compacted"
  | "turn.started"
  | "turn.replied"
  | "turn.failed"
  | "turn.refused"
  | "tool.called"
  | "tool.returned"
  | "tool.refused"
  | "tool.lost"
  | "finish.reported"
  | "verify.passed"
  | "verify.failed"
  | "review.closed"
  | "merge.queued"
  | "merge.published"
>;

const nextTurn: Phase = { at: "next", step: "turn" };
const noFailedTries: FailedTries = { free: 0, costly: 0 };

export function evolveAttempt(state: RunState, event: AttemptEvent): RunState {
  const attempt = attemptOf(state, event);
  return withWork(fold(state, attempt, event), attempt);
}

/** Working time goes on the accounts, whatever the step it was spent on. */
function withWork(state: RunState, before: Attempt): RunState {
  const worked = (state.attempts.get(before.index)?.activeMs ?? before.activeMs) - before.activeMs;
  return worked === 0 ? state : book(state, spenderOf(state, before), { spent: { ms: worked } });
}

function fold(state: RunState, attempt: Attempt, event: AttemptEvent): RunState {
  switch (event.type) {
    case "attempt.prepared": {
      const { base, branch, prompt, machine, fileBytes: files = 0 } = event;
      const where = machine === undefined ? {} : { machine };
      return withAttempt(state, { ...attempt, base, branch, prompt, files, ...where, phase: nextTurn });
    }
    case "attempt.parked":
      return releaseLane(state, attempt);
    case "note.added":
      return withAttempt(state, { ...withNote(attempt, event), phase: nextTurn });
    case "context.compacted":
      return withAttempt(state, compacted(attempt, event));
    case "turn.started":
      return turnStarted(state, attempt, event);
    case "turn.replied":
      return turnReplied(state, attempt, event);
    case "turn.failed":
      return turnFailed(state, attempt, event);
    case "turn.refused":
      return turnRefused(state, attempt, event);
    case "tool.called":
      return toolCalled(state, attempt, event);
    case "tool.returned":
    case "tool.refused":
      return resultCame(state, attempt, event);
    case "tool.lost":
      return state;
    case "finish.reported":
      return finishReported(state, attempt, event);
    case "verify.passed":
      return withAttempt(state, {
        ...attempt,
        activeMs: attempt.activeMs + event.ms,
        phase: { at: "next", step: "review" },
      });
    case "verify.failed":
      return withAttempt(state, verifyFailed(attempt, event));
    case "review.closed":
      return reviewClosed(state, attempt, event);
    case "merge.queued": {
      const merging = withAttempt(state, { ...attempt, phase: { at: "merging" } });
      return { ...merging, mergeQueue: [...merging.mergeQueue, attempt.index] };
    }
    case "merge.published":
      return { ...state, totals: { ...state.totals, merged: state.totals.merged + (event.commit === null ? 0 : 1) } };
    default:
      return event satisfies never;
  }
}

const withNote = (attempt: Attempt, event: EventOf<"note.added">): Attempt => ({
  ...attempt,
  items: [...attempt.items, { kind: "note", text: event.text }],
  added: attempt.added + bytesOf(event.text) + messageAllowance,
  nudges: attempt.nudges + (event.kind === "nudge" ? 1 : 0),
  words: event.said === undefined ? attempt.words : attempt.words.filter(({ seq }) => seq !== event.said),
  finishing: isSentBack(event.kind) ? null : attempt.finishing,
  red: isSentBack(event.kind) ? null : attempt.red,
});

/** Its finish did not count: it has to finish again. */
const isSentBack = (kind: EventOf<"note.added">["kind"]): boolean =>
  kind === "verification" || kind === "diagnosis" || kind === "review" || kind === "steering";

/** Red on the merged tree is not this worker's to mend; what becomes of it is told next. */
function verifyFailed(attempt: Attempt, event: EventOf<"verify.failed">): Attempt {
  const { command, output, fingerprint } = event;
  const counted = { ...attempt, activeMs: attempt.activeMs + event.ms, verifyRounds: attempt.verifyRounds + 1 };
  return attempt.phase.at === "verifying"
    ? { ...counted, red: { command, output, fingerprint }, phase: { at: "next", step: "diagnosis" } }
    : counted;
}

function reviewClosed(state: RunState, attempt: Attempt, event: EventOf<"review.closed">): RunState {
  const { verdict, findings, reason } = event;
  const review = { attempt: attempt.attempt, verdict, findings, reason };
  const isBack = verdict === "sent_back";
  const counted = { ...attempt, sentBack: attempt.sentBack + (isBack ? 1 : 0) };
  const judged: Attempt = isBack ? counted : { ...counted, phase: { at: "next", step: "merge" } };
  return { ...withAttempt(state, judged), reviews: withEntry(state.reviews, attempt.index, review) };
}

function turnStarted(state: RunState, attempt: Attempt, event: EventOf<"turn.started">): RunState {
  const reserved = event.reserved ?? null;
  const isFirst = event.try === 1;
  // A further try of the same call keeps what is known of those before it.
  const before = attempt.phase.at === "calling" ? attempt.phase : { notBefore: 0, failed: noFailedTries };
  const { notBefore, failed } = isFirst ? { notBefore: 0, failed: noFailedTries } : before;
  const { turn, try: count } = event;
  const phase: Phase = { at: "calling", turn, try: count, notBefore, failed, reserved, isUnfunded: false };
  const calling = { ...attempt, turn, sent: requestSize(state, attempt), phase };
  const counted = isFirst ? { ...state, totals: { ...state.totals, turns: state.totals.turns + 1 } } : state;
  const entry = { hold: reserved, ...(isFirst ? { spent: { turns: 1 } } : {}) };
  return book(takeLane(withAttempt(counted, calling), calling), spenderOf(state, attempt), entry);
}

/** What was held back is free again; nothing was called, so nothing is spent. */
function turnRefused(state: RunState, attempt: Attempt, event: EventOf<"turn.refused">): RunState {
  const entry = { free: callOf(attempt).reserved, ...(event.try === 1 ? { spent: { turns: -1 } } : {}) };
  return book(withAttempt(state, { ...attempt, phase: nextTurn }), spenderOf(state, attempt), entry);
}

const callOf = ({ model, phase }: Attempt): Call => ({
  model,
  reserved: phase.at === "calling" ? phase.reserved : null,
});

const spent = (attempt: Attempt, usage: Usage, ms: number): Attempt => ({
  ...attempt,
  usage: addUsage(attempt.usage, usage),
  activeMs: attempt.activeMs + ms,
});

function turnReplied(state: RunState, attempt: Attempt, event: EventOf<"turn.replied">): RunState {
  const reply: Item = {
    kind: "reply",
    turn: event.turn,
    text: event.text,
    calls: event.calls,
    echo: event.echo ?? null,
  };
  const said = bytesOfReply(event);
  const { usage } = event;
  // What it was sent and what it said, as the provider counts; said again it may be written otherwise.
  const sent = usage.input + usage.cachedRead + usage.cacheWrite;
  const isCounted = !usage.estimated && sent > 0;
  const isMalformed = event.calls.length > 0 && event.calls.every((call) => call.problem !== undefined);
  const replied = withSpend(
    withAttempt(state, {
      ...spent(attempt, event.usage, event.ms),
      items: [...attempt.items, reply],
      gauge: gaugeOf(attempt, usage),
      counted: isCounted ? sent + Math.max(usage.output + usage.reasoning, said) : attempt.counted,
      added: isCounted ? 0 : attempt.added + said,
      malformed: isMalformed ? attempt.malformed + 1 : 0,
      nudges: event.calls.length > 0 ? 0 : attempt.nudges,
      phase: nextTurn,
    }),
    attempt,
    event.usage,
  );
  return settleCall(replied, spenderOf(state, attempt), { usage, call: callOf(attempt) });
}

const bytesOfReply = ({ text, calls, echo = "" }: EventOf<"turn.replied">): number =>
  bytesOf(text) +
  bytesOf(echo) +
  messageAllowance +
  calls.reduce((sum, call) => sum + bytesOf(call.tool) + bytesOf(call.args) + 2 * messageAllowance, 0);

function turnFailed(state: RunState, attempt: Attempt, event: EventOf<"turn.failed">): RunState {
  const { usage, ms, turn, retryAt } = event;
  const before = attempt.phase.at === "calling" ? attempt.phase.failed : noFailedTries;
  const failed = countFailedTry(before, event.code);
  const call = callOf(attempt);
  const again = { notBefore: retryAt ?? 0, reserved: null, isUnfunded: call.reserved !== null };
  const phase: Phase = retryAt === null ? nextTurn : { at: "calling", turn, try: event.try + 1, failed, ...again };
  // What is asked again is asked with the conversation as it is now.
  const request = retryAt === null ? attempt.sent : requestSize(state, attempt);
  const tried = { ...spent(attempt, usage, ms), sent: request, phase };
  const next = withSpend(withAttempt(state, tried), attempt, usage);
  return settleCall(next, spenderOf(state, attempt), { usage, call });
}

/** Arguments a person edited take the model's place in the conversation; its own stay in `turn.replied`. */
function toolCalled(state: RunState, attempt: Attempt, event: EventOf<"tool.called">): RunState {
  const phase: Phase = {
    at: "tool",
    turn: event.turn,
    call: event.call,
    tool: event.tool,
    args: event.args,
    class: event.class,
    digest: event.digest,
    repeat: false,
  };
  const isReleased = attempt.phase.at === "next" && attempt.phase.step === "call";
  const items = attempt.items.map((item) => {
    if (item.kind !== "reply" || item.turn !== event.turn) return item;
    const told = isReleased ? { ...item, kept: [...(item.kept ?? []), event.call] } : item;
    if (item.calls[event.call]?.args === event.args) return told;
    return { ...told, calls: told.calls.map((call, at) => (at === event.call ? { ...call, args: event.args } : call)) };
  });
  const counted = { ...state, totals: { ...state.totals, toolCalls: state.totals.toolCalls + 1 } };
  const reply = attempt.items.find((item) => item.kind === "reply" && item.turn === event.turn);
  const isEdited = reply?.kind === "reply" && reply.calls[event.call]?.args !== event.args;
  const added = attempt.added + (isEdited ? bytesOf(event.args) : 0);
  const calling = { ...attempt, items, phase, added };
  return takeLane(withAttempt(counted, calling), calling);
}

function resultCame(state: RunState, attempt: Attempt, event: EventOf<"tool.returned" | "tool.refused">): RunState {
  const isReturn = event.type === "tool.returned";
  const result: Item = {
    kind: "result",
    turn: event.turn,
    call: event.call,
    ok: isReturn ? event.ok : false,
    output: event.output,
    ...(isDecided(attempt, event) ? { kept: true } : {}),
  };
  return withAttempt(state, {
    ...attempt,
    items: [...attempt.items, result],
    added: attempt.added + bytesOf(event.output) + messageAllowance,
    activeMs: attempt.activeMs + (isReturn ? event.ms : 0),
    rejected: attempt.rejected || (!isReturn && event.by === "person"),
    denied: attempt.denied || (!isReturn && event.by !== "check" && openCall(attempt)?.call.class !== "control"),
    phase: nextTurn,
  });
}

/** Refused by a person or a rule, or told by a person: what no tool that runs has returned. */
const isDecided = (attempt: Attempt, event: EventOf<"tool.returned" | "tool.refused">): boolean =>
  event.type === "tool.refused" ? event.by !== "check" : attempt.phase.at !== "tool";

function finishReported(state: RunState, attempt: Attempt, event: EventOf<"finish.reported">): RunState {
  const finishing: Attempt = {
    ...attempt,
    finishing: { turn: attempt.turn, call: -1, summary: event.summary },
    phase: { at: "verifying", round: attempt.verifyRounds + 1 },
  };
  return takeLane(withAttempt(state, finishing), finishing);
}
