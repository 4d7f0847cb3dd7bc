// A deliberation that came to nothing, as its records tell it.

import { defaultDeliberationLimits, defaultThresholds } from "../../../src/domain/deliberation.ts";
import type { DeliberationId, Inheritance, Objective, Setup } from "../../../src/domain/deliberation.ts";
import type { DeliberationEvent } from "../../../src/domain/deliberation-event.ts";
import type { ModelId } from "../../../src/domain/ids.ts";

export const deliberation = "D2" as DeliberationId;

export const setup: Setup = {
  seats: [
    { role: "ALPHA", kind: "proposer", model: "echo/small" as ModelId },
    { role: "BETA", kind: "proposer", model: "echo/small" as ModelId },
    { role: "GAMMA", kind: "mediator", model: "echo/small" as ModelId },
  ],
  thresholds: defaultThresholds,
  limits: defaultDeliberationLimits,
  mediatorDecides: false,
  mediatorAtOnce: false,
  recovery: "auto",
};

export const objective: Objective = { text: "Which store?", constraints: [], success: ["it is fast"], subtasks: [] };

export type ArguedRecord = { readonly seq: number; readonly at: number; readonly event: DeliberationEvent };

type Begun = { readonly inheritance?: Inheritance; readonly objective?: Objective; readonly setup?: Setup };

/** Records from 2 on, a second apart; the first is the opening. */
export function argued(events: readonly DeliberationEvent[], begun: Begun = {}): ArguedRecord[] {
  const opened: DeliberationEvent = {
    type: "deliberation.opened",
    deliberation,
    purpose: "question",
    objective,
    setup,
    ...begun,
  };
  return [opened, ...events].map((event, index) => ({ seq: index + 2, at: 1_000_000 + index * 1_000, event }));
}

type Written = Extract<DeliberationEvent, { type: "deliberation.written" }>;

export const wrote = (author: string, place: string, text: Written["text"], more: Partial<Written> = {}): Written => {
  const [section = "", key = ""] = place.split("/");
  return {
    type: "deliberation.written",
    deliberation,
    author,
    section: section as Written["section"],
    key,
    version: 1,
    text,
    digest: "0".repeat(64),
    ...more,
  };
};

type Messaged = Extract<DeliberationEvent, { type: "deliberation.messaged" }>;

export const said = (from: string, text: string): Messaged => ({
  type: "deliberation.messaged",
  deliberation,
  from,
  to: "all",
  kind: "inform",
  text,
});

export const changed = (role: string, cycle: number): DeliberationEvent => ({
  type: "deliberation.agent_changed",
  deliberation,
  role,
  status: "working",
  phase: "propose",
  cycle,
  progress: 0.5,
  confidence: 0.25,
});

export const objected = (role: string, objection: string): DeliberationEvent => ({
  type: "deliberation.objected",
  deliberation,
  role,
  objection,
  section: "solutions",
  key: "plan",
  version: 1,
  severity: "blocking",
  text: "it does not fit",
});

export const voted = (role: string, version: number, stance: "accept" | "reject"): DeliberationEvent => ({
  type: "deliberation.voted",
  deliberation,
  role,
  key: "merge",
  version,
  stance,
  reasoning: `because ${role}`,
});
