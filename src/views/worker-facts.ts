// Who would start at a spawn gate: archetype, rung, tools, checks and trust; what a brief alone does not say.

import { trustOf } from "../core/clutch.ts";
import { archetypeOf, ladderOf } from "../core/ladder.ts";
import { shellInWords } from "../core/plan-text.ts";
import { configOf, ticketAt, type Attempt, type RunState } from "../core/state.ts";
import type { ModelId } from "../domain/ids.ts";
import type { Trust } from "../domain/ticket.ts";

export type WorkerFacts = {
  readonly archetype: string;
  readonly tier: number;
  readonly model: ModelId;
  /** Place on the model ladder, from 1. */
  readonly rung: number;
  readonly rungs: number;
  readonly tools: readonly string[];
  /** Commands that must pass before its work counts: the project's, then the ticket's. */
  readonly checks: readonly string[];
  readonly trust: Trust;
};

export function workerFactsOf(state: RunState, attempt: Attempt): WorkerFacts {
  const config = configOf(state);
  const ticket = ticketAt(state, attempt.index);
  const { name, tier, tools } = archetypeOf(config, ticket);
  const rungs = ladderOf(config, ticket).length;
  return {
    archetype: name,
    tier,
    model: attempt.model,
    rung: Math.min(attempt.rung + 1, rungs),
    rungs,
    tools: [...new Set([...tools, "ask", "finish"])],
    checks: config.workspace === "git" ? [...config.verify, ...ticket.verify].map(shellInWords) : [],
    trust: trustOf(state, attempt.index),
  };
}

const trustMeans = {
  step: "its start, every call and every result wait for you",
  ask: "calls that change something wait for you",
  auto: "nothing waits but questions and unknown effects",
} as const satisfies Record<Trust, string>;

/** One fact for each label; the further lines of a text stand under its first, so that none passes for a fact. */
export function workerInWords(worker: WorkerFacts): string {
  const { archetype, tier, model, rung, rungs, tools, checks, trust } = worker;
  const facts: readonly { readonly label: string; readonly texts: readonly string[] }[] = [
    { label: "Worker", texts: [`${archetype}, tier ${tier}`] },
    { label: "Model", texts: [`${model}, rung ${rung} of ${rungs}`] },
    { label: "Tools", texts: [tools.join(", ")] },
    { label: "Checks", texts: checks.length === 0 ? ["none: its report is all there is"] : checks },
    { label: "Trust", texts: [`${trust}: ${trustMeans[trust]}`] },
  ];
  return facts
    .flatMap(({ label, texts }) =>
      texts.flatMap((text) => text.split("\n")).map((line, place) => `${(place === 0 ? label : "").padEnd(8)}${line}`),
    )
    .join("\n");
}
