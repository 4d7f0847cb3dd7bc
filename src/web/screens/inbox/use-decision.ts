// Giving an answer: bound to the payload that was in view, once, and only after it was in view for a moment, so that a
// key that is held down or pressed twice never answers the next request unseen. What sets nothing going is held for a
// while and can be taken back; what a worker waits for is sent at once.

import { useEffect, useRef, useState } from "react";
import type { RunState } from "../../../core/state.ts";
import type { GateDecision } from "../../../domain/event.ts";
import type { ApprovalId } from "../../../domain/ids.ts";
import type { AnswerBody } from "../../../http/wire.ts";
import type { ApprovalView } from "../../../views/approvals.ts";
import { decisionWords, requestName } from "../../../views/decision-words.ts";
import type { Problem } from "../../state/backend.ts";
import { heldAnswers, holdsApprovals } from "../../state/held-answer.ts";
import { useBackend, useCommand, useRunCards, useRunView } from "../../state/hooks.ts";
import { keepReason } from "./reasons.ts";
import { keepReviewTime } from "./review-times.ts";
import { matterOf, rowKey } from "./rows.ts";

/** Shorter than anybody reads, longer than a key repeats. */
const armMs = 300;
/** After a no the same key would give a yes: longer than anybody presses it twice by mistake. */
const againMs = 1_000;

/** More cannot be sent for sure while the page goes. */
const mostHeld = 30_000;

export type Decision = {
  readonly decide: (decision: GateDecision, words: { readonly reason: string; readonly edited?: string }) => void;
  readonly isSending: boolean;
  readonly problem: Problem | null;
  readonly forget: () => void;
  /** Answers are taken now. */
  readonly isArmed: boolean;
  /** The payload is not the one that was in view: nothing is sent before it was looked at again. */
  readonly isStale: boolean;
  /** Why nothing can be sent at all; null: it can. */
  readonly closed: string | null;
};

/** What becomes of an answer that was given here: it is not sent yet, it is on its way, or nothing came of it. */
export type Fate = "held" | "sent" | "none";

export type DecisionOptions = {
  readonly view: ApprovalView;
  readonly isOpen: boolean;
  /** False once the person has moved on to another one. */
  readonly isInView: () => boolean;
  /** What would be released is in view. */
  readonly isShown: boolean;
  /** Digest of what is in view, as the server gave it. */
  readonly shownDigest: string | undefined;
  readonly pace: string;
  readonly onAnswering: (id: ApprovalId, fate: Fate) => void;
};

export function useDecision(options: DecisionOptions): Decision {
  const { view, isOpen, isInView, isShown, shownDigest, pace, onAnswering } = options;
  const { send, isSending, problem, forget } = useCommand();
  const { isArmed, lookedFor, disarm } = useArming(isShown);
  const hold = useHolding(view, onAnswering);
  const { run } = useRunView();
  const isStale = problem?.code === "digest_mismatch" || (shownDigest !== undefined && shownDigest !== view.digest);
  const closed = useClosed(isOpen);

  const decide: Decision["decide"] = (decision, { reason, edited }) => {
    if (closed !== null || isSending || !isArmed || isStale || !isInView()) return;
    const body: AnswerBody = { decision, reason, digest: view.digest, ...(edited === undefined ? {} : { edited }) };
    const looked = lookedFor();
    if (hold(body, () => keepReviewTime(pace, looked))) return disarm();
    heldAnswers.release({ run, approval: view.id });
    onAnswering(view.id, "sent");
    void send(`/approvals/${view.id}/answer`, body).then(({ ok }) => {
      if (ok) keepReviewTime(pace, looked);
      else onAnswering(view.id, "none");
    });
  };
  return { decide, isSending, problem, forget, isArmed, isStale, closed };
}

type Arming = {
  readonly isArmed: boolean;
  /** For how many ms it was in view. */
  readonly lookedFor: () => number;
  /** For a moment nothing is taken. */
  readonly disarm: () => void;
};

function useArming(isShown: boolean): Arming {
  const [armsAt, setArmsAt] = useState<number | null>(null);
  const [isArmed, setArmed] = useState(false);
  const shownAt = useRef(0);
  useEffect(() => {
    if (!isShown) return;
    shownAt.current = performance.now();
    setArmsAt(performance.now() + armMs);
  }, [isShown]);
  useEffect(() => {
    if (armsAt === null) return undefined;
    const timer = setTimeout(() => setArmed(true), armsAt - performance.now());
    return () => clearTimeout(timer);
  }, [armsAt]);
  const disarm = (): void => {
    setArmed(false);
    setArmsAt(performance.now() + againMs);
  };
  return { isArmed, lookedFor: () => performance.now() - shownAt.current, disarm };
}

function useClosed(isOpen: boolean): string | null {
  const { isPast } = useRunView();
  const { isOffline } = useBackend();
  if (isOffline) return "This is an exported run: it can be looked at, not changed.";
  if (isPast) return "This is a point of the past: go live to answer.";
  return isOpen ? null : "It was answered.";
}

/** Gives whether the answer is held; else it has to be sent. */
function useHolding(view: ApprovalView, onAnswering: DecisionOptions["onAnswering"]) {
  const { run, state } = useRunView();
  const backend = useBackend();
  const isResting = useRunCards()?.find((each) => each.run === run)?.conducted === "nobody";
  return (body: AnswerBody, onSent: () => void): boolean => {
    const mayWait = isResting || setsNothingGoing(state(), view, body.decision) || holdsApprovals();
    if (!mayWait || JSON.stringify(body).length > mostHeld) return false;
    const path = `/api/runs/${run}/approvals/${view.id}/answer`;
    const key = crypto.randomUUID();
    keepReason(rowKey(run, view.id), body.reason ?? "");
    heldAnswers.hold({
      run,
      approval: view.id,
      words: wordsOf(view, body.decision),
      onTakenBack: () => onAnswering(view.id, "none"),
      send: async (isLeaving) => {
        const answer = await (isLeaving
          ? backend.sendLeaving("POST", path, body, key)
          : backend.send("POST", path, body, key));
        if (answer.ok) onSent();
        else onAnswering(view.id, "none");
        return answer;
      },
    });
    onAnswering(view.id, "held");
    return true;
  };
}

/** A no releases nothing; and while the run or its ticket is paused, neither does a yes. */
const setsNothingGoing = (state: RunState, view: ApprovalView, decision: GateDecision): boolean => {
  const index = state.approvals.get(view.id)?.index ?? null;
  return (
    decision === "reject" ||
    decision === "abort" ||
    state.pause !== null ||
    (index !== null && state.pausedTickets.has(index))
  );
};

function wordsOf(view: ApprovalView, decision: GateDecision): string {
  const matter = matterOf(view);
  const { head, subject } = requestName(view, matter);
  return `${decisionWords[matter][decision]}: ${[head, subject].filter((part) => part !== "").join(" ")}`;
}
