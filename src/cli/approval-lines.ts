// One open approval as plain text: what is asked, what is shown, and how to answer.

import { foldBlankRuns, toPrintable, toPrintableLine } from "../domain/printable.ts";
import type { ApprovalBody } from "../http/wire.ts";
import { workerInWords } from "../views/worker-facts.ts";

/** `program`: how the person calls it. Nothing is left out: what is approved has to be seen whole (A-57). */
export function approvalLines(approval: ApprovalBody, program: string): readonly string[] {
  const { id, gate, ticket, title, attempt, model, worker, asks, hidden, detail } = approval;
  const shown = toPrintable(detail?.preview ?? approval.head);
  const body = foldBlankRuns(shown)
    .split("\n")
    .map((line) => `    ${line}`);
  const facts = worker === null ? [] : workerInWords(worker).split("\n");
  const flags = hidden.map(({ name, kind, count }) => `${count} x ${name} (${kind})`).join(", ");
  return [
    `${id}  ${ticket === null ? "run" : `${toPrintableLine(ticket)}#${attempt}`} ${toPrintableLine(title)}  [${[gate, model].filter((part) => part !== "").join(", ")}]`,
    `  ${toPrintableLine(asks)}`,
    ...facts.map((fact) => `  ${toPrintableLine(fact)}`),
    ...body,
    `  ${shown.length} characters${flags === "" ? "" : `; HIDDEN CHARACTERS: ${flags}`}`,
    ...(approval.problem === undefined ? [] : [`  Shown from the log alone: ${toPrintableLine(approval.problem)}`]),
    ...answersFor(gate, id).map((command) => `  ${program} ${command}`),
    "",
  ];
}

const answersFor = (gate: ApprovalBody["gate"], id: string): readonly string[] =>
  gate === "budget"
    ? [`edit ${id} --text "run usd 12.50"`, `reject ${id} --reason "..."`, "abort"]
    : gate === "question"
      ? [`answer ${id} "..."`, `reject ${id} --reason "..."`]
      : [`approve ${id}`, `edit ${id}`, `reject ${id} --reason "..."`];
