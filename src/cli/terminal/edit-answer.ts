// What a person makes of a gate's text or of the model's message in an editor, and how the change is shown before it is
// sent.

import { describePlanProblem } from "../../domain/plan-problem.ts";
import { parseTicketFile } from "../../domain/ticket-file.ts";
import type { ApprovalView } from "../../views/approvals.ts";
import type { Answer, GateDetail } from "./answer.ts";
import { parseArgsText, toArgsText, type ParsedArgs } from "./args-text.ts";
import type { EditText } from "./edit-text.ts";
import { parseMessageText, toMessageText } from "./message-text.ts";

/** A finished edit that waits to be sent. */
export type Edit = {
  /** Null where what was written cannot be used; the title says why. */
  readonly answer: Answer | null;
  readonly title: string;
  /** The change as a diff, or the text that cannot be used. */
  readonly preview: string;
  /** Opens the editor on what was written. */
  readonly again: () => Promise<Edit | string>;
};

type Given = {
  readonly detail: GateDetail;
  readonly edit: EditText;
  /** What the person wrote before. */ readonly previous?: string;
};

/** The edit to confirm, or why there is none. */
export async function editAnswer(view: ApprovalView, given: Given): Promise<Edit | string> {
  const { detail, edit, previous } = given;
  const isCall = view.gate === "call";
  const original = isCall ? toArgsText(detail.editable) : detail.editable;
  const isJson = isCall || view.gate === "plan";
  const edited = await edit(previous ?? original, { suffix: isJson ? ".json" : ".md" });
  if (edited.kind === "given_up") return edited.why;
  const { text } = edited;
  const again = (): Promise<Edit | string> => editAnswer(view, { ...given, previous: text });
  const parsed = isCall ? parseArgsText(text) : parseWords(view, text);
  if (!parsed.ok) return unusable(text, parsed.problem, again);
  if (text === original) return "Nothing was changed.";
  const answer: Answer = { kind: "answer", decision: "edit", reason: "", edited: parsed.args };
  return {
    answer,
    title: view.gate === "plan" && view.tool === "replan" ? "The plan changes like this. Send it?" : titles[view.gate],
    preview: await changeOf(original, text),
    again,
  };
}

/** As `editAnswer`, for the model's last message. */
export async function editMessage(given: Given): Promise<Edit | string> {
  const { message } = given.detail;
  if (message === undefined) return "There is no message to rewrite here.";
  const original = toMessageText(message);
  const edited = await given.edit(given.previous ?? original, { suffix: ".md" });
  if (edited.kind === "given_up") return edited.why;
  const { text } = edited;
  const again = (): Promise<Edit | string> => editMessage({ ...given, previous: text });
  const parsed = parseMessageText(text, message);
  if (!parsed.ok) return unusable(text, parsed.problem, again);
  if (text === original) return "Nothing was changed.";
  const answer: Answer = { kind: "message", ...parsed.message, reason: "" };
  return {
    answer,
    title: "From here on the model has said this. Send it?",
    preview: await changeOf(original, text),
    again,
  };
}

const titles = {
  spawn: "The worker starts with this brief. Send it?",
  call: "The call runs with these arguments. Send them?",
  result: "The model sees this in place of the output. Send it?",
  unknown: "This counts as the call's output; it is not run again. Send it?",
  question: "This is your answer. Send it?",
  plan: "The run goes by this plan. Send it?",
  budget: "These are the new bounds. Send them?",
} as const satisfies Record<ApprovalView["gate"], string>;

const unusable = (text: string, problem: string, again: Edit["again"]): Edit => ({
  answer: null,
  title: `This cannot be sent: ${problem}`,
  preview: text,
  again,
});

/** Only an output may be made empty: a brief or an answer without a word is a slip. */
function parseWords(view: ApprovalView, text: string): ParsedArgs {
  if (view.gate !== "result" && text.trim() === "") return { ok: false, problem: "it is empty" };
  return view.gate === "plan" && view.tool === "" ? parsePlan(text) : { ok: true, args: text };
}

/** A field that is wrong is told here, beside what was written; how tickets fit together is told when it is sent. */
function parsePlan(text: string): ParsedArgs {
  const file = parseTicketFile(text);
  if (file.ok) return { ok: true, args: text };
  const [first] = file.problems;
  const more = file.problems.length > 1 ? ` (and ${file.problems.length - 1} more)` : "";
  return { ok: false, problem: `${first === undefined ? "it is no plan" : describePlanProblem(first)}${more}` };
}

/** The diff library is loaded when the first edit is shown. */
async function changeOf(before: string, after: string): Promise<string> {
  if (before === "") return after;
  const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("diff");
  return createTwoFilesPatch("before", "after", before, after, undefined, undefined, {
    context: 3,
    headerOptions: FILE_HEADERS_ONLY,
  });
}
