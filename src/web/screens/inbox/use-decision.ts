// Sending an answer: bound to the payload that was in view, once, and only after it was in view for a moment, so that a
// key that is held down or pressed twice never answers the next request unseen.

import { useEffect, useRef, useState } from "react";
import type { GateDecision } from "../../../domain/event.ts";
import type { ApprovalId } from "../../../domain/ids.ts";
import type { AnswerBody } from "../../../http/wire.ts";
import type { ApprovalView } from "../../../views/approvals.ts";
import type { Problem } from "../../state/backend.ts";
import { useBackend, useCommand, useRunView } from "../../state/hooks.ts";
import { keepReviewTime } from "./review-times.ts";

/** Shorter than anybody reads, longer than a key repeats. */
const armMs = 300;

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

export type DecisionOptions = {
  readonly view: ApprovalView;
  readonly isOpen: boolean;
  /** What would be released is in view. */
  readonly isShown: boolean;
  /** Digest of what is in view, as the server gave it. */
  readonly shownDigest: string | undefined;
  readonly pace: string;
  /** An answer to it is on its way from here; false: it was not taken. */
  readonly onAnswering: (id: ApprovalId, isTaken: boolean) => void;
};

export function useDecision({ view, isOpen, isShown, shownDigest, pace, onAnswering }: DecisionOptions): Decision {
  const { isPast } = useRunView();
  const { isOffline } = useBackend();
  const { send, isSending, problem, forget } = useCommand();
  const [isArmed, setArmed] = useState(false);
  const shownAt = useRef(0);
  useEffect(() => {
    if (!isShown) return undefined;
    shownAt.current = performance.now();
    const timer = setTimeout(() => setArmed(true), armMs);
    return () => clearTimeout(timer);
  }, [isShown]);
  const isStale = problem?.code === "digest_mismatch" || (shownDigest !== undefined && shownDigest !== view.digest);
  const closed = isPast
    ? "This is a point of the past: go live to answer."
    : isOffline
      ? "This is an exported run: it can be looked at, not changed."
      : isOpen
        ? null
        : "It was answered.";

  const decide: Decision["decide"] = (decision, { reason, edited }) => {
    if (closed !== null || isSending || !isArmed || isStale) return;
    const body: AnswerBody = { decision, reason, digest: view.digest, ...(edited === undefined ? {} : { edited }) };
    onAnswering(view.id, true);
    void send(`/approvals/${view.id}/answer`, body).then(({ ok }) => {
      if (ok) keepReviewTime(pace, performance.now() - shownAt.current);
      else onAnswering(view.id, false);
    });
  };
  return { decide, isSending, problem, forget, isArmed, isStale, closed };
}
