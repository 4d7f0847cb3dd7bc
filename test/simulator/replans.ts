// Tier 2 in simulated runs: in every fifth run it is asked after a block, and answers sense and nonsense. Has a source of
// chance of its own, so that a run without it is the run it was before there was any.

import type { Duty } from "../../src/core/duties.ts";
import type { RunState } from "../../src/core/state.ts";
import type { Report } from "../../src/domain/command.ts";
import { defaultLimits, type Budgets, type Caps, type RunConfig } from "../../src/domain/config.ts";
import type { ModelId, TicketId } from "../../src/domain/ids.ts";
import { randomPatch } from "../support/patch-model.ts";
import { createChance, type Chance } from "./chance.ts";

export type TierTwo = {
  readonly config: RunConfig;
  /** Puts tier 2's words into a report about a question to it. */
  readonly speak: (report: Report, duty: Duty, state: RunState) => Report;
};

export function makeTierTwo(seed: number, config: RunConfig): TierTwo {
  if (seed % 5 !== 0) return { config, speak: (report) => report };
  const chance = createChance(seed ^ 0x74696572);
  const rule = chance.maybe(0.2)
    ? [
        {
          name: "plans",
          gate: "plan" as const,
          tool: "*",
          decision: chance.pick(["approve", "reject", "ask"] as const),
        },
      ]
    : [];
  return {
    config: {
      ...config,
      ...(config.budgets === undefined || chance.maybe(0.2) ? {} : { budgets: widened(config.budgets) }),
      tiers: { "2": ["alpha/m" as ModelId] },
      planning: { replan: true, diagnosis: false },
      // Few attempts: most of these runs come to a block.
      limits: {
        ...config.limits,
        attempts: chance.int(1, 2),
        planRounds: 2,
        replans: chance.int(1, 4),
        planTickets: defaultLimits.planTickets,
      },
      rules: [...rule, ...config.rules],
    },
    speak: (report, duty, state) => {
      if (report.type !== "report.consulted" || duty.kind !== "consult" || duty.purpose !== "replan") return report;
      const ticket = state.consults.get(report.consult)?.ticket;
      if (ticket === null || ticket === undefined) return report;
      const text = chance.maybe(0.15) ? "prose" : JSON.stringify(someAnswer(chance, state, ticket));
      return { ...report, answer: text, text };
    },
  };
}

/** A question to another tier takes more than a worker's turn does: most bounds leave room for a few. */
function widened({ run, ticket, track, tiers = {}, ...rest }: Budgets): Budgets {
  const wider = ({ tokens, costMicros, ...caps }: Caps): Caps => ({
    ...caps,
    ...(tokens === undefined ? {} : { tokens: tokens + 250_000 }),
    ...(costMicros === undefined ? {} : { costMicros: costMicros + 400_000 }),
  });
  return {
    ...rest,
    ...(run === undefined ? {} : { run: wider(run) }),
    ...(ticket === undefined ? {} : { ticket: wider(ticket) }),
    ...(track === undefined ? {} : { track: wider(track) }),
    tiers: Object.fromEntries(Object.entries(tiers).map(([tier, caps]) => [tier, wider(caps)])),
  };
}

const toFile = ({ id, dependsOn }: { readonly id: string; readonly dependsOn: readonly string[] }): object => ({
  id,
  dependsOn,
  description: "Do it.",
  archetype: "coder",
});

function someAnswer(chance: Chance, state: RunState, ticket: TicketId): object {
  const reason = "because";
  const kind = chance.pick(["split", "split", "drop", "anything", "nothing"]);
  if (kind === "nothing") return { reason };
  if (kind === "anything") {
    const { add, split, ...rest } = randomPatch(chance, state);
    return {
      ...rest,
      add: add.map(toFile),
      split: split.map((each) => ({ ticket: each.ticket, into: each.into.map(toFile) })),
    };
  }
  if (kind === "drop") {
    const waiting = state.graph.tickets.filter(({ dependsOn }) => dependsOn.includes(ticket));
    const rewire = waiting.map(({ id, dependsOn }) => ({
      ticket: id,
      dependsOn: dependsOn.filter((need) => need !== ticket),
    }));
    return { reason, drop: [ticket], rewire };
  }
  const first = `R${state.tickets.length}`;
  const second = `R${state.tickets.length + 1}`;
  const into = [
    toFile({ id: first, dependsOn: [] }),
    toFile({ id: second, dependsOn: chance.maybe(0.5) ? [first] : [] }),
  ];
  return { reason, split: [{ ticket, into: into.slice(0, chance.int(1, 2)) }] };
}
