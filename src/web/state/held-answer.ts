// The one answer that is not sent yet and can be taken back. It goes when its time is over, when another answer is
// given, and when the page is left or out of sight: no answer is lost.

import type { ApprovalId, RunId } from "../../domain/ids.ts";
import type { Answer, Problem } from "./backend.ts";

export const graceMs = 5_000;

export type HeldAnswer = {
  readonly run: RunId;
  readonly approval: ApprovalId;
  /** What it says, as a button does, and what it is about. */
  readonly words: string;
  /** Sends it. `isLeaving`: the page may be gone before it is answered. */
  readonly send: (isLeaving: boolean) => Promise<Answer<unknown>>;
  readonly onTakenBack: () => void;
};

export type AnswerNews =
  | { readonly kind: "held"; readonly held: HeldAnswer; readonly until: number }
  /** It was sent, and refused. */
  | { readonly kind: "refused"; readonly words: string; readonly problem: Problem }
  /** Nothing can be taken back any more. */
  | { readonly kind: "gone" };

export type HeldAnswers = {
  /** Sends the one that is held, and holds this one in its place. */
  readonly hold: (held: HeldAnswer) => void;
  /** Sends the one that is held; another answer to the same request takes its place instead. */
  readonly release: (instead?: Pick<HeldAnswer, "run" | "approval">) => void;
  /** Gives what is not sent now; null: nothing was held. */
  readonly takeBack: () => HeldAnswer | null;
  readonly news: () => AnswerNews | null;
  readonly forget: () => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** The page goes out of sight. */
  readonly leave: () => void;
};

export function createHeldAnswers(): HeldAnswers {
  let now: { readonly held: HeldAnswer; readonly timer: ReturnType<typeof setTimeout> } | null = null;
  let news: AnswerNews | null = null;
  const listeners = new Set<() => void>();

  const tell = (next: AnswerNews | null): void => {
    news = next;
    for (const listener of listeners) listener();
  };
  const take = (): HeldAnswer | null => {
    const held = now?.held ?? null;
    clearTimeout(now?.timer);
    now = null;
    return held;
  };
  const send = (isLeaving: boolean): void => {
    const held = take();
    if (held === null) return;
    tell(null);
    void held.send(isLeaving).then((answer) => {
      if (!answer.ok) tell({ kind: "refused", words: held.words, problem: answer.problem });
    });
  };
  const release: HeldAnswers["release"] = (instead) => {
    const isSame = instead !== undefined && now?.held.run === instead.run && now.held.approval === instead.approval;
    if (!isSame) return send(false);
    take();
    tell(null);
  };

  return {
    hold: (held) => {
      release(held);
      now = { held, timer: setTimeout(() => send(false), graceMs) };
      tell({ kind: "held", held, until: Date.now() + graceMs });
    },
    release,
    takeBack: () => {
      const held = take();
      if (held !== null) tell(null);
      else if (news === null) tell({ kind: "gone" });
      held?.onTakenBack();
      return held;
    },
    news: () => news,
    forget: () => tell(null),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    leave: () => send(true),
  };
}

/** Of this tab: it outlives the screen that an answer was given on. */
export const heldAnswers = createHeldAnswers();

const carefulKey = "tutti.hold-approvals";
/** Whether approvals wait too; without it only what sets nothing going does. */
export const holdsApprovals = (): boolean => localStorage.getItem(carefulKey) === "1";
export const setHoldsApprovals = (isOn: boolean): void => localStorage.setItem(carefulKey, isOn ? "1" : "0");
