// Events of a deliberation's end, in their order, and of what comes after it: the claim of a recovery, a person's choice.

import type { DeliberationEvent } from "../../domain/event.ts";
import { withError } from "./evolve-agent.ts";
import type { Place } from "./evolve-deliberation.ts";
import { isAbort, type Deliberation, type Ending, type EndingStep } from "./state.ts";

type EndingEvent = Extract<
  DeliberationEvent,
  {
    type:
      | "deliberation.incident"
      | "deliberation.aborting"
      | "deliberation.synthesised"
      | "deliberation.handed_off"
      | "deliberation.handoff_failed"
      | "deliberation.measured"
      | "deliberation.failure_recorded"
      | "deliberation.ended"
      | "deliberation.recovery_claimed"
      | "deliberation.partial_accepted";
  }
>;

export function evolveEnding(deliberation: Deliberation, event: EndingEvent, place: Place): Deliberation {
  switch (event.type) {
    case "deliberation.incident": {
      const { incident, by, agent = null } = event;
      const next = {
        ...deliberation,
        incidents: [...deliberation.incidents, { ...incident, by, at: place.at, agent }],
      };
      return agent === null ? next : withError(next, agent);
    }
    case "deliberation.aborting":
      return {
        ...deliberation,
        ending: {
          outcome: event.outcome,
          detail: event.detail,
          since: place.at,
          graceUntil: event.graceUntil,
          stage: isAbort(event.outcome) ? "grace" : "handoff",
          synthesisUntil: null,
          synthesis: null,
          score: null,
          failure: null,
          steps: [],
        },
      };
    case "deliberation.synthesised":
      return withEnding(deliberation, { stage: "handoff", synthesis: event.result });
    case "deliberation.handed_off": {
      const handoff = { stored: true, at: event.at, handoff: event.handoff } as const;
      return withEnding({ ...deliberation, handoff }, { stage: "closing" });
    }
    case "deliberation.handoff_failed": {
      const handoff = { stored: false, problem: event.problem } as const;
      return withEnding({ ...deliberation, handoff }, { stage: "closing" });
    }
    case "deliberation.measured":
      return withEnding(deliberation, { score: event.score });
    case "deliberation.failure_recorded":
      return withEnding(deliberation, { failure: { reason: event.reason, hint: event.hint } });
    case "deliberation.ended": {
      const { outcome, detail, agreed, accepted, dissent } = event;
      return { ...deliberation, result: { outcome, detail, agreed: agreed ?? null, accepted, dissent, at: place.at } };
    }
    case "deliberation.recovery_claimed": {
      const { run, generation, why, model, changes } = event;
      const asked = model === undefined ? {} : { model };
      return { ...deliberation, recovery: { run, generation, why, ...asked, changes, at: place.at } };
    }
    case "deliberation.partial_accepted": {
      const { section, key, version, reason } = event;
      return { ...deliberation, accepted: { section, key, version, reason, by: place.by } };
    }
    default:
      return event satisfies never;
  }
}

const steps: Readonly<Partial<Record<DeliberationEvent["type"], EndingStep>>> = {
  "deliberation.aborting": "told",
  "deliberation.synthesised": "synthesis",
  "deliberation.handed_off": "handoff",
  "deliberation.handoff_failed": "handoff",
  "deliberation.revoked": "revoked",
  "deliberation.measured": "measured",
  "deliberation.failure_recorded": "failure",
  "deliberation.ended": "ended",
};

/** The moment of each step; of all agents' revocations the last one's. */
export function withStep(deliberation: Deliberation, { type }: DeliberationEvent, at: number): Deliberation {
  const step = steps[type];
  if (step === undefined || deliberation.ending === null) return deliberation;
  const before = deliberation.ending.steps.filter((each) => each.step !== step);
  return withEnding(deliberation, { steps: [...before, { step, at }] });
}

const withEnding = (deliberation: Deliberation, change: Partial<Ending>): Deliberation =>
  deliberation.ending === null ? deliberation : { ...deliberation, ending: { ...deliberation.ending, ...change } };
