// Hand-made bugs of a person's words and pauses; see bugs.ts.

import type { RunState } from "../../src/core/state.ts";
import { changeAttempt, withTicketState } from "./defects.ts";
import { withEvents, withEvolve, withInput, type System } from "./system.ts";

const indexIn = (state: RunState, ticket: string | undefined): number =>
  state.graph.tickets.findIndex(({ id }) => id === ticket);

export const steerBugs: Readonly<Record<string, System>> = {
  "a word said during a step is forgotten": withEvolve((_, { event }, after) =>
    event.type === "ticket.steered" ? changeAttempt(after, indexIn(after, event.ticket), { words: [] }) : after,
  ),
  "a word that was told is told again": withEvolve((before, { event }, after) =>
    event.type === "note.added" && event.said !== undefined
      ? changeAttempt(after, indexIn(after, event.ticket), {
          words: before.attempts.get(indexIn(after, event.ticket))?.words ?? [],
        })
      : after,
  ),
  "a pause of a ticket is written down and nothing more": withEvolve((before, { event }, after) =>
    event.type === "ticket.paused" ? { ...before, seq: after.seq, lastAt: after.lastAt } : after,
  ),
  "a ready ticket that goes on again is not queued": withEvolve((_, { event }, after) =>
    event.type !== "ticket.resumed"
      ? after
      : withTicketState(after, indexIn(after, event.ticket), (own) =>
          own.status === "ready" ? { ...own, pool: "" } : own,
        ),
  ),
  "another ladder begins at the rung of the old one": withEvolve((before, { event }, after) =>
    event.type !== "ticket.models_changed"
      ? after
      : withTicketState(after, indexIn(after, event.ticket), (own) => ({
          ...own,
          history: {
            ...own.history,
            rung: before.tickets.chunks[0]?.[indexIn(after, event.ticket)]?.history.rung ?? 0,
          },
        })),
  ),
  "another ladder of a tier is written down and nothing more": withEvolve((before, { event }, after) =>
    event.type === "run.models_changed" ? { ...after, config: before.config } : after,
  ),
  "a rule that was taken back still counts": withEvolve((before, { event }, after) =>
    event.type === "rule.removed" ? { ...after, rules: before.rules } : after,
  ),
  "a rule lets pass whatever it is about": withInput((state) => ({
    state: {
      ...state,
      rules: state.rules.map((each) => ({ ...each, rule: { gate: each.rule.gate, tool: "*", decision: "approve" } })),
    },
  })),
  "a paused attempt keeps its lane": withEvents((events) =>
    events.filter((event) => event.type !== "attempt.parked" || event.why !== "pause"),
  ),
};
