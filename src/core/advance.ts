// The next step of one attempt that may go on: the open calls of its last reply, a turn, or its end.

import { workerPromptRef } from "../domain/prompts.ts";
import { askTool, finishTool, questionSchema, verdictSchema, type Verdict } from "../domain/tool.ts";
import type { ApprovalId } from "../domain/ids.ts";
import { headOf, type Text } from "../domain/text.ts";
import { diagnose } from "./diagnosing.ts";
import { emit, type Draft } from "./draft.ts";
import { blockedWords, judgeCall, refusedWords } from "./budget.ts";
import { askGate, type GateQuestion } from "./clutch.ts";
import { compactBeforeTurn } from "./compaction.ts";
import { failAttempt } from "./end.ts";
import { archetypeOf } from "./ladder.ts";
import { isBudgeted, spenderOf } from "./ledger.ts";
import { openCall, type OpenCall } from "./open-call.ts";
import { review, wantsReview } from "./reviewing.ts";
import { configOf, ticketAt, type Attempt } from "./state.ts";
import { queueMerge, tellWords } from "./tell-words.ts";
import { worstTurn } from "./worst-case.ts";

const nudgesAllowed = 1;
const malformedAllowed = 3;

/** Emits until the attempt is under way, held or over. Does nothing for one that already is. */
export function advance(draft: Draft, index: number): void {
  let attempt = draft.state.attempts.get(index);
  while (attempt !== undefined && attempt.phase.at === "next") {
    step(draft, attempt);
    const after = draft.state.attempts.get(index);
    // It waits for calls under way to give back what they hold of a budget.
    if (after === attempt) return;
    attempt = after;
  }
}

/** After preparation: the spawn gate. Where it passes, the attempt is left between steps, for its first turn. */
export function openAttempt(draft: Draft, index: number): void {
  const attempt = draft.state.attempts.get(index);
  if (attempt === undefined) return;
  const shown: Text = attempt.prompt ?? ticketAt(draft.state, index).description;
  const answer = askGate(draft.state, index, { gate: "spawn", tool: "", class: "control" });
  if (answer.kind === "hold") requestApproval(draft, attempt, { gate: "spawn", turn: 0, call: 0, tool: "", shown });
  else if (answer.kind === "refuse") {
    failAttempt(draft, attempt, {
      cause: "unattended",
      detail: `the start of this worker was refused: ${answer.rule}`,
    });
  }
}

export type Asked = Pick<GateQuestion, "gate" | "tool"> & {
  readonly turn: number;
  readonly call: number;
  readonly shown: Text;
};

/** What an approval is bound to: everything that decides the effect, as one text. */
export const bindingOf = (attempt: Attempt, asked: Asked): string =>
  JSON.stringify([
    attempt.ticket,
    attempt.attempt,
    attempt.model,
    attempt.base,
    asked.gate,
    asked.turn,
    asked.call,
    asked.tool,
    asked.shown,
  ]);

export function requestApproval(draft: Draft, attempt: Attempt, asked: Asked): void {
  emit(draft, {
    type: "approval.requested",
    ticket: attempt.ticket,
    attempt: attempt.attempt,
    approval: `A${draft.state.seq + 1}` as ApprovalId,
    ...asked,
    digest: draft.circumstances.digest(bindingOf(attempt, asked)),
  });
}

function step(draft: Draft, attempt: Attempt): void {
  const { limits } = configOf(draft.state);
  if (attempt.phase.at === "next" && attempt.phase.step === "call") {
    startCall(draft, attempt, attempt.phase);
    return;
  }
  if (attempt.phase.at === "next" && attempt.phase.step !== "turn") {
    checkOn(draft, attempt, attempt.phase.step);
    return;
  }
  if (attempt.activeMs > limits.attemptMs) {
    failAttempt(draft, attempt, {
      cause: "timeout",
      detail: `the attempt worked longer than ${Math.round(limits.attemptMs / 1000)} s`,
    });
    return;
  }
  const open = openCall(attempt);
  // The first call too many is refused for all that follow it: a flood of calls is no flood of events.
  if (open !== undefined && open.at <= limits.callsPerTurn) {
    if (open.at < limits.callsPerTurn) takeCall(draft, attempt, open);
    else
      refuse(draft, attempt, {
        ...open,
        why: `Not run: at most ${limits.callsPerTurn} calls are honoured in one turn. This one and those after it are dropped.`,
      });
    return;
  }
  const last = attempt.items.at(-1);
  if (last?.kind === "reply" && attempt.words.length === 0) judgeBareReply(draft, attempt, headOf(last.text));
  else if (attempt.malformed >= malformedAllowed) {
    failAttempt(draft, attempt, {
      cause: "malformed_calls",
      detail: `${malformedAllowed} replies in a row held no call that could be understood`,
    });
  } else if (attempt.turn >= limits.turns) {
    failAttempt(draft, attempt, { cause: "turn_limit", detail: `no end after ${limits.turns} turns` });
  } else if (!tellWords(draft, attempt) && !compactBeforeTurn(draft, attempt)) startTurn(draft, attempt);
}

