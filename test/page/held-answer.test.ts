// An answer that can still be taken back: when it goes, and that it goes once.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ApprovalId, RunId } from "../../src/domain/ids.ts";
import { createHeldAnswers, graceMs, type HeldAnswer } from "../../src/web/state/held-answer.ts";
import { passPlace } from "../../src/web/screens/inbox/queue.ts";

const refusal = { code: "approval_closed", detail: "It was answered.", remedy: "Look at it." };

function makeAnswer(approval: string, isTaken = true) {
  const sent: boolean[] = [];
  const takenBack = vi.fn();
  const held: HeldAnswer = {
    run: "run_a" as RunId,
    approval: approval as ApprovalId,
    words: `Reject: ${approval}`,
    send: (isLeaving) => {
      sent.push(isLeaving);
      return Promise.resolve(isTaken ? { ok: true, value: null } : { ok: false, problem: refusal });
    },
    onTakenBack: takenBack,
  };
  return { held, sent, takenBack };
}

describe("an answer that is held", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("INBOX9 is sent once, when its time is over", () => {
    const answers = createHeldAnswers();
    const { held, sent } = makeAnswer("a");
    answers.hold(held);
    expect(answers.news()).toMatchObject({ kind: "held", held });
    vi.advanceTimersByTime(graceMs - 1);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([false]);
    answers.leave();
    vi.advanceTimersByTime(10 * graceMs);
    expect(sent).toEqual([false]);
    expect(answers.news()).toBeNull();
  });

  it("INBOX9 taken back is never sent, and a second time there is nothing to take back", () => {
    const answers = createHeldAnswers();
    const { held, sent, takenBack } = makeAnswer("a");
    answers.hold(held);
    expect(answers.takeBack()).toBe(held);
    expect(takenBack).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(10 * graceMs);
    expect(sent).toEqual([]);
    expect(answers.takeBack()).toBeNull();
    expect(answers.news()).toEqual({ kind: "gone" });
  });

  it("INBOX9 goes at once when another request is answered, and when the page goes", () => {
    const answers = createHeldAnswers();
    const [first, second, third] = [makeAnswer("a"), makeAnswer("b"), makeAnswer("c")];
    answers.hold(first.held);
    answers.hold(second.held);
    expect(first.sent).toEqual([false]);
    answers.release({ run: "run_a" as RunId, approval: "other" as ApprovalId });
    expect(second.sent).toEqual([false]);
    answers.hold(third.held);
    answers.leave();
    expect(third.sent).toEqual([true]);
  });

  it("INBOX9 gives way to another answer to the same request, held or sent at once", () => {
    const answers = createHeldAnswers();
    const [first, second] = [makeAnswer("a"), makeAnswer("a")];
    answers.hold(first.held);
    answers.hold(second.held);
    answers.release(second.held);
    vi.advanceTimersByTime(10 * graceMs);
    expect([...first.sent, ...second.sent]).toEqual([]);
  });

  it("INBOX9 that is refused is told with its remedy", async () => {
    const answers = createHeldAnswers();
    const { held } = makeAnswer("a", false);
    answers.hold(held);
    await vi.advanceTimersByTimeAsync(graceMs);
    expect(answers.news()).toEqual({ kind: "refused", words: held.words, problem: refusal });
    answers.forget();
    expect(answers.news()).toBeNull();
  });

  it("INBOX9 leaves the next request in view, the one before where it was the last, itself where it is alone", () => {
    expect(passPlace(["a", "b", "c"], "b")).toEqual({ key: "c", at: 2 });
    expect(passPlace(["a", "b"], "b")).toEqual({ key: "a", at: 0 });
    expect(passPlace(["a"], "a")).toEqual({ key: "a", at: 0 });
  });
});
