// What the answers at each gate are called on buttons, and how a request stands in a list.

import type { Gate, GateDecision } from "../domain/event.ts";
import { toPrintableLine } from "../domain/printable.ts";
import type { ApprovalView } from "./approvals.ts";
import { callSubject } from "./precedents.ts";
import { cut, firstLine } from "./words.ts";

/** A patch of tier 2's is a plan's gate with words of its own. */
export type Matter = Gate | "patch";

export const decisionWords = {
  spawn: { approve: "Start worker", edit: "Start with my brief", reject: "Do not start", abort: "Abort ticket" },
  call: { approve: "Approve", edit: "Run with my arguments", reject: "Reject", abort: "Abort ticket" },
  result: { approve: "Pass output to model", edit: "Pass my output", reject: "Withhold", abort: "Abort ticket" },
  unknown: { approve: "Run again", edit: "Use my output", reject: "Do not run again", abort: "Abort ticket" },
  question: { approve: "Approve", edit: "Send answer", reject: "No answer", abort: "Abort ticket" },
  plan: { approve: "Sign plan", edit: "Sign my plan", reject: "Turn down", abort: "Abort run" },
  patch: { approve: "Sign change", edit: "Sign my change", reject: "Turn down", abort: "Abort run" },
  budget: { approve: "Approve", edit: "Raise bound", reject: "Do without", abort: "Abort run" },
} as const satisfies Record<Matter, Record<GateDecision, string>>;

/** What the button that opens the editor says; null: the answer is written in place. */
export const editWords = {
  spawn: "Edit brief",
  call: "Edit arguments",
  result: "Edit output",
  unknown: "Write its output",
  question: null,
  plan: "Edit plan",
  patch: "Edit change",
  budget: null,
} as const satisfies Record<Matter, string | null>;

/** Beside the ticket in the list. */
export const phaseWords = {
  spawn: "before it starts",
  call: "before it runs",
  result: "after it ran",
  unknown: "may have run",
  question: "a question",
  plan: "to be signed",
  patch: "to be signed",
  budget: "bound reached",
} as const satisfies Record<Matter, string>;

export type RequestName = {
  /** The tool's name, or what kind of request it is. */
  readonly head: string;
  /** The file, the command, the question: made printable, on one line. */
  readonly subject: string;
};

const heads = {
  spawn: "Start a worker",
  call: "",
  result: "",
  unknown: "",
  question: "Question",
  plan: "Plan",
  patch: "Plan change",
  budget: "Budget",
} as const satisfies Record<Matter, string>;

type Named = Pick<ApprovalView, "gate" | "tool" | "args" | "head" | "worker" | "title">;

export function requestName(view: Named, matter: Matter, most = 160): RequestName {
  const head = heads[matter] === "" ? toPrintableLine(view.tool) : heads[matter];
  return { head, subject: cut(subjectOf(view, matter), most) };
}

function subjectOf(view: Named, matter: Matter): string {
  switch (matter) {
    case "call":
    case "result":
    case "unknown":
      return view.args === null ? "" : toPrintableLine(callSubject(view.args));
    case "spawn":
      return view.worker === null ? "" : toPrintableLine(`${view.worker.archetype}, ${view.worker.model}`);
    case "question":
    case "budget":
      return firstLine(view.head);
    case "plan":
    case "patch":
      return toPrintableLine(view.title);
    default:
      return matter satisfies never;
  }
}

/** `40s`, `2m`, `3h`, `5d`: how long something has waited, for narrow columns. */
export function ageInWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}m`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}
