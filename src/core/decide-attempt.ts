// Reports about an attempt outside its turns: prepared, verified, merged, failed, disposed.

import { mergedTree, type CommandOf } from "../domain/command.ts";
import type { AttemptRef } from "../domain/ids.ts";
import { emit, type Draft, type Refused } from "./draft.ts";
import { openAttempt } from "./advance.ts";
import { settleRed, wantsDiagnosis } from "./diagnosing.ts";
import { cancelTicket, endAborted, failAttempt } from "./end.ts";
import { findTicket } from "./graph.ts";
import { wantsReview } from "./reviewing.ts";
import { queueMerge } from "./tell-words.ts";
import type { Phase } from "./phase.ts";
import type { Attempt, RunState } from "./state.ts";

/** The attempt a report is about, if that attempt still stands: the fence against ghosts. */
export function currentAttempt(state: RunState, ref: AttemptRef): Attempt | undefined {
  const index = findTicket(state.graph, ref.ticket);
  const attempt = index === undefined ? undefined : state.attempts.get(index);
  return attempt?.attempt === ref.attempt && state.phase === "running" ? attempt : undefined;
}

const inPhase = (state: RunState, ref: AttemptRef, phase: Phase["at"]): Attempt | undefined => {
  const attempt = currentAttempt(state, ref);
  return attempt?.phase.at === phase ? attempt : undefined;
};

const isMergeHead = (state: RunState, attempt: Attempt): boolean => state.mergeQueue[0] === attempt.index;

/** The attempt, if it awaits this check: this round on its own tree, or its merge's check of the merged tree. */
function awaitedCheck(
  state: RunState,
  report: CommandOf<"report.verified" | "report.verify_failed">,
): Attempt | undefined {
  const attempt = currentAttempt(state, report);
  if (attempt === undefined) return undefined;
  const { round } = report;
  if (attempt.phase.at === "verifying")
    return round === undefined || round === attempt.phase.round ? attempt : undefined;
  return attempt.phase.at === "merging" && isMergeHead(state, attempt) && (round ?? mergedTree) === mergedTree
    ? attempt
    : undefined;
}

const refOf = (attempt: Attempt): AttemptRef => ({ ticket: attempt.ticket, attempt: attempt.attempt });

export function reportPrepared(draft: Draft, report: CommandOf<"report.prepared">): Refused {
  const attempt = inPhase(draft.state, report, "preparing");
  if (attempt === undefined) return undefined;
  const { base, branch, prompt, omitted } = report;
  const files = report.fileBytes === undefined ? {} : { fileBytes: report.fileBytes };
  const where = report.machine === undefined ? {} : { machine: report.machine };
  const prepared = { base, branch, prompt, omitted: [...omitted], ...files, ...where };
  emit(draft, { type: "attempt.prepared", ...refOf(attempt), ...prepared });
  openAttempt(draft, attempt.index);
  return undefined;
}

export function reportVerified(draft: Draft, report: CommandOf<"report.verified">): Refused {
  const attempt = awaitedCheck(draft.state, report);
  if (attempt?.phase.at !== "verifying") return undefined;
  emit(draft, { type: "verify.passed", ...refOf(attempt), ms: report.ms, commands: report.commands });
  // Under a pause the review is not begun: the attempt stands between two steps.
  if (!wantsReview(draft.state, attempt)) queueMerge(draft, attempt.index);
  return undefined;
}

/** Red on the attempt's own tree goes back to its worker, a bounded number of times; red on the merged tree ends it. */
export function reportVerifyFailed(draft: Draft, report: CommandOf<"report.verify_failed">): Refused {
  const attempt = awaitedCheck(draft.state, report);
  if (attempt === undefined) return undefined;
  const isOwnTree = attempt.phase.at === "verifying";
  const { ms, command, output, fingerprint } = report;
  emit(draft, { type: "verify.failed", ...refOf(attempt), ms, command, output, fingerprint });
  const told = draft.state.attempts.get(attempt.index);
  if (isOwnTree && told !== undefined) {
    if (!wantsDiagnosis(draft, told)) settleRed(draft, told);
    return undefined;
  }
  const detail = `${command} is red on the merged tree`;
  failAttempt(draft, attempt, { cause: "verification_failed", detail, diagnosis: output, fingerprint });
  return undefined;
}

