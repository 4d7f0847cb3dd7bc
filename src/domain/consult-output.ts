// The shapes answers have to have, as JSON Schema, for providers that can see to it themselves.

import { z } from "zod";
import { hintAnswerSchema, reviewAnswerSchema } from "./check-answers.ts";
import { agentAnswerSchema, synthesisAnswerSchema } from "./deliberation-answer.ts";
import type { Purpose } from "./event.ts";
import { trackAnswerSchema } from "./plan-answer.ts";
import { patchFields } from "./plan-patch-file.ts";
import { ticketFields } from "./ticket-fields.ts";

type Output = { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };

/** What tier 2 may say of a ticket; who works on it, and with what trust, is not for it to say. */
const plannedTicket = () =>
  ticketFields.omit({ models: true, trust: true, strategy: true, startRung: true, track: true });

const toOutput = (name: string, schema: z.ZodType): Output => ({
  name,
  schema: z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }),
});

/** Made when they are first asked for: most processes ask no tier anything. */
const makers: Readonly<Record<Purpose | "deliberate" | "mediate" | "synthesise", () => Output>> = {
  tracks: () => toOutput("tracks", trackAnswerSchema),
  replan: () =>
    toOutput(
      "change",
      patchFields.extend({
        add: z.array(plannedTicket()).optional(),
        split: z.array(z.strictObject({ ticket: z.string(), into: z.array(plannedTicket()).min(1) })).optional(),
      }),
    ),
  review: () => toOutput("review", reviewAnswerSchema),
  diagnosis: () => toOutput("diagnosis", hintAnswerSchema),
  deliberate: () => toOutput("cycle", agentAnswerSchema),
  mediate: () => toOutput("cycle", agentAnswerSchema),
  synthesise: () => toOutput("synthesis", synthesisAnswerSchema),
  tickets: () => toOutput("tickets", z.strictObject({ tickets: z.array(plannedTicket()).min(1) })),
};

/** Each costs milliseconds to make and never changes. */
const made = new Map<keyof typeof makers, Output>();

export function outputOf(purpose: keyof typeof makers): Output {
  const known = made.get(purpose) ?? makers[purpose]();
  made.set(purpose, known);
  return known;
}
