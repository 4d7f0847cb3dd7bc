// Watches how a plan comes about: nothing is worked by but what was signed or let pass by rule, nothing unsound is
// drafted by a tier, and a plan once settled changes by patches only.

import type { RunState } from "../../src/core/state.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { Event, EventOf, Recorded } from "../../src/domain/event.ts";
import type { ApprovalId } from "../../src/domain/ids.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { hasCycle } from "../support/patch-model.ts";
import { must } from "./broken.ts";
import { policy } from "./replan-monitor.ts";

export type PlanMonitor = { readonly see: (before: RunState, recorded: Recorded) => void };

const drafting: readonly Event["type"][] = ["plan.tracked", "plan.added", "plan.cleared", "plan.accepted"];

export function createPlanMonitor(config: RunConfig): PlanMonitor {
  let draft: readonly Ticket[] = [];
  let isAccepted = false;
  /** What was shown to be signed, by approval. */
  const shown = new Map<ApprovalId, string>();
  /** The right under which a plan may be settled now. */
  let signed: "none" | "as shown" | "rewritten" = "none";

  const isSound = (): boolean => {
    const ids = draft.map(({ id }) => id as string);
    const isWired = draft.every(({ dependsOn }) => dependsOn.every((id) => ids.includes(id)));
    const plan = new Map(draft.map(({ id, dependsOn }) => [id as string, { dependsOn, dropped: false }]));
    const isKnown = draft.every(({ archetype }) => config.archetypes.some(({ name }) => name === archetype));
    const isWhole = ids.length > 0 && new Set(ids).size === ids.length && isWired && !hasCycle(plan);
    return isWhole && (isKnown || config.goal === undefined);
  };

  const accepted = (before: RunState, { tickets }: EventOf<"plan.accepted">): void => {
    isAccepted = true;
    must(tickets === draft.length && isSound(), "EPIC6 an unsound plan is settled");
    if (config.goal === undefined) return;
    const isOnlyPlanned = config.goal.only === "plan" && !before.attended;
    must(
      signed !== "none" || isOnlyPlanned || policy(before, config) === "pass",
      "EPIC6 GATE17 a plan is settled that nobody signed or let pass",
    );
  };

  const answered = ({ approval, decision }: EventOf<"approval.answered">): void => {
    const text = shown.get(approval);
    signed = "none";
    if (text === undefined) return;
    if (decision === "edit") signed = "rewritten";
    if (decision !== "approve") return;
    must(text === JSON.stringify(draft), "EPIC6 GATE17 another plan is signed than was shown");
    signed = "as shown";
  };

  const seeEvent = (before: RunState, event: Event): void => {
    must(!isAccepted || !drafting.includes(event.type), () => `EPIC6 ${event.type} after the plan was settled`);
    if (event.type === "plan.added") {
      must(signed !== "as shown", "EPIC6 GATE17 a plan changes after it was signed");
      draft = [...draft, ...event.tickets];
      must(event.track === undefined || isSound(), "EPIC4 an unsound answer is taken");
    } else if (event.type === "plan.cleared") draft = [];
    else if (event.type === "plan.accepted") accepted(before, event);
    else if (event.type === "approval.requested" && event.gate === "plan" && !isAccepted)
      shown.set(event.approval, JSON.stringify(draft));
    else if (event.type === "approval.answered") answered(event);
    else if (event.type === "attempt.started") must(isAccepted, "EPIC6 work begins before there is a plan");
    else if (event.type === "consult.started" && !isAccepted)
      must(before.pause === null, "EPIC7 planning goes on in a paused run");
    else if (event.type === "run.ended" && config.goal !== undefined)
      must((event.outcome === "planned") === (isAccepted && config.goal.only === "plan") || before.aborted, "EPIC10");
  };

  return { see: (before, { event }) => seeEvent(before, event) };
}
