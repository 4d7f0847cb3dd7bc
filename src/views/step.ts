// What an attempt does now, in a few words.

import type { Attempt, RunState } from "../core/state.ts";
import { gateQuestion } from "./gate-question.ts";
import { callInWords, firstLine } from "./words.ts";

export function stepOf(state: RunState, attempt: Attempt): string {
  const { phase } = attempt;
  switch (phase.at) {
    case "preparing":
      return "setting up its worktree";
    case "deliberating":
      return "how to do it is being deliberated";
    case "next":
      if (state.pausedTickets.has(attempt.index)) return "paused";
      return attempt.lane ? "between two steps" : "waits for a lane";
    case "calling":
      return phase.try === 1 ? `turn ${phase.turn}: thinking` : `turn ${phase.turn}: asking again (try ${phase.try})`;
    case "tool":
      return `turn ${phase.turn}: ${callInWords(phase.tool, phase.args)}`;
    case "held":
      return heldStep(state, attempt, phase);
    case "consulting":
      return phase.purpose === "review" ? "under review" : "its red check is being diagnosed";
    case "verifying":
      return phase.round === 1 ? "running its checks" : `running its checks again (round ${phase.round})`;
    case "merging": {
      const ahead = state.mergeQueue.indexOf(attempt.index);
      return ahead > 0 ? `in the merge queue, ${ahead} ahead` : "merging";
    }
    case "withdrawing":
      return "being aborted: its merge is being stopped";
    default:
      return phase satisfies never;
  }
}

function heldStep(state: RunState, attempt: Attempt, phase: Extract<Attempt["phase"], { at: "held" }>): string {
  const approval = state.approvals.get(phase.approval);
  if (phase.gate === "question")
    return approval === undefined ? gateQuestion("question", "") : firstLine(approval.shown);
  const reply = attempt.items.findLast((item) => item.kind === "reply" && item.turn === phase.turn);
  const call = reply?.kind === "reply" ? reply.calls[phase.call] : undefined;
  return gateQuestion(phase.gate, call === undefined ? (approval?.tool ?? "") : callInWords(call.tool, call.args));
}
