// What a person reads when a run rests or ends: what happened, what did not and why, and what to do next.

import { at } from "../core/vector.ts";
import { planLength, type RunState } from "../core/state.ts";
import { toPrintableLine } from "../domain/printable.ts";
import { totalTokens, addUsage, zeroUsage } from "../domain/usage.ts";
import { approvalsOf, type ApprovalView } from "./approvals.ts";
import { boardOf, type BoardTicket } from "./board.ts";
import type { ForecastFact } from "./forecast-fact.ts";
import { forecastFactLines } from "./forecast-lines.ts";
import { cacheEffectsOf, cacheInWords } from "./cache-effect.ts";
import { spendOf } from "./spend.ts";
import { branchOf, hasMerged } from "./summary.ts";
import { causeWords, costInWords, counted, durationInWords, firstLine, listInWords, tokensInWords } from "./words.ts";

/** What a crash left behind; the engine's adoption has this shape. */
export type Adopted = {
  readonly continued: readonly string[];
  readonly unknown: readonly string[];
  readonly kept: number;
};

export type ReportOptions = {
  /** How the person calls this program. */
  readonly program?: string;
  /** At most so many tickets of a kind are named. */
  readonly most?: number;
  /** What was forecast beside what came of it. */
  readonly forecast?: ForecastFact | null;
};

/** Lines without colours or a closing newline; everything foreign in them is printable. */
export function reportOf(state: RunState, options: ReportOptions = {}): readonly string[] {
  const { program = "tutti", most = 20, forecast = null } = options;
  const board = boardOf(state);
  const unhappy = board.tickets.filter(
    ({ status }) => status === "blocked" || status === "failed" || status === "cancelled",
  );
  const never = board.tickets.filter(({ waitsFor }) => waitsFor?.kind === "never");
  const retried = board.tickets.filter(({ status, attempt }) => status === "completed" && attempt > 1);
  return [
    headline(state),
    ...originLines(state),
    ...figures(state),
    ...(forecast === null ? [] : ["", ...forecastFactLines(forecast)]),
    ...section(`Waiting for you:`, state.ended === null ? approvalsOf(state).map(askingLine) : [], most),
    ...section(
      `Completed only after more than one attempt:`,
      retried.map((ticket) => retriedLine(state, ticket)),
      most,
    ),
    ...section(`Merged without the review that was asked for:`, board.tickets.flatMap(unreviewedLine), most),
    ...section(`Found by reviews and let pass:`, board.tickets.flatMap(remarkLines), most),
    ...section(`Not completed:`, unhappy.flatMap(unhappyLines), most * 2),
    ...section(`Never started, because a ticket they need did not complete:`, never.map(neverLine), most),
    ...nextSteps(state, { program, unhappy }),
  ];
}

function headline(state: RunState): string {
  const name = `${toPrintableLine(state.config?.title ?? "The run")} (${state.run ?? "no run"})`;
  if (state.ended !== null) return `${name} ended ${state.ended.outcome}: ${toPrintableLine(state.ended.reason)}.`;
  if (state.pause !== null) return `${name} is paused: ${toPrintableLine(state.pause.reason)}.`;
  if (state.phase === "planning") return `${name} is still being planned.`;
  return `${name} is not at its end: ${state.counts.completed} of ${counted(planLength(state), "ticket")} completed.`;
}

/** Where it was forked from, and what came with it that its own figures leave out. */
function originLines({ origin }: RunState): string[] {
  if (origin === null) return [];
  const { from, at: seq, changes, spend, totals } = origin;
  const changed = changes.length === 0 ? "nothing changed" : `changed: ${listInWords(changes.map(toPrintableLine))}`;
  const usage = spend.reduce((sum, [, each]) => addUsage(sum, each), zeroUsage);
  const cost =
    totalTokens(usage) === 0
      ? ""
      : `, ${tokensInWords(totalTokens(usage))} tokens for ${costInWords(usage.costMicros)}`;
  return [
    `Forked from ${from} at record ${seq}; ${changed}.`,
    `Came with it and is not counted here: ${counted(totals.attempts, "attempt")}, ${counted(totals.turns, "turn")}, ${counted(totals.merged, "merge")}${cost}.`,
  ];
}

function figures(state: RunState): string[] {
  const { total } = spendOf(state);
  const { attempts, turns, toolCalls, merged } = state.totals;
  const estimated = total.estimated ? ", partly estimated" : "";
  const work = `${counted(attempts, "attempt")}, ${counted(turns, "turn")}, ${counted(toolCalls, "tool call")}, ${counted(merged, "merge")}`;
  const figures = [`${work} in ${durationInWords(state.lastAt - state.startedAt)}.`];
  if (totalTokens(total) === 0) return figures;
  const classes = [
    [total.input, "in"],
    [total.cachedRead, "read from cache"],
    [total.cacheWrite, "written to cache"],
    [total.output, "out"],
    [total.reasoning, "reasoning"],
  ] as const;
  const words = classes.filter(([tokens]) => tokens > 0).map(([tokens, what]) => `${tokensInWords(tokens)} ${what}`);
  const cache = cacheInWords(cacheEffectsOf(state));
  return [
    ...figures,
    `${tokensInWords(totalTokens(total))} tokens: ${words.join(", ")}; cost ${costInWords(total.costMicros)}${estimated}.`,
    ...(cache === undefined ? [] : [`Of these ${cache}.`]),
  ];
}

