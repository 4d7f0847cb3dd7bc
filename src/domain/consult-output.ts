// The shapes answers have to have, as JSON Schema, for providers that can see to it themselves.

import { z } from "zod";
import { hintAnswerSchema, reviewAnswerSchema } from "./check-answers.ts";
import {
  agentAnswerSchema,
  planningCycleOutput,
  planningSynthesisOutput,
  synthesisAnswerSchema,
} from "./deliberation-answer.ts";
import { plannedFields } from "./entry-plan.ts";
import type { Purpose } from "./event.ts";
import { trackAnswerSchema } from "./plan-answer.ts";
import { patchFields } from "./plan-patch-file.ts";

type Output = { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };

/** Which track it is of, the question says. */
const plannedTicket = () => plannedFields.omit({ track: true });

const toOutput = (name: string, schema: z.ZodType): Output => ({
  name,
  schema: z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }),
});

/** Lists are asked for also where they are empty: Anthropic takes no shape with more than ten parts that may be missing. */
const toWholeOutput = (name: string, schema: z.ZodType): Output => ({
  name,
  schema: z.toJSONSchema(schema, { io: "output", unrepresentable: "any" }),
});

/** Made when they are first asked for: most processes ask no tier anything. */
const makers: Readonly<Record<Purpose | "planning cycle" | "planning synthesis", () => Output>> = {
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
  deliberate: () => toWholeOutput("cycle", agentAnswerSchema),
  mediate: () => toWholeOutput("cycle", agentAnswerSchema),
  synthesise: () => toWholeOutput("synthesis", synthesisAnswerSchema),
  "planning cycle": () => toOutput("cycle", planningCycleOutput()),
  "planning synthesis": () => toOutput("synthesis", planningSynthesisOutput()),
  tickets: () => toOutput("tickets", z.strictObject({ tickets: z.array(plannedTicket()).min(1) })),
};

/** Each costs milliseconds to make and never changes. */
const made = new Map<keyof typeof makers, Output>();

/** `isPlanning`: the agent that is asked sits at a table that makes a plan. */
export function outputOf(purpose: Purpose, isPlanning = false): Output {
  const name = isPlanning ? atPlanningTable(purpose) : purpose;
  const known = made.get(name) ?? makers[name]();
  made.set(name, known);
  return known;
}

function atPlanningTable(purpose: Purpose): keyof typeof makers {
  if (purpose === "deliberate" || purpose === "mediate") return "planning cycle";
  return purpose === "synthesise" ? "planning synthesis" : purpose;
}
