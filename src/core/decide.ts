// decide(state, command): the events a command leads to, or why it is refused. Pure; time and chance come in.
// A report about a step that is no longer awaited leads to no events: ghosts fall on the floor.

import type { Circumstances, Command } from "../domain/command.ts";
import type { Recorded } from "../domain/event.ts";
import type { Rejection } from "../domain/rejection.ts";
import { answerApproval, editMessage, restoreMessage } from "./decide-approval.ts";
import {
  reportDisposed,
  reportFailed,
  reportMerged,
  reportPrepared,
  reportVerified,
  reportVerifyFailed,
  reportWithdrawn,
} from "./decide-attempt.ts";
import { compactContext } from "./compaction.ts";
import { setTicketModels, setTierModels } from "./decide-models.ts";
import { patchPlan } from "./decide-patch.ts";
import { raiseBudget } from "./decide-budget.ts";
import { forkRun } from "./decide-fork.ts";
import { handleDeliberation, handleDeliberationReport } from "./deliberation/decide-deliberation.ts";
import { reportConsulted, reportConsultFailed, reportConsultRefused } from "./decide-consult.ts";
import {
  abortRun,
  abortTicket,
  adoptRun,
  createRun,
  pauseRun,
  reopenTicket,
  reportToolLost,
  resumeRun,
  setAttended,
  setLanes,
  setMode,
  setTicketTrust,
  setTrust,
} from "./decide-run.ts";
import { pauseTicket, resumeTicket, steerTicket } from "./decide-worker.ts";
import { addRule, removeRule } from "./decide-rules.ts";
import { reportReplied, reportTool, reportTurnFailed, reportTurnRefused } from "./decide-turn.ts";
import { makeDraft, type Draft, type Refused } from "./draft.ts";
import { settle } from "./schedule.ts";
import type { RunState } from "./state.ts";

export type Decision =
  /** `state` is what `records` fold to; no events means there was nothing left to do. */
  | { readonly ok: true; readonly records: readonly Recorded[]; readonly state: RunState }
  | { readonly ok: false; readonly rejection: Rejection };

export function decide(state: RunState, command: Command, circumstances: Circumstances): Decision {
  if (state.phase === "empty" && command.type !== "run.create")
    return { ok: false, rejection: { code: "run_missing" } };
  const draft = makeDraft(state, circumstances);
  const rejection = handle(draft, command);
  if (rejection !== undefined) return { ok: false, rejection };
  settle(draft);
  return { ok: true, records: draft.records, state: draft.state };
}

function handle(draft: Draft, command: Command): Refused {
  switch (command.type) {
    case "run.create":
      return createRun(draft, command);
    case "run.adopt":
      return adoptRun(draft, command);
    case "run.fork":
      return forkRun(draft, command);
    case "run.pause":
      return pauseRun(draft, command);
    case "run.resume":
      return resumeRun(draft);
    case "run.set_mode":
      return setMode(draft, command);
    case "run.set_trust":
      return setTrust(draft, command);
    case "run.set_models":
      return setTierModels(draft, command);
    case "run.set_lanes":
      return setLanes(draft, command);
    case "run.set_attended":
      return setAttended(draft, command);
    case "run.abort":
      return abortRun(draft, command);
    case "deliberation.tell":
    case "deliberation.revoke":
    case "deliberation.report_incident":
    case "deliberation.accept_partial":
    case "deliberation.claim_recovery":
      return handleDeliberation(draft, command);
    case "budget.raise":
      return raiseBudget(draft, command);
    case "approval.answer":
      return answerApproval(draft, command);
    case "message.edit":
      return editMessage(draft, command);
    case "message.restore":
      return restoreMessage(draft, command);
    case "context.compact":
      return compactContext(draft, command);
    case "rule.add":
      return addRule(draft, command);
    case "rule.remove":
      return removeRule(draft, command);
    case "plan.patch":
      return patchPlan(draft, command);
    case "ticket.set_trust":
    case "ticket.steer":
    case "ticket.set_models":
    case "ticket.pause":
    case "ticket.resume":
    case "ticket.abort":
    case "ticket.reopen":
      return handleTicket(draft, command);
    default:
      return handleReport(draft, command);
  }
}

function handleTicket(draft: Draft, command: Extract<Command, { type: `ticket.${string}` }>): Refused {
  switch (command.type) {
    case "ticket.set_trust":
      return setTicketTrust(draft, command);
    case "ticket.steer":
      return steerTicket(draft, command);
    case "ticket.set_models":
      return setTicketModels(draft, command);
    case "ticket.pause":
      return pauseTicket(draft, command);
    case "ticket.resume":
      return resumeTicket(draft, command);
    case "ticket.abort":
      return abortTicket(draft, command);
    case "ticket.reopen":
      return reopenTicket(draft, command);
    default:
      return command satisfies never;
  }
}

function handleReport(
  draft: Draft,
  report: Exclude<
    Command,
    {
      type:
        | `run.${string}`
        | `ticket.${string}`
        | `approval.${string}`
        | `budget.${string}`
        | `deliberation.${string}`
        | `context.${string}`
        | `message.${string}`
        | `rule.${string}`
        | `plan.${string}`;
    }
  >,
): Refused {
  switch (report.type) {
    case "report.prepared":
      return reportPrepared(draft, report);
    case "report.replied":
      return reportReplied(draft, report);
    case "report.turn_failed":
      return reportTurnFailed(draft, report);
    case "report.tool":
      return reportTool(draft, report);
    case "report.tool_lost":
      return reportToolLost(draft, report);
    case "report.verified":
      return reportVerified(draft, report);
    case "report.verify_failed":
      return reportVerifyFailed(draft, report);
    case "report.merged":
      return reportMerged(draft, report);
    case "report.withdrawn":
      return reportWithdrawn(draft, report);
    case "report.failed":
      return reportFailed(draft, report);
    case "report.disposed":
      return reportDisposed(draft, report);
    case "report.consulted":
      return reportConsulted(draft, report);
    case "report.consult_failed":
      return reportConsultFailed(draft, report);
    case "report.consult_refused":
      return reportConsultRefused(draft, report);
    case "report.alarm":
    case "report.heard":
    case "report.evidence":
    case "report.handed_off":
    case "report.handoff_failed":
      return handleDeliberationReport(draft, report);
    case "report.turn_refused":
      return reportTurnRefused(draft, report);
    default:
      return report satisfies never;
  }
}
