// Tier 4 on red checks and tier 2 on results, in every seventh run without bounds: sense and nonsense. Has a source of
// chance of its own, so that a run without them is the run it was before there were any.

import type { Duty } from "../../src/core/duties.ts";
import type { Report } from "../../src/domain/command.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { ModelId } from "../../src/domain/ids.ts";
import { approves, finding, hint, sendsBack } from "../core/checked-story.ts";
import { createChance, type Chance } from "./chance.ts";

export type Checks = {
  readonly config: RunConfig;
  /** Puts an answer into a report about such a question. */
  readonly speak: (report: Report, duty: Duty) => Report;
};

export function makeChecks(seed: number, config: RunConfig): Checks {
  // The monitor of budgets keeps its books of attempts' calls only.
  if (seed % 7 !== 3 || config.budgets !== undefined) return { config, speak: (report) => report };
  const chance = createChance(seed ^ 0x63686563);
  const { limits, archetypes, tiers } = config;
  return {
    config: {
      ...config,
      workspace: "git",
      verify: ["npm test"],
      tiers: { ...tiers, "2": ["alpha/m" as ModelId], ...(chance.maybe(0.8) ? { "4": ["gamma/x" as ModelId] } : {}) },
      planning: { replan: config.planning?.replan ?? false, diagnosis: chance.maybe(0.8) },
      limits: { ...limits, planRounds: chance.int(1, 3), reviewRounds: chance.int(0, 2) },
      archetypes: archetypes.map((each) => ({ ...each, review: chance.maybe(0.8) })),
    },
    speak: (report, duty) => {
      if (report.type !== "report.consulted" || duty.kind !== "consult") return report;
      const text = answerOf(chance, duty.purpose);
      if (text === undefined) return report;
      const calledTools = chance.maybe(0.05);
      return { ...report, answer: text, text, calledTools, finish: chance.maybe(0.05) ? "length" : "stop" };
    },
  };
}

function answerOf(chance: Chance, purpose: Extract<Duty, { kind: "consult" }>["purpose"]): string | undefined {
  if (purpose === "diagnosis")
    return chance.pick([hint(), hint("a.ts:1 is empty."), hint("x".repeat(500)), hint(" "), "prose", ""]);
  if (purpose !== "review") return undefined;
  return chance.pick([
    approves(),
    approves({ ...finding, severity: "low" }),
    sendsBack(),
    sendsBack("off-by-one"),
    sendsBack("lost-update", "no-test"),
    // Neither can be used: a grave finding in what is approved, and a result sent back for nothing.
    approves(finding),
    JSON.stringify({ verdict: "send_back", findings: [] }),
    "Looks fine.",
    "",
  ]);
}
