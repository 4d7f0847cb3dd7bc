// Hand-made bugs of deliberations inside a run of tickets; see bugs.ts.

import type { RunState } from "../../src/core/state.ts";
import type { Deliberation } from "../../src/core/deliberation/state.ts";
import { changeAttempt } from "./defects.ts";
import { withEvolve, type System } from "./system.ts";

const change = (state: RunState, how: (one: Deliberation) => Deliberation): RunState => ({
  ...state,
  deliberations: new Map([...state.deliberations].map(([id, one]) => [id, how(one)])),
});

const indexIn = (state: RunState, ticket: string | undefined): number =>
  state.graph.tickets.findIndex(({ id }) => id === ticket);

export const tableBugs: Readonly<Record<string, System>> = {
  "a ticket is talked about again at every attempt": withEvolve((_, { event }, after) =>
    event.type === "attempt.failed"
      ? { ...after, deliberations: new Map([...after.deliberations].filter(([, { result }]) => result === null)) }
      : after,
  ),
  "an attempt does not wait for what is said": withEvolve((_, { event }, after) =>
    event.type === "deliberation.opened" && event.ticket !== undefined
      ? changeAttempt(after, indexIn(after, event.ticket), { phase: { at: "preparing" } })
      : after,
  ),
  "who waits for a talk is never told that it is over": withEvolve((before, { event }, after) =>
    event.type === "deliberation.ended" ? { ...after, attempts: before.attempts } : after,
  ),
  "an agent inside a run is never revoked for its errors": withEvolve((_, { event }, after) =>
    event.type.startsWith("consult.")
      ? change(after, (one) => ({ ...one, agents: one.agents.map((agent) => ({ ...agent, errors: [] })) }))
      : after,
  ),
};