function section(title: string, lines: readonly string[], most: number): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, most).map((line) => `  ${line}`);
  return ["", title, ...shown, ...(lines.length > most ? [`  and ${lines.length - most} more`] : [])];
}

const nameOf = ({ id, title }: BoardTicket): string =>
  title === id ? firstLine(id) : `${toPrintableLine(id)} ${firstLine(title, 60)}`;

/** Why one attempt was not enough, and on which model the last one ran. */
function retriedLine(state: RunState, ticket: BoardTicket): string {
  const { last } = at(state.tickets, ticket.index).history;
  const before = last === null ? "" : `; before that: ${causeWords[last.cause]}`;
  return `${nameOf(ticket)}: ${counted(ticket.attempt, "attempt")}, the last on ${ticket.model} (rung ${ticket.rung})${before}`;
}

const unreviewedLine = (ticket: BoardTicket): string[] =>
  ticket.status === "completed" && ticket.review?.verdict === "missed"
    ? [`${nameOf(ticket)}: ${firstLine(ticket.review.reason, 200)}`]
    : [];

const remarkLines = (ticket: BoardTicket): string[] =>
  ticket.status === "completed" && ticket.review?.verdict === "approved"
    ? ticket.review.findings.map(
        ({ name, severity, file, what }) =>
          `${nameOf(ticket)}: ${toPrintableLine(name)} (${severity}${file === "" ? "" : `, ${toPrintableLine(file)}`}): ${firstLine(what, 200)}`,
      )
    : [];

const askingLine = ({ id, asks, ticket }: ApprovalView): string =>
  `${id} (${toPrintableLine(ticket ?? "run")}): ${firstLine(asks, 120)}`;

function unhappyLines(ticket: BoardTicket): string[] {
  const cause = ticket.cause === null ? "" : ` because ${causeWords[ticket.cause]}`;
  return [`${nameOf(ticket)}: ${ticket.status}${cause}`, `  ${firstLine(ticket.reason ?? "", 300)}`];
}

const neverLine = (ticket: BoardTicket): string =>
  `${nameOf(ticket)}: needs ${listInWords(ticket.waitsFor?.kind === "never" ? ticket.waitsFor.ids.map(toPrintableLine) : [])}`;

function nextSteps(
  state: RunState,
  what: { readonly program: string; readonly unhappy: readonly BoardTicket[] },
): string[] {
  const { program, unhappy } = what;
  if (state.run === null) return [];
  const steps: string[] = [];
  if (state.ended === null && state.approvals.size > 0) {
    steps.push(`${program} approvals ${state.run}`, "  shows what waits for you, and how to answer");
  }
  if (state.ended === null) steps.push(`${program} resume ${state.run}`, "  goes on from the last recorded step");
  const [first] = unhappy;
  // An aborted run is over for good; in any other a ticket can be opened again.
  if (first !== undefined && state.ended?.outcome !== "aborted") {
    steps.push(
      `${program} resume ${state.run} --retry ${toPrintableLine(first.id)} --say "..."`,
      `  opens it again; ${remedyFor(state, first)}`,
    );
  }
  if (hasMerged(state)) {
    const what = state.ended?.outcome === "completed" ? "the result" : "what was merged so far";
    steps.push(
      `${program} land ${state.run}`,
      `  brings ${what} to your branch; until then it stands on ${branchOf(state.run)}`,
    );
  }
  return steps.length === 0 ? [] : ["", "Next:", ...steps.map((line) => `  ${line}`)];
}

/** What has to change before another attempt makes sense. */
function remedyFor(state: RunState, { index }: BoardTicket): string {
  const now = at(state.tickets, index);
  const cause = now.status === "blocked" || now.status === "failed" ? now.cause : "aborted";
  switch (cause) {
    case "user_rejected":
    case "aborted":
      return "a person stopped it, so say what should be different";
    case "unattended":
      return "run it where a person can answer, or allow the call by a rule";
    case "environment":
      return "first mend what is missing";
    case "budget":
      return 'raise the bound with it: --raise "run usd 12.50"';
    case "worker_blocked":
    case "refusal":
      return "say what the worker needs to know";
    case "verification_failed":
      return "its last attempt's branch is kept; say what the red check is about";
    case "outside_touches":
      return 'say how to do it within its "touches"';
    case "no_verdict":
    case "turn_limit":
    case "malformed_calls":
    case "context_overflow":
    case "review_rejected":
      return "a stronger model or a smaller ticket may be needed";
    case "timeout":
    case "provider_error":
    case "crash":
    case "conflict":
      return "it may well pass this time";
    default:
      return cause satisfies never;
  }
}

/** What a person reads after `resume`: what was kept, what begins again, what nobody can know. */
export function adoptionLines(adopted: Adopted): readonly string[] {
  const { continued, unknown, kept } = adopted;
  return [
    `Taken over: ${counted(kept, "ticket")} completed before and kept.`,
    ...(continued.length === 0
      ? []
      : [`Goes on from the last recorded step: ${listInWords(continued.map(toPrintableLine), 8)}.`]),
    ...(unknown.length === 0
      ? []
      : [
          `May have run before the crash, nobody saw the result: ${listInWords(unknown.map(toPrintableLine), 8)}.`,
          "  Each is put to you before anything is run again.",
        ]),
  ];
}
