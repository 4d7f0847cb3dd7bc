// Which keys a gate takes, what they are called there, and what keys do to a text and to a place in it.

import type { ApprovalView } from "../../views/approvals.ts";
import type { KeyHint } from "./approval-lines.ts";
import type { Key } from "./keys.ts";

type Gate = ApprovalView["gate"];

const approveWords = {
  spawn: "start it",
  call: "run it",
  result: "show it",
  unknown: "run it again",
  question: "answer",
  plan: "sign the plan",
  budget: "raise a bound",
} as const satisfies Record<Gate, string>;
const rejectWords = {
  spawn: "do not start",
  call: "reject",
  result: "withhold",
  unknown: "do not run",
  question: "no answer",
  plan: "turn it down",
  budget: "skip it",
} as const satisfies Record<Gate, string>;
const editWords = {
  spawn: "edit the brief",
  call: "edit",
  result: "edit the output",
  unknown: "write its output",
  question: "answer in the editor",
  plan: "edit the plan",
  budget: "raise a bound in the editor",
} as const satisfies Record<Gate, string>;

/** There is nothing to say yes to: the answer is what the person writes. */
export const isWritten = (gate: Gate): boolean => gate === "question" || gate === "budget";

export function choiceKeys(
  view: ApprovalView,
  can: { readonly approve: boolean; readonly rewrite: boolean },
): readonly KeyHint[] {
  const { gate } = view;
  return [
    { key: "a", does: approveWords[gate], isReady: can.approve },
    { key: "e", does: editWords[gate], isReady: true },
    ...(can.rewrite ? [{ key: "m", does: "rewrite the model's message", isReady: true }] : []),
    { key: "r", does: rejectWords[gate], isReady: true },
    { key: "x", does: stopWords(gate), isReady: true },
    { key: "l", does: "later", isReady: true },
  ];
}

const stopWords = (gate: Gate): string =>
  gate === "budget" ? "stop the run" : gate === "plan" ? "abort the run" : "abort the ticket";

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

export const confirmKeys = (canSend: boolean): readonly KeyHint[] => [
  ...(canSend ? [{ key: "enter", does: "send this", isReady: true }] : []),
  { key: "e", does: "edit again", isReady: true },
  { key: "esc", does: "discard", isReady: true },
];

export type Typing = "reject" | "abort" | "edit";

export function typingLabel(gate: Gate, typing: Typing): string {
  if (typing === "edit") return gate === "budget" ? "New bound (run usd 12.50):" : "Your answer:";
  if (typing === "abort") return `${capitalised(stopWords(gate))}. Reason (may be empty):`;
  return gate === "spawn" || gate === "budget" || gate === "plan" ? "Reason:" : "Reason, told to the worker:";
}

/** The text after a key. Keys that write nothing leave it. */
export function typed(text: string, key: Key): string {
  if (key === "backspace") return [...text].slice(0, -1).join("");
  if (key === "ctrl-u") return "";
  if (key === "ctrl-w") return text.replace(/\S*\s*$/, "");
  return [...key].length === 1 ? text + key : text;
}

/** The new first line, or undefined for a key that does not scroll. */
export function scrolled(
  key: Key,
  place: { readonly top: number; readonly page: number; readonly total: number },
): number | undefined {
  const { top, page, total } = place;
  const last = Math.max(0, total - page);
  const moves: Readonly<Record<Key, number>> = {
    down: top + 1,
    j: top + 1,
    up: top - 1,
    k: top - 1,
    " ": top + page,
    pagedown: top + page,
    b: top - page,
    pageup: top - page,
    g: 0,
    home: 0,
    G: last,
    end: last,
  };
  const to = moves[key];
  return to === undefined ? undefined : Math.max(0, Math.min(last, to));
}