export function reportMerged(draft: Draft, report: CommandOf<"report.merged">): Refused {
  const withdrawing = inPhase(draft.state, report, "withdrawing");
  if (withdrawing !== undefined) {
    if (report.commit === null) withdraw(draft, withdrawing);
    else settleWithdrawal(draft, withdrawing, () => complete(draft, withdrawing, report));
    return undefined;
  }
  const attempt = inPhase(draft.state, report, "merging");
  if (attempt === undefined || !isMergeHead(draft.state, attempt)) return undefined;
  if (report.commit === null && attempt.denied) {
    // Reported done, with its hands tied and nothing to show: a success here would be a false one (P22).
    const cause = attempt.rejected ? "user_rejected" : "unattended";
    failAttempt(draft, attempt, {
      cause,
      detail: "the worker reports that it is done, but calls it made were refused and nothing was changed",
    });
    return undefined;
  }
  complete(draft, attempt, report);
  return undefined;
}

function complete(draft: Draft, attempt: Attempt, { commit, verified, ms }: CommandOf<"report.merged">): void {
  emit(draft, { type: "merge.published", ...refOf(attempt), commit, verified, ms });
  emit(draft, { type: "ticket.completed", ...refOf(attempt), commit, summary: attempt.finishing?.summary ?? "" });
}

/** The merge that met an abort was not published, and will not be. */
export function reportWithdrawn(draft: Draft, report: CommandOf<"report.withdrawn">): Refused {
  const attempt = inPhase(draft.state, report, "withdrawing");
  if (attempt === undefined) return undefined;
  const { problem } = report;
  withdraw(
    draft,
    attempt,
    problem === undefined ? "" : ` (whether its merge was published could not be seen: ${problem})`,
  );
  return undefined;
}

function withdraw(draft: Draft, attempt: Attempt, remark = ""): void {
  const { phase } = attempt;
  if (phase.at !== "withdrawing") return;
  const reason = `${draft.state.aborted ? "run aborted: " : ""}${phase.reason}${remark}`;
  settleWithdrawal(draft, attempt, () => cancelTicket(draft, attempt.index, reason));
}

/** Of an aborted run this is the last that was open. */
function settleWithdrawal(draft: Draft, { phase }: Attempt, settle: () => void): void {
  settle();
  if (draft.state.aborted && phase.at === "withdrawing") endAborted(draft, phase.reason);
}

/** Between steps, at a gate and while another tier is asked nobody works: a failure is about a step that has ended. A withdrawal reports in its own way. */
const idle: readonly Phase["at"][] = ["next", "held", "consulting", "deliberating", "withdrawing"];

export function reportFailed(draft: Draft, report: CommandOf<"report.failed">): Refused {
  const attempt = currentAttempt(draft.state, report);
  if (attempt === undefined || idle.includes(attempt.phase.at)) return undefined;
  const { cause, detail, diagnosis, fingerprint } = report.failure;
  failAttempt(draft, attempt, { cause, detail, fingerprint, ...(diagnosis === undefined ? {} : { diagnosis }) });
  return undefined;
}

export function reportDisposed(draft: Draft, report: CommandOf<"report.disposed">): Refused {
  if (!draft.state.disposals.has(`${report.ticket}#${report.attempt}`)) return undefined;
  const quarantined = report.quarantined === undefined ? {} : { quarantined: report.quarantined };
  emit(draft, { type: "attempt.disposed", ticket: report.ticket, attempt: report.attempt, ...quarantined });
  return undefined;
}
