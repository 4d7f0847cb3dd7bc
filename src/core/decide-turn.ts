// Reports about model turns and tool calls.

import type { CommandOf } from "../domain/command.ts";
import { providerOf } from "../domain/ids.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { refuseTurn, requestApproval } from "./advance.ts";
import { askGate } from "./clutch.ts";
import { compactAfterOverflow } from "./compaction.ts";
import { contextInWords } from "./context-size.ts";
import { currentAttempt } from "./decide-attempt.ts";
import { failAttempt } from "./end.ts";
import { holdProvider, park } from "./provider-waits.ts";
import { afterCallFailure, type AfterCallFailure } from "./retry.ts";
import type { Phase } from "./phase.ts";
import { configOf, type Attempt } from "./state.ts";

type TurnReport = CommandOf<"report.replied" | "report.turn_failed" | "report.turn_refused">;
type Calling = Attempt & { readonly phase: Extract<Phase, { at: "calling" }> };

/** The attempt, if it awaits exactly this turn and this try. */
function awaitedTurn(draft: Draft, report: TurnReport): Calling | undefined {
  const attempt = currentAttempt(draft.state, report);
  if (attempt === undefined || attempt.phase.at !== "calling") return undefined;
  const { phase } = attempt;
  return phase.turn === report.turn && phase.try === report.try && !phase.isUnfunded
    ? { ...attempt, phase }
    : undefined;
}

export function reportReplied(draft: Draft, report: CommandOf<"report.replied">): Refused {
  const attempt = awaitedTurn(draft, report);
  if (attempt === undefined) return undefined;
  const { ticket, turn, text, calls, finish, usage, ms } = report;
  emit(draft, {
    type: "turn.replied",
    ticket,
    attempt: attempt.attempt,
    turn,
    text,
    ...(report.reasoning === undefined ? {} : { reasoning: report.reasoning }),
    calls: [...calls],
    finish,
    usage,
    ms,
    ...(report.echo === undefined ? {} : { echo: report.echo }),
  });
  if (finish === "refusal") {
    failAttempt(draft, attempt, { cause: "refusal", detail: "the model refused this ticket", diagnosis: text });
  }
  return undefined;
}

export function reportTurnFailed(draft: Draft, report: CommandOf<"report.turn_failed">): Refused {
  const attempt = awaitedTurn(draft, report);
  if (attempt === undefined) return undefined;
  const { at, chance } = draft.circumstances;
  const { ticket, turn, code, detail, usage, ms } = report;
  const isShorter = code === "context_overflow" && compactAfterOverflow(draft, attempt);
  const after: AfterCallFailure = isShorter
    ? { kind: "wait", ms: 0 }
    : afterCallFailure(
        { code, try: report.try, failed: attempt.phase.failed, retryAfterMs: report.retryAfterMs, chance },
        configOf(draft.state).limits,
      );
  const retryAt = after.kind === "wait" ? at + after.ms : null;
  emit(draft, {
    type: "turn.failed",
    ticket,
    attempt: attempt.attempt,
    turn,
    try: report.try,
    code,
    detail,
    retryAt,
    usage,
    ms,
  });
  applyAfter(draft, attempt, { after, report });
  return undefined;
}

/** The bound of all runs of this day, kept outside of this one: the call was not made. */
export function reportTurnRefused(draft: Draft, report: CommandOf<"report.turn_refused">): Refused {
  const attempt = awaitedTurn(draft, report);
  if (attempt === undefined) return undefined;
  const { ticket, turn, detail } = report;
  emit(draft, { type: "turn.refused", ticket, attempt: attempt.attempt, turn, try: report.try, detail });
  refuseTurn(draft, attempt, detail);
  return undefined;
}

function applyAfter(
  draft: Draft,
  attempt: Attempt,
  what: { after: AfterCallFailure; report: CommandOf<"report.turn_failed"> },
): void {
  const { after, report } = what;
  const provider = providerOf(attempt.model);
  if (after.kind === "fail") {
    failAttempt(draft, attempt, {
      cause: after.cause,
      detail: `${attempt.model}: ${report.code}: ${report.detail}`,
      ...(after.cause === "context_overflow" ? { diagnosis: overflowWords(draft, attempt) } : {}),
    });
  } else if (after.kind === "park") {
    // Work in flight elsewhere still reports. A drain lets attempts go on and so would ask the provider again and
    // again: it becomes a pause too.
    park(draft, `${provider} answered ${report.code}: ${report.detail}`);
  } else if (report.code === "rate_limited") {
    holdProvider(draft, provider, { until: draft.circumstances.at + after.ms, reason: report.detail });
  }
}

const overflowWords = ({ state }: Draft, attempt: Attempt): string =>
  `The conversation became too long for ${attempt.model}: ${contextInWords(state, attempt)}. Read and print less at a time.`;

export function reportTool(draft: Draft, report: CommandOf<"report.tool">): Refused {
  const attempt = currentAttempt(draft.state, report);
  const phase = attempt?.phase;
  if (attempt === undefined || phase?.at !== "tool" || phase.turn !== report.turn || phase.call !== report.call) {
    return undefined;
  }
  const { ticket, turn, call, ok, output, ms, changed } = report;
  const ref = { ticket, attempt: attempt.attempt };
  emit(draft, { type: "tool.returned", ...ref, turn, call, ok, output, ms, changed: [...changed] });
  const answer = askGate(draft.state, attempt.index, {
    gate: "result",
    tool: phase.tool,
    class: phase.class,
    args: phase.args,
  });
  if (answer.kind === "hold") {
    requestApproval(draft, attempt, { gate: "result", turn, call, tool: phase.tool, shown: output });
  } else if (answer.kind === "refuse") {
    emit(draft, { type: "result.edited", ...ref, turn, call, output: `WITHHELD: ${answer.rule}`, reason: answer.rule });
  }
  return undefined;
}
