// A person's rules of one run: those there are, and what one would have decided before it is made.

import type { Hono } from "hono";
import { ruleProblem } from "../domain/live-rule.ts";
import { ruleInWords, rulePreviewOf } from "../views/rules.ts";
import { toRejectionProblem } from "./problem.ts";
import { readBody } from "./read-body.ts";
import { rulePreviewSchema, type RulePreviewBody, type RulesBody } from "./wire.ts";

export function addRules(app: Hono): void {
  app.get("/rules", (context) => {
    const { rules, config } = context.get("open").state();
    const made = rules.map((each) => ({ ...each, words: ruleInWords(each.rule) }));
    return context.json({ made, standing: config?.rules ?? [] } satisfies RulesBody);
  });

  app.post("/rules/preview", async (context) => {
    const body = await readBody(context, rulePreviewSchema);
    if (!body.ok) return body.refusal;
    const { rule } = body.value;
    const problem = ruleProblem(rule);
    if (problem !== undefined) return toRejectionProblem({ code: "rule_invalid", problem });
    const preview: RulePreviewBody = rulePreviewOf(context.get("open").ports.log.read(), rule);
    return context.json(preview);
  });
}
