// Hand-made bugs of plan patches; see bugs.ts.

import { planLength } from "../../src/core/state.ts";
import type { Event, EventOf } from "../../src/domain/event.ts";
import { withTicketState } from "./defects.ts";
import { realSystem, withEvents, withEvolve, withInput, type System } from "./system.ts";

const withPatch = (change: (event: EventOf<"plan.patched">) => EventOf<"plan.patched">): System =>
  withEvents((events) => events.map((event): Event => (event.type === "plan.patched" ? change(event) : event)));

export const patchBugs: Readonly<Record<string, System>> = {
  "what waited for a split ticket is forgotten": withPatch((event) => ({
    ...event,
    patch: { ...event.patch, rewire: [] },
  })),
  "a dropped ticket's worker goes on": withEvents((events) =>
    events.some(({ type }) => type === "plan.patched")
      ? events.filter(({ type }) => type !== "ticket.cancelled" && type !== "approval.voided")
      : events,
  ),
  "a patch leaves the queues as they were": withEvolve((before, { event }, after) =>
    event.type === "plan.patched" ? { ...after, ready: before.ready } : after,
  ),
  "a patch leaves the paths as long as they were": withEvolve((before, { event }, after) =>
    event.type === "plan.patched"
      ? {
          ...after,
          graph: { ...after.graph, rank: after.graph.rank.map((own, index) => before.graph.rank[index] ?? own) },
        }
      : after,
  ),
  "a ticket that waits for nothing more is left waiting": withEvolve((before, { event }, after) => {
    if (event.type !== "plan.patched") return after;
    return event.patch.rewire.reduce((state, { ticket }) => {
      const index = state.graph.indexOf.get(ticket) ?? -1;
      const was = before.tickets.chunks[0]?.[index];
      return withTicketState(state, index, (own) => (own.status === "ready" && was?.status === "pending" ? was : own));
    }, after);
  }),
  "a rewired ticket starts before what it now waits for": withEvolve((before, { event }, after) => {
    if (event.type !== "plan.patched") return after;
    return event.patch.rewire.reduce((state, { ticket }) => {
      const index = state.graph.indexOf.get(ticket) ?? -1;
      const was = before.tickets.chunks[0]?.[index];
      return withTicketState(state, index, (own) => (own.status === "pending" && was?.status === "ready" ? was : own));
    }, after);
  }),
  "dropped tickets go on counting": withEvolve((_, { event }, after) =>
    event.type === "plan.patched" ? { ...after, dropped: 0 } : after,
  ),
  "a dropped ticket can be opened again": withInput((state, command) => {
    if (command.type !== "ticket.reopen") return {};
    const index = state.graph.indexOf.get(command.ticket) ?? -1;
    return {
      state: withTicketState(state, index, (own) =>
        own.status === "cancelled" ? { status: "cancelled", reason: own.reason, history: own.history } : own,
      ),
    };
  }),
  "finished work can be split": withInput((state, command) => {
    if (command.type !== "plan.patch") return {};
    return {
      state: command.patch.split.reduce((now, { ticket }) => {
        const index = now.graph.indexOf.get(ticket) ?? -1;
        return withTicketState(now, index, (own) =>
          own.status === "completed" ? { status: "cancelled", reason: "", history: own.history } : own,
        );
      }, state),
    };
  }),
  "a rewiring is taken without a look": {
    ...realSystem,
    decide: (state, command, circumstances) => {
      const decision = realSystem.decide(state, command, circumstances);
      if (decision.ok || command.type !== "plan.patch" || decision.rejection.code !== "invalid_patch") return decision;
      const { add, drop, rewire, split, reason } = command.patch;
      if (add.length + drop.length + split.length > 0 || planLength(state) === 0) return decision;
      if (rewire.some(({ ticket }) => !state.graph.indexOf.has(ticket))) return decision;
      const patch = { reason, add: [], drop: [], rewire: [...rewire], split: [] };
      const { at, by } = circumstances;
      const record = { seq: state.seq + 1, at, by, event: { type: "plan.patched" as const, patch } };
      return { ok: true, records: [record], state };
    },
  },
  "a run with a changed plan stays ended": withEvolve((before, { event }, after) =>
    event.type === "plan.patched" ? { ...after, phase: before.phase, ended: before.ended } : after,
  ),
  "tier 2 is asked again and again": withEvolve((_, { event }, after) =>
    event.type === "consult.started" ? { ...after, replanned: new Set() } : after,
  ),
  "tier 2 is asked in a paused run": withInput((state, command) =>
    command.type.startsWith("report.") && state.pause?.drain === true ? { state: { ...state, pause: null } } : {},
  ),
  "a patch is taken that was turned down": withEvents((events, state) =>
    events.flatMap((event): Event[] => {
      const proposal = event.type === "approval.answered" ? state.proposals.get(event.approval) : undefined;
      if (event.type !== "approval.answered" || event.decision !== "reject" || proposal === undefined) return [event];
      const { patch, ticket } = proposal;
      return [event, { type: "plan.patched", patch, blocked: ticket, approval: event.approval }];
    }),
  ),
  "a run ends while a patch waits for a person": withEvents((events) =>
    events.some(({ type }) => type === "plan.proposed")
      ? [...events, { type: "run.ended", outcome: "blocked", reason: "too early" }]
      : events,
  ),
  "a patch is taken that nobody signed": withInput((state, command) =>
    command.type === "report.consulted" ? { state: { ...state, trust: "auto" } } : {},
  ),
};
