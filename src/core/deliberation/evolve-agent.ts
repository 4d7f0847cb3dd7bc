// What events change at one seat of a deliberation: its word about itself, its cycle under way, what is new to it.

import type { Role, Seat } from "../../domain/deliberation.ts";
import type { ConsultEvent, EventOf } from "../../domain/event.ts";
import type { ConsultId } from "../../domain/ids.ts";
import type { ProviderFaultCode } from "../../domain/outcome.ts";
import { addUsage, zeroUsage, type Usage } from "../../domain/usage.ts";
import type { Agent, Deliberation } from "./state.ts";

export const makeAgent = ({ role, kind, model }: Seat, at: number): Agent => ({
  role,
  kind,
  model,
  status: "idle",
  phase: kind === "mediator" ? "synthesise" : "analyse",
  cycle: 0,
  round: 0,
  progress: 0,
  confidence: 0,
  complexity: null,
  waitingFor: null,
  blocked: null,
  lastActivity: at,
  idleMs: 0,
  consult: null,
  reading: 0,
  told: 0,
  stirred: 0,
  sent: 0,
  received: 0,
  proposals: 0,
  objections: 0,
  writes: 0,
  votes: 0,
  errors: [],
  isDismissed: false,
  usage: zeroUsage,
});

export const changeAgents = (deliberation: Deliberation, change: (agent: Agent) => Agent): Deliberation => ({
  ...deliberation,
  agents: deliberation.agents.map(change),
});

export const changeAgent = (deliberation: Deliberation, role: string, change: Partial<Agent>): Deliberation =>
  changeAgents(deliberation, (agent) => (agent.role === role ? { ...agent, ...change } : agent));

/** Something happened that concerns these. */
export const stirAll = (deliberation: Deliberation, roles: readonly string[], seq: number): Deliberation =>
  changeAgents(deliberation, (agent) => (roles.includes(agent.role) ? { ...agent, stirred: seq } : agent));

export const stirOthers = (deliberation: Deliberation, author: string, seq: number): Deliberation =>
  changeAgents(deliberation, (agent) => (agent.role === author ? agent : { ...agent, stirred: seq }));

/** Only agents do this: an answer, or bytes of one. */
export const withActivity = (deliberation: Deliberation, role: Role, at: number): Deliberation => ({
  ...changeAgent(deliberation, role, { lastActivity: at, idleMs: 0 }),
  clock: { ...deliberation.clock, quietMs: 0 },
});

/** The mediator has had its first say. */
const spoken = (deliberation: Deliberation, role: Role, seq: number): Deliberation => {
  const { mediator } = deliberation;
  return mediator?.role === role && mediator.spokeAt === null
    ? { ...deliberation, mediator: { ...mediator, spokeAt: seq } }
    : deliberation;
};

export function agentChanged(
  deliberation: Deliberation,
  event: EventOf<"deliberation.agent_changed">,
  { seq, at }: { readonly seq: number; readonly at: number },
): Deliberation {
  const { role, status, phase, cycle, progress, confidence, waitingFor, blocked, complexity } = event;
  const next = withActivity(spoken(deliberation, role, seq), role, at);
  return changeAgents(next, (agent) =>
    agent.role === role
      ? {
          ...agent,
          status,
          phase,
          cycle,
          progress,
          confidence,
          complexity: complexity ?? agent.complexity,
          waitingFor: waitingFor ?? null,
          blocked: blocked ?? null,
          told: agent.reading,
        }
      : agent,
  );
}

/** A question to the agent of this seat begins: it is shown everything up to here. */
export function cycleStarted(
  deliberation: Deliberation,
  role: Role,
  { consult, seq }: { readonly consult: ConsultId; readonly seq: number },
): Deliberation {
  const { tally, board, setup } = deliberation;
  // A cycle that was begun after the last round still belongs to it.
  const round = Math.min(deliberation.round, setup.limits.rounds);
  const next = changeAgent(deliberation, role, { status: "working", consult, reading: seq, round });
  return { ...next, tally: { ...tally, reads: tally.reads + board.length } };
}

/** The same question goes out once more, or came to its end. `event` is about a consult of this seat. */
export function cycleChanged(
  deliberation: Deliberation,
  role: Role,
  { event, seq, at }: { readonly event: ConsultEvent; readonly seq: number; readonly at: number },
): Deliberation {
  switch (event.type) {
    case "consult.replied":
      return withUsage(withActivity(deliberation, role, at), role, event.usage);
    case "consult.failed": {
      const next = askedAgain(withUsage(deliberation, role, event.usage), role, seq);
      return isProviders(event.code) ? next : withError(next, role);
    }
    case "consult.returned":
      return withError(askedAgain(deliberation, role, seq), role);
    case "consult.ended":
      return changeAgent(deliberation, role, { consult: null });
    case "consult.started":
    case "consult.reserved":
    case "consult.refused":
      return deliberation;
    default:
      return event satisfies never;
  }
}

/** Nothing that another model at the same place would not have met. */
const isProviders = (code: ProviderFaultCode): boolean =>
  code === "rate_limited" ||
  code === "quota" ||
  code === "overloaded" ||
  code === "server_error" ||
  code === "network" ||
  code === "auth";

/** Told, or an answer that came to nothing. */
export function withError(deliberation: Deliberation, role: Role): Deliberation {
  const { clock, setup } = deliberation;
  const { errors: most } = setup.limits;
  if (most === undefined) return deliberation;
  return changeAgents(deliberation, (agent) =>
    agent.role === role ? { ...agent, errors: [...agent.errors, clock.ms].slice(-most) } : agent,
  );
}

const withUsage = (deliberation: Deliberation, role: Role, usage: Usage): Deliberation =>
  changeAgents(deliberation, (agent) =>
    agent.role === role ? { ...agent, usage: addUsage(agent.usage, usage) } : agent,
  );

/** The board is shown to it once more, as it stands then. */
function askedAgain(deliberation: Deliberation, role: Role, seq: number): Deliberation {
  const { tally, board } = deliberation;
  const next = changeAgent(deliberation, role, { reading: seq });
  return { ...next, tally: { ...tally, reads: tally.reads + board.length } };
}