/** After a check: red may be diagnosed; green is reviewed where that is wanted, and merged. */
function checkOn(draft: Draft, attempt: Attempt, ended: "diagnosis" | "review" | "merge"): void {
  if (ended === "diagnosis") diagnose(draft, attempt);
  else if (ended === "merge" || !wantsReview(draft.state, attempt)) queueMerge(draft, attempt.index);
  else if (!tellWords(draft, attempt)) review(draft, attempt);
}

/** In a run with bounds a call is made once its worst case is held back; until it fits beside the others it waits. */
function startTurn(draft: Draft, attempt: Attempt): void {
  const { state } = draft;
  const turn = { ticket: attempt.ticket, attempt: attempt.attempt, turn: attempt.turn + 1 };
  const config = configOf(state);
  const ref = workerPromptRef(config.prompts, archetypeOf(config, ticketAt(state, attempt.index)).name);
  const prompt = ref && { prompt: ref };
  if (!isBudgeted(state)) {
    emit(draft, { type: "turn.started", ...turn, try: 1, ...prompt });
    return;
  }
  const reserved = worstTurn(state, attempt);
  const verdict = judgeCall(state, spenderOf(state, attempt), { ...reserved, turns: 1 });
  if (verdict.kind === "fits") emit(draft, { type: "turn.started", ...turn, try: 1, ...prompt, reserved });
  else if (verdict.kind === "refused") refuseTurn(draft, attempt, verdict.why);
}

/** A further try of a call that failed: what it may use is held back anew, or it is refused like a first one. */
export function fundTurn(draft: Draft, attempt: Attempt): void {
  const { state } = draft;
  const { phase } = attempt;
  if (phase.at !== "calling" || !phase.isUnfunded) return;
  const reserved = worstTurn(state, attempt);
  const verdict = judgeCall(state, spenderOf(state, attempt), { ...reserved, turns: 0 });
  const { ticket, attempt: number } = attempt;
  if (verdict.kind === "fits")
    emit(draft, { type: "turn.started", ticket, attempt: number, turn: phase.turn, try: phase.try, reserved });
  else if (verdict.kind === "refused") refuseTurn(draft, attempt, verdict.why);
}

/** The call that would overdraw: a person raises the bound, skips the ticket or stops the run. */
export function refuseTurn(draft: Draft, attempt: Attempt, why: string): void {
  const shown = refusedWords(`The next call of ${attempt.ticket} to ${attempt.model}`, why);
  const answer = askGate(draft.state, attempt.index, { gate: "budget", tool: "", class: "control" });
  if (answer.kind === "hold")
    requestApproval(draft, attempt, { gate: "budget", turn: attempt.turn + 1, call: 0, tool: "", shown });
  else failAttempt(draft, attempt, { cause: "budget", detail: blockedWords("its next call", why) });
}

const refuse = (draft: Draft, attempt: Attempt, open: OpenCall & { why: string; by?: "check" | "rule" }): void =>
  emit(draft, {
    type: "tool.refused",
    ticket: attempt.ticket,
    attempt: attempt.attempt,
    turn: open.turn,
    call: open.at,
    output: open.why,
    by: open.by ?? "check",
  });

function takeCall(draft: Draft, attempt: Attempt, open: OpenCall): void {
  const { call } = open;
  if (call.problem !== undefined) {
    refuse(draft, attempt, { ...open, why: call.problem });
  } else if (call.tool === finishTool) {
    takeFinish(draft, attempt, open);
  } else if (call.tool === askTool) {
    const question = parse(call.args, questionSchema);
    if (question === undefined)
      refuse(draft, attempt, { ...open, why: "ask takes {question: string}, at most 16 KiB" });
    else askPerson(draft, attempt, { ...open, question: question.question });
  } else gateCall(draft, attempt, open);
}

