// Hand-made bugs of planning; see bugs.ts.

import type { Event } from "../../src/domain/event.ts";
import { headOf } from "../../src/domain/text.ts";
import { makeTicket } from "../core/story.ts";
import { withEvents, type System } from "./system.ts";

export const planBugs: Readonly<Record<string, System>> = {
  "work begins before the plan is signed": withEvents((events, state) => {
    if (state.phase !== "planning") return events;
    const added = events.flatMap((event) => (event.type === "plan.added" ? event.tickets : []));
    const tickets = state.draftPlan.flat().length + added.length;
    return events.flatMap((event): Event[] =>
      event.type === "approval.requested" && event.gate === "plan" && !headOf(event.shown).includes("problems")
        ? [event, { type: "plan.accepted", tickets }]
        : [event],
    );
  }),
  "an unsound answer is taken": withEvents((events, state) =>
    events.flatMap((event): Event[] => {
      const consult = event.type === "consult.returned" ? state.consults.get(event.consult) : undefined;
      if (consult?.purpose !== "tickets" || consult.track === null) return [event];
      const added = { type: "plan.added" as const, tickets: [makeTicket("X: Y")], track: consult.track };
      return [added, { type: "consult.ended", consult: consult.id, result: "used", detail: "" }];
    }),
  ),
  "another plan is worked by than was signed": withEvents((events) => {
    const isSigned = events.some((event) => event.type === "approval.answered" && event.decision === "approve");
    if (!isSigned) return events;
    const place = events.findIndex(({ type }) => type === "plan.accepted");
    const accepted = events[place];
    if (accepted?.type !== "plan.accepted") return events;
    const others = Array.from({ length: accepted.tickets }, (_, number) => makeTicket(`Z${number}`));
    const instead: Event[] = [{ type: "plan.cleared", reason: "" }, { type: "plan.added", tickets: others }, accepted];
    // What the real core began next was of the plan that was signed.
    return [...events.slice(0, place), ...instead];
  }),
  "a plan is worked by that was turned down": withEvents((events, state) => {
    const isRefused = events.some((event) => event.type === "approval.answered" && event.decision === "reject");
    const tickets = state.draftPlan.flat().length;
    if (state.phase !== "planning" || !isRefused || tickets === 0) return events;
    return [...events.filter(({ type }) => type !== "run.ended"), { type: "plan.accepted", tickets }];
  }),
  "planning goes on in a paused run": withEvents((events, state) => {
    if (state.phase !== "planning" || !events.some(({ type }) => type === "run.paused")) return events;
    const track = state.tracks?.find(({ id }) => !state.draftedTracks.has(id))?.id;
    if (track === undefined) return events;
    const prompt = { name: "tickets", version: "1", hash: "0" };
    const consult = `C${state.seq + events.length + 1}` as never;
    const asked = { type: "consult.started" as const, consult, purpose: "tickets" as const, tier: 2 as const };
    return [...events, { ...asked, model: "alpha/m" as never, prompt, track }];
  }),
};
