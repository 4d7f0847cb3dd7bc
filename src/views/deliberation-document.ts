// The report of a deliberation as a Markdown document. What agents wrote stands in fences that no text of theirs can end.

import { headOf } from "../domain/text.ts";
import { toPrintable, toPrintableLine } from "../domain/printable.ts";
import type { DeliberationEnd } from "./deliberation-end.ts";
import { outcomeStandings } from "./deliberation-standing.ts";
import { listInWords } from "./words.ts";

/** Code that no backtick of the text can end. */
const inCode = (lines: readonly string[]): string => {
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)));
  const fence = "`".repeat(longest + 1);
  return [fence, ...lines, fence].join("\n");
};

const quoted = (text: string): string => inCode(toPrintable(text).split("\n"));

export function deliberationDocument({ run, task, view, answer, report, outcome }: DeliberationEnd): string {
  const standing = outcome === null ? "it goes on" : outcomeStandings[outcome].word;
  const parts = [
    `# Deliberation ${run}`,
    `Task ${toPrintableLine(task)}: ${standing}${view.detail === null ? "" : `. ${toPrintableLine(view.detail)}`}`,
    "## Objective",
    quoted(view.objective),
    "## At the table",
    view.agents
      .map(({ role, kind, model, cycle, status }) => `- ${role}, ${kind}, ${model}: ${cycle} cycles, ${status}`)
      .join("\n"),
    ...(answer === null
      ? []
      : [`## ${outcome === "consensus" ? "Agreed" : "Most stand for"}: ${answer.name}`, quoted(headOf(answer.text))]),
    ...(view.accepted.length === 0 ? [] : [`Stand for it: ${listInWords(view.accepted, 9)}.`]),
    ...view.dissent.flatMap(({ role, reasoning }) => [`## Dissent of ${role}`, quoted(reasoning)]),
    "## Measures",
    inCode(report),
  ];
  return `${parts.join("\n\n")}\n`;
}
