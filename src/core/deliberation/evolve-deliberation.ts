// Events of deliberations: opened, said, written, voted, ended. What it means for a seat stands in evolve-agent.ts.

import type { DeliberationEvent, EventOf } from "../../domain/event.ts";
import type { DeliberationId } from "../../domain/deliberation.ts";
import type { TicketId } from "../../domain/ids.ts";
import { indexOf, withAttempt } from "../change.ts";
import { withEntry } from "../small-map.ts";
import type { RunState } from "../state.ts";
import { skip, tick } from "./clock.ts";
import { agentChanged, changeAgent, makeAgent, stirAll, stirOthers, withActivity } from "./evolve-agent.ts";
import { evolveBoard } from "./evolve-board.ts";
import { evolveEnding, withStep } from "./evolve-ending.ts";
import type { Deliberation, Tally } from "./state.ts";

/** Where and when an event stands in the log. */
export type Place = { readonly seq: number; readonly at: number; readonly by: string };

export function evolveDeliberation(state: RunState, event: DeliberationEvent, place: Place): RunState {
  if (event.type === "deliberation.opened") return opened(state, event, place);
  const before = tick(state, deliberationOf(state, event.deliberation), place.at);
  const next = withDeliberation(state, withStep(changed(before, event, place), event, place.at));
  return event.type === "deliberation.ended" ? waitedFor(next, event.deliberation) : next;
}

const withDeliberation = (state: RunState, deliberation: Deliberation): RunState => ({
  ...state,
  deliberations: withEntry(state.deliberations, deliberation.id, deliberation),
});

export function deliberationOf(state: RunState, id: DeliberationId): Deliberation {
  const found = state.deliberations.get(id);
  if (found === undefined) throw new Error(`the log names a deliberation that was never opened: ${id}`);
  return found;
}

/** Every deliberation that goes on, with its clocks brought up to a change that is about the run as a whole. */
export function tickAll(state: RunState, at: number): RunState {
  let next = state;
  for (const deliberation of state.deliberations.values()) {
    const ticked = tick(state, deliberation, at);
    if (ticked !== deliberation) next = withDeliberation(next, ticked);
  }
  return next;
}

/** The same where the process that conducted the run was gone: that time is nobody's. */
export function skipAll(state: RunState, at: number): RunState {
  let next = state;
  for (const deliberation of state.deliberations.values()) next = withDeliberation(next, skip(deliberation, at));
  return next;
}

const noTally: Tally = {
  messages: 0,
  direct: 0,
  reads: 0,
  writes: 0,
  refusedWrites: 0,
  conflicts: 0,
  resolved: 0,
  votes: 0,
  staleVotes: 0,
  repeats: 0,
  repeatsMediated: 0,
};

function opened(state: RunState, event: EventOf<"deliberation.opened">, { at }: Place): RunState {
  const { deliberation: id, purpose, ticket, objective, setup, inheritance } = event;
  const deliberation: Deliberation = {
    id,
    purpose,
    ticket: ticket ?? null,
    objective,
    setup,
    inheritance: inheritance ?? null,
    openedAt: at,
    agents: setup.seats.filter(({ kind }) => kind === "proposer").map((seat) => makeAgent(seat, at)),
    board: [],
    messages: [],
    objections: [],
    votes: [],
    refusedWrites: [],
    incidents: [],
    met: [],
    mediator: null,
    round: 1,
    rounds: [],
    clock: { at, ms: 0, quietMs: 0 },
    tally: noTally,
    ending: null,
    handoff: null,
    result: null,
    recovery: null,
    accepted: null,
  };
  // A run that is this deliberation has no plan to wait for.
  const phase = purpose === "question" ? "running" : state.phase;
  return withDeliberation(waiting({ ...state, phase }, deliberation), deliberation);
}

/** The attempt of its ticket begins with what comes of it. */
function waiting(state: RunState, { id, ticket }: Deliberation): RunState {
  const attempt = ticket === null ? undefined : state.attempts.get(indexOf(state, ticket));
  return attempt === undefined
    ? state
    : withAttempt(state, { ...attempt, phase: { at: "deliberating", deliberation: id } });
}

/** Of a fork: what the attempt that begins now of this ticket has to wait for. */
export function takenUp(state: RunState, ticket: TicketId): { readonly state: RunState; readonly id?: DeliberationId } {
  const found = [...state.deliberations.values()].find((each) => each.awaitsNext === true && each.ticket === ticket);
  if (found === undefined) return { state };
  const { awaitsNext: _, ...deliberation } = found;
  const next = withDeliberation(state, deliberation);
  return deliberation.result === null ? { state: next, id: deliberation.id } : { state: next };
}

/** Nothing more will come of it: whoever waits for it begins. */
function waitedFor(state: RunState, id: DeliberationId): RunState {
  const attempt = [...state.attempts.values()].find(
    ({ phase }) => phase.at === "deliberating" && phase.deliberation === id,
  );
  return attempt === undefined ? state : withAttempt(state, { ...attempt, phase: { at: "preparing" } });
}

type Later = Exclude<DeliberationEvent, { type: "deliberation.opened" }>;

function changed(deliberation: Deliberation, event: Later, place: Place): Deliberation {
  switch (event.type) {
    case "deliberation.mediated":
      return mediated(deliberation, event, place);
    case "deliberation.condition_met": {
      const { condition, value, threshold, detail } = event;
      return { ...deliberation, met: [...deliberation.met, { condition, value, threshold, detail, at: place.at }] };
    }
    case "deliberation.agent_changed":
      return agentChanged(deliberation, event, place);
    case "deliberation.heard":
      return withActivity(deliberation, event.role, place.at);
    case "deliberation.agent_lost":
      // Others may wait for it.
      return stirOthers(
        changeAgent(deliberation, event.role, { status: "lost", consult: null, blocked: event.detail }),
        event.role,
        place.seq,
      );
    case "deliberation.revoked":
      return stirOthers(
        changeAgent(deliberation, event.role, {
          status: "revoked",
          consult: null,
          ...(event.dismissed === true ? { isDismissed: true, blocked: event.reason } : {}),
        }),
        event.role,
        place.seq,
      );
    case "deliberation.round_closed": {
      const { round, convergence } = event;
      const rounds = [...deliberation.rounds, { round, convergence, seq: place.seq, at: place.at }];
      return { ...deliberation, round: round + 1, rounds };
    }
    case "deliberation.written":
    case "deliberation.write_refused":
    case "deliberation.messaged":
    case "deliberation.objected":
    case "deliberation.objection_settled":
    case "deliberation.voted":
    case "deliberation.evidence_checked":
      return evolveBoard(deliberation, event, place);
    default:
      return evolveEnding(deliberation, event, place);
  }
}

function mediated(
  deliberation: Deliberation,
  { role, why, detail }: EventOf<"deliberation.mediated">,
  { seq, at }: Place,
): Deliberation {
  const seat = deliberation.setup.seats.find((each) => each.role === role);
  if (seat === undefined) throw new Error(`the log seats a mediator that the setup does not name: ${role}`);
  const agents = [...deliberation.agents, makeAgent(seat, at)];
  return stirAll({ ...deliberation, mediator: { role, why, detail, at, spokeAt: null }, agents }, [role], seq);
}
