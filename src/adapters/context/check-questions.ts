// What tier 4 is asked about a red check, and tier 2 about a change. Nothing in it is anybody's instruction: every part
// stands between fences, with where it comes from.

import { dataBlockNotice } from "../../domain/data-block.ts";
import { toTicketFileText } from "../../domain/ticket-file-text.ts";
import type { ShellCommand } from "../../domain/ticket.ts";
import type { CheckQuestion } from "../../domain/check-question.ts";
import { toBlock } from "./block.ts";
import { showDiff } from "./diff-view.ts";
import { showPlaces } from "./output-places.ts";

/** Bytes. */
const largestOutput = 8 * 1024;
const largestSummary = 4 * 1024;

export const toCheckQuestion = (question: CheckQuestion): Promise<string> =>
  question.purpose === "diagnosis" ? toDiagnosisQuestion(question) : Promise.resolve(toReviewQuestion(question));

type Diagnosis = Extract<CheckQuestion, { readonly purpose: "diagnosis" }>;

async function toDiagnosisQuestion({ command, output, root }: Diagnosis): Promise<string> {
  const places = await showPlaces(output, root);
  const shown = headAndTail(output, largestOutput);
  return [
    dataBlockNotice,
    toBlock("command that failed", command),
    toBlock(`output of the command${shown.cut === "" ? "" : `: ${shown.cut}`}`, shown.text),
    ...(places.length === 0 ? ["The output names no line of the repository's files."] : places),
    'Answer with {"hint": "..."}.',
  ].join("\n\n");
}

type Review = Extract<CheckQuestion, { readonly purpose: "review" }>;

function toReviewQuestion({ ticket, checks, summary, diff, before }: Review): string {
  const { text, leftOut } = showDiff(diff);
  return [
    dataBlockNotice,
    toBlock("the ticket", toTicketFileText([ticket])),
    checks.length === 0
      ? "No check is set for this ticket."
      : toBlock("checks that passed on this change", checks.map(toLine).join("\n")),
    toBlock("what its worker says about it", headAndTail(summary, largestSummary).text),
    ...(before.length === 0 ? [] : [toBlock("findings of the last review, to be mended since", before.join("\n"))]),
    toBlock("the change, as a diff", text),
    ...(leftOut.length === 0 ? [] : [toBlock("changed, and not or not wholly shown", leftOut.join("\n"))]),
    'Answer with {"verdict": "approve" or "send_back", "findings": [...]}.',
  ].join("\n\n");
}

const toLine = (command: ShellCommand): string => (typeof command === "string" ? command : command.join(" "));

/** The beginning and the end, by whole lines where lines are short; what a failure is about mostly stands at one of them. */
export function headAndTail(text: string, bytes: number): { readonly text: string; readonly cut: string } {
  const all = Buffer.from(text);
  if (all.length <= bytes) return { text, cut: "" };
  const half = Math.floor(bytes / 2);
  const head = wholeLines(all.subarray(0, half).toString("utf8"));
  const tail = wholeLines(all.subarray(all.length - half).toString("utf8"), "end");
  const cut = `${all.length - Buffer.byteLength(head) - Buffer.byteLength(tail)} bytes in its middle are left out`;
  return { text: `${head}\n[… ${cut} …]\n${tail}`, cut };
}

function wholeLines(part: string, side: "begin" | "end" = "begin"): string {
  const line = side === "begin" ? part.lastIndexOf("\n") : part.indexOf("\n");
  if (side === "begin") return line < part.length / 2 ? part : part.slice(0, line);
  return line < 0 || line > part.length / 2 ? part : part.slice(line + 1);
}
