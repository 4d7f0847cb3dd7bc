// What tier 2 is asked after a block: the ticket that is stuck and why, and the plan around it.

import { toPrintableLine } from "../../domain/printable.ts";
import { toTicketFileText } from "../../domain/ticket-file-text.ts";
import type { Ticket } from "../../domain/ticket.ts";
import type { Question } from "../../domain/question.ts";
import { toBlock } from "./block.ts";

export type ReplanQuestion = Extract<Question, { readonly purpose: "replan" }>;

/** The whole plan as lines; in full only the ticket that is stuck and those next to it, so that the question stays short. */
export function toReplanQuestion(question: ReplanQuestion, before: readonly string[]): string {
  const { ticket, plan, attempts, cause, detail, diagnosis, archetypes } = question;
  const line = ({ ticket: each, status }: ReplanQuestion["plan"][number]): string =>
    `- ${each.id} [${status}] ${each.title}${each.dependsOn.length === 0 ? "" : ` (waits for ${each.dependsOn.join(", ")})`}`;
  const isNext = (other: Ticket): boolean => ticket.dependsOn.includes(other.id) || other.dependsOn.includes(ticket.id);
  const nextTo = plan.map((each) => each.ticket).filter(isNext);
  const tries = attempts === 1 ? "one attempt" : `${attempts} attempts`;
  return [
    ...before,
    `The ticket that is stuck: ${toPrintableLine(ticket.id)}, after ${tries}, because: ${cause}`,
    toBlock(`ticket ${ticket.id}`, toTicketFileText([ticket])),
    toBlock(`what was said when ${ticket.id} got stuck`, detail),
    ...(diagnosis.trim() === "" || diagnosis === detail ? [] : [toBlock(`diagnosis of ${ticket.id}`, diagnosis)]),
    toBlock("the plan with the state of every ticket", plan.map(line).join("\n")),
    ...(nextTo.length === 0 ? [] : [toBlock(`tickets next to ${ticket.id}`, toTicketFileText(nextTo))]),
    `Kinds of worker (archetype): ${archetypes.map(toPrintableLine).join(", ")}`,
  ].join("\n\n");
}
