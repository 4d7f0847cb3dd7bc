// Hand-made bugs of deliberations: each is the core with one defect, most of them the earlier system's own.

import type { RunState } from "../../src/core/state.ts";
import type { Deliberation } from "../../src/core/deliberation/state.ts";
import type { Event } from "../../src/domain/event.ts";
import { withEvents, withEvolve, withInput, type System } from "./system.ts";

const change = (state: RunState, how: (one: Deliberation) => Deliberation): RunState => ({
  ...state,
  deliberations: new Map([...state.deliberations].map(([id, one]) => [id, how(one)])),
});

const isA = (event: Event, ...types: readonly Event["type"][]): boolean => types.includes(event.type);

export const deliberationBugs: Readonly<Record<string, System>> = {
  "a second mediator can be seated": withEvolve((_, { event }, after) =>
    isA(event, "deliberation.round_closed") ? change(after, (one) => ({ ...one, mediator: null })) : after,
  ),
  "a vote counts for the version that stands, whichever it was for": withEvents((events, state) =>
    events.map((event) => {
      if (event.type !== "deliberation.voted") return event;
      const entry = [...state.deliberations.values()][0]?.board.find(
        ({ section, key }) => section === "synthesis" && key === event.key,
      );
      return { ...event, version: entry?.versions.at(-1)?.version ?? event.version };
    }),
  ),
  "a vote falls to another's words when its own are not written": withEvolve((_, { event }, after) =>
    isA(event, "consult.replied")
      ? change(after, (one) => ({
          ...one,
          board: one.board.map((entry) => ({ ...entry, versions: entry.versions.slice(-1) })),
        }))
      : after,
  ),
  "a lost agent's vote still counts": withEvolve((_, { event }, after) =>
    event.type === "deliberation.agent_lost"
      ? change(after, (one) => ({
          ...one,
          agents: one.agents.map((agent) => (agent.role === event.role ? { ...agent, status: "done" } : agent)),
        }))
      : after,
  ),
  "errors are counted and lead to nothing": withEvolve((_, { event }, after) =>
    isA(event, "consult.returned", "deliberation.incident")
      ? change(after, (one) => ({ ...one, agents: one.agents.map((agent) => ({ ...agent, errors: [] })) }))
      : after,
  ),
  "an agent is revoked for its provider's faults": withEvolve((_, { event }, after) =>
    event.type === "consult.failed"
      ? change(after, (one) => ({
          ...one,
          agents: one.agents.map((agent) => {
            const isIts = after.consults.get(event.consult)?.role === agent.role;
            return isIts ? { ...agent, errors: Array.from({ length: 9 }, () => one.clock.ms) } : agent;
          }),
        }))
      : after,
  ),
  "two runs recover from one": withEvolve((_, { event }, after) =>
    isA(event, "deliberation.recovery_claimed") ? change(after, (one) => ({ ...one, recovery: null })) : after,
  ),
  "agents are revoked although nothing was handed over": withEvents((events, state) => {
    const [one] = state.deliberations.values();
    return events.flatMap((event): Event[] =>
      event.type === "deliberation.handoff_failed" && one !== undefined
        ? [event, { type: "deliberation.revoked", deliberation: one.id, role: "ALPHA", reason: "" }]
        : [event],
    );
  }),
  "the handoff comes after the revocation": withEvents((events) => {
    const first = events.findIndex(({ type }) => type === "deliberation.handed_off");
    const last = events.findLastIndex(({ type }) => type === "deliberation.revoked");
    return first < 0 || last < first
      ? events
      : [
          ...events.slice(0, first),
          ...events.slice(first + 1, last + 1),
          ...events.slice(first, first + 1),
          ...events.slice(last + 1),
        ];
  }),
  "blocking objections hold nothing up": withEvolve((_, { event }, after) =>
    isA(event, "deliberation.objected")
      ? change(after, (one) => ({ ...one, objections: one.objections.map((each) => ({ ...each, severity: "minor" })) }))
      : after,
  ),
  "red evidence is not looked at": withEvolve((_, { event }, after) =>
    isA(event, "deliberation.evidence_checked")
      ? change(after, (one) => ({
          ...one,
          board: one.board.map((entry) => ({
            ...entry,
            versions: entry.versions.map((each) =>
              each.evidence === null ? each : { ...each, evidence: { ...each.evidence, result: "green" as const } },
            ),
          })),
        }))
      : after,
  ),
  "a patch is agreed on before it is tried": withEvolve((_, { event }, after) =>
    isA(event, "deliberation.written")
      ? change(after, (one) => ({
          ...one,
          board: one.board.map((entry) => ({
            ...entry,
            versions: entry.versions.map((each) => ({ ...each, patch: null, tests: [] })),
          })),
        }))
      : after,
  ),
  "what comes late from a cut-off cycle is heard": withInput((state, command) => {
    if (command.type !== "report.consulted" || state.consults.has(command.consult)) return {};
    const [open] = state.consults.values();
    return open === undefined ? {} : { command: { ...command, consult: open.id, round: open.round, try: open.try } };
  }),
  "rounds are not counted": withEvolve((before, { event }, after) =>
    event.type === "deliberation.round_closed"
      ? change(after, (one) => ({ ...one, round: [...before.deliberations.values()][0]?.round ?? 1 }))
      : after,
  ),
};
