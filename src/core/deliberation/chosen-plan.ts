// What came of the table that was to make the plan of a goal: what they agreed on, else what more than half stand for, else
// what the mediator put together last; without any of it tiers 1 and 2 are asked as ever.

import type { DeliberationId, Role } from "../../domain/deliberation.ts";
import type { EntryPlan } from "../../domain/plan.ts";
import type { RunState } from "../state.ts";
import { entryOf, orchestrator, type Deliberation, type Entry, type EntryVersion } from "./state.ts";

/** A run's plan is deliberated once. */
export const planningTable = ({ deliberations }: Pick<RunState, "deliberations">): Deliberation | undefined =>
  deliberations.size === 0 ? undefined : [...deliberations.values()].find(({ purpose }) => purpose === "plan");

export type ChosenPlan = {
  readonly deliberation: DeliberationId;
  readonly key: string;
  readonly version: number;
  readonly author: string;
  readonly plan: EntryPlan;
  /** `majority`: more than half stand for it. `mediator`: it is what the mediator put together last. */
  readonly how: "agreed" | "majority" | "mediator";
};

/** Of a table that has ended; undefined: it leaves no plan. */
export function chosenPlan(table: Deliberation): ChosenPlan | undefined {
  const { id, result, mediator, board } = table;
  if (result === null) return undefined;
  const { agreed, outcome } = result;
  if (agreed !== null) {
    const entry = entryOf(table, "synthesis", agreed.key);
    const how = outcome === "consensus" ? "agreed" : "majority";
    return toChosen(id, { entry, version: entry?.versions.find(({ version }) => version === agreed.version), how });
  }
  const own = board
    .filter(({ section }) => section === "synthesis")
    .flatMap((entry) => entry.versions.map((version) => ({ entry, version, how: "mediator" as const })))
    .filter(({ version: { author, plan } }) => author === mediator?.role && plan !== undefined)
    .toSorted((a, b) => a.version.seq - b.version.seq)
    .at(-1);
  return own && toChosen(id, own);
}

type Found = {
  readonly entry: Entry | undefined;
  readonly version: EntryVersion | undefined;
  readonly how: ChosenPlan["how"];
};

function toChosen(deliberation: DeliberationId, { entry, version: found, how }: Found): ChosenPlan | undefined {
  if (entry === undefined || found?.plan === undefined) return undefined;
  const { author, version, plan } = found;
  return { deliberation, key: entry.key, version, author, plan, how };
}

export type ProposedPlan = { readonly role: Role; readonly entry: Entry; readonly version: EntryVersion };

/** The last plan that each wrote, in the order of their seats. */
export const proposedPlans = ({ setup, board }: Deliberation): readonly ProposedPlan[] =>
  setup.seats.flatMap(({ role }) => {
    const own = board
      .flatMap((entry) => entry.versions.map((version) => ({ role, entry, version })))
      .filter(({ version: { author, plan } }) => author === role && author !== orchestrator && plan !== undefined)
      .toSorted((a, b) => a.version.seq - b.version.seq)
      .at(-1);
    return own === undefined ? [] : [own];
  });

/** Tiers 1 and 2 make a plan after a table that left none: what was proposed there is shown to them. */
export function plansWithoutAgreement(state: RunState): readonly ProposedPlan[] {
  const table = planningTable(state);
  if (table === undefined || table.result === null || chosenPlan(table) !== undefined) return [];
  return proposedPlans(table);
}