const parse = <T>(
  args: Text,
  schema: { safeParse: (value: unknown) => { success: boolean; data?: T } },
): T | undefined => {
  if (typeof args !== "string") return undefined;
  try {
    const parsed = schema.safeParse(JSON.parse(args));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
};

/** What the call gate shows and an approval releases. Long arguments are named by their digest. */
export const shownCall = (tool: string, args: Text): string => JSON.stringify({ tool, args });

function gateCall(draft: Draft, attempt: Attempt, open: OpenCall): void {
  const { call, turn, at } = open;
  const answer = askGate(draft.state, attempt.index, {
    gate: "call",
    tool: call.tool,
    class: call.class,
    args: call.args,
  });
  if (answer.kind === "refuse") {
    refuse(draft, attempt, {
      ...open,
      by: "rule",
      why: `REFUSED: this call needs a person's approval and ${answer.rule}`,
    });
  } else if (answer.kind === "hold") {
    requestApproval(draft, attempt, {
      gate: "call",
      turn,
      call: at,
      tool: call.tool,
      shown: shownCall(call.tool, call.args),
    });
  } else startCall(draft, attempt, { turn, call: at, args: call.args, rule: answer.spared });
}

/** Intent before effect: the event is on disk before the tool starts. */
function startCall(
  draft: Draft,
  attempt: Attempt,
  start: { turn: number; call: number; args: Text; rule?: string | undefined },
): void {
  const reply = attempt.items.find((item) => item.kind === "reply" && item.turn === start.turn);
  const call = reply?.kind === "reply" ? reply.calls[start.call] : undefined;
  if (call === undefined) throw new Error(`no call ${start.call} in turn ${start.turn} of ${attempt.ticket}`);
  const { turn, args, rule } = start;
  const asked: Asked = { gate: "call", turn, call: start.call, tool: call.tool, shown: shownCall(call.tool, args) };
  emit(draft, {
    type: "tool.called",
    ticket: attempt.ticket,
    attempt: attempt.attempt,
    turn,
    call: start.call,
    tool: call.tool,
    args,
    class: call.class,
    digest: draft.circumstances.digest(bindingOf(attempt, asked)),
    ...(rule === undefined ? {} : { rule }),
  });
}

function askPerson(draft: Draft, attempt: Attempt, open: OpenCall & { question: string }): void {
  const answer = askGate(draft.state, attempt.index, { gate: "question", tool: open.call.tool, class: "control" });
  if (answer.kind === "hold") {
    requestApproval(draft, attempt, {
      gate: "question",
      turn: open.turn,
      call: open.at,
      tool: open.call.tool,
      shown: open.question,
    });
    return;
  }
  const why = answer.kind === "refuse" ? answer.rule : "a standing rule says to go on without asking";
  refuse(draft, attempt, {
    ...open,
    by: "rule",
    why: `No answer: ${why}. Decide yourself and say what you assumed, or finish as blocked.`,
  });
}

function takeFinish(draft: Draft, attempt: Attempt, open: OpenCall): void {
  const verdict: Verdict | undefined = parse(open.call.args, verdictSchema);
  if (verdict === undefined) {
    refuse(draft, attempt, {
      ...open,
      why: 'finish takes {outcome: "completed" | "blocked" | "needs_input", summary, evidence?}, at most 16 KiB',
    });
  } else if (attempt.words.length > 0) {
    refuse(draft, attempt, { ...open, why: "Not taken: the person you work for has a word for you first." });
  } else if (verdict.outcome === "needs_input") {
    askPerson(draft, attempt, { ...open, question: verdict.summary });
  } else if (verdict.outcome === "blocked") {
    failAttempt(draft, attempt, {
      cause: "worker_blocked",
      detail: verdict.summary,
      diagnosis: verdict.evidence ?? verdict.summary,
    });
  } else finish(draft, attempt, verdict);
}

/** Reported is not verified: the ticket completes only after its checks and its merge. */
function finish(draft: Draft, attempt: Attempt, verdict: Verdict): void {
  const ref = { ticket: attempt.ticket, attempt: attempt.attempt };
  const config = configOf(draft.state);
  emit(draft, { type: "finish.reported", ...ref, summary: verdict.summary, evidence: verdict.evidence ?? "" });
  if (config.workspace === "none") {
    emit(draft, { type: "ticket.completed", ...ref, commit: null, summary: verdict.summary });
  } else if (config.verify.length + ticketAt(draft.state, attempt.index).verify.length === 0) {
    if (wantsReview(draft.state, attempt)) review(draft, attempt);
    else emit(draft, { type: "merge.queued", ...ref });
  }
}

/** A reply without calls: BLOCKED as its first token, else one nudge, else no verdict. Never a success (DA-01, DA-02). */
function judgeBareReply(draft: Draft, attempt: Attempt, text: string): void {
  const words = text.trim();
  if (/^[*_`#\s]*BLOCKED\b/.test(words)) {
    failAttempt(draft, attempt, { cause: "worker_blocked", detail: words.slice(0, 2_000), diagnosis: words });
  } else if (attempt.nudges < nudgesAllowed) {
    emit(draft, {
      type: "note.added",
      ticket: attempt.ticket,
      attempt: attempt.attempt,
      kind: "nudge",
      text: `${words === "" ? "Your reply was empty." : "Your reply called no tool."} Go on with the ticket; when it is done or cannot be done, call the finish tool.`,
    });
  } else {
    failAttempt(draft, attempt, {
      cause: "no_verdict",
      detail: words === "" ? "the worker ended with an empty reply" : "the worker ended without calling finish",
    });
  }
}
