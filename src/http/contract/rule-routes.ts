// The routes of a run's models and of the rules at its gates.

import { z } from "zod";
import { ruleSchema } from "../../domain/config.ts";
import type { Actor } from "../../domain/ids.ts";
import { liveRuleSchema } from "../../domain/live-rule.ts";
import { rulePreviewSchema, type ModelsBody, type RulePreviewBody, type RulesBody } from "../wire.ts";
import { approvalId, count, epochMs, modelId, ticketId } from "./parts.ts";
import { changeProblems, type ApiRoute } from "./route.ts";

const actor = z.string() as unknown as z.ZodType<Actor>;
const ladder = z.array(modelId);

const models = z.strictObject({
  tiers: z.array(z.strictObject({ tier: count, models: ladder })),
  archetypes: z.array(z.strictObject({ name: z.string(), tier: count, models: ladder })),
  tickets: z.array(z.strictObject({ ticket: ticketId, models: ladder })),
}) satisfies z.ZodType<ModelsBody>;

const rules = z.strictObject({
  made: z.array(z.strictObject({ id: z.string(), by: actor, at: epochMs, rule: liveRuleSchema, words: z.string() })),
  standing: z.array(ruleSchema),
}) satisfies z.ZodType<RulesBody>;

const preview = z.strictObject({
  words: z.string(),
  asked: count,
  questions: z.array(
    z.strictObject({
      approval: approvalId,
      seq: count,
      gate: liveRuleSchema.shape.gate,
      ticket: ticketId,
      attempt: count,
      tool: z.string(),
      asks: z.string(),
      would: liveRuleSchema.shape.decision,
      did: z.string(),
      by: actor.nullable(),
    }),
  ),
  counts: z.strictObject({ matched: count, same: count, other: count }),
  answers: z.array(approvalId),
}) satisfies z.ZodType<RulePreviewBody>;

export const ruleRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/runs/:run/models",
    tag: "runs",
    summary: "Which models it calls from now on",
    answer: { name: "Models", schema: models, what: "By tier, by kind of worker, and for tickets with their own." },
    problems: [404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/rules",
    tag: "decide",
    summary: "The rules at its gates",
    answer: { name: "Rules", schema: rules, what: "Those made in it, and those that stand for every run." },
    problems: [404, 409],
  },
  {
    method: "POST",
    path: "/api/runs/:run/rules/preview",
    tag: "decide",
    summary: "What a rule would have decided so far; makes nothing",
    body: { name: "RulePreviewRequest", schema: rulePreviewSchema },
    answer: { name: "RulePreview", schema: preview, what: "Every past question it is about, and the open ones." },
    problems: changeProblems,
  },
];
