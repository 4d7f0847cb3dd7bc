// What a fork takes over of deliberations: everything that was said, written and voted. Only calls are of the other run:
// an agent whose answer was under way, or was being taken down, is asked again. FORK rules in docs/SPEC.md.

import type { RunConfig } from "../../domain/config.ts";
import { makeMap } from "../small-map.ts";
import type { RunState } from "../state.ts";
import { skip } from "./clock.ts";
import { changeAgents } from "./evolve-agent.ts";
import { isLiving, type Agent, type Deliberation, type Ending } from "./state.ts";

type Forking = { readonly config: RunConfig; readonly at: number };

/** As the other run left them, with nothing under way. `at`: epoch ms of the fork. */
export function forkedDeliberations(state: RunState, { config, at }: Forking): RunState["deliberations"] {
  return makeMap(
    [...state.deliberations].map(([id, each]) => [id, each.result === null ? cut(state, each, { config, at }) : each]),
  );
}

function cut(state: RunState, deliberation: Deliberation, { config, at }: Forking): Deliberation {
  const { id, setup, purpose, ending } = deliberation;
  const round = Math.min(deliberation.round, setup.limits.rounds);
  const own = purpose === "question" ? config.deliberation?.setup.seats : undefined;
  const seats = setup.seats.map(({ capability: _theirs, ...seat }) => {
    const capability = own?.find(({ role }) => role === seat.role)?.capability;
    return capability === undefined ? seat : { ...seat, capability };
  });
  const isAwaited = [...state.attempts.values()].some(
    ({ phase }) => phase.at === "deliberating" && phase.deliberation === id,
  );
  return {
    ...skip(
      changeAgents(deliberation, (agent) => cutCycle(agent, round)),
      at,
    ),
    setup: { ...setup, seats },
    ending: ending === null ? null : cutEnding(ending),
    ...(isAwaited && { awaitsNext: true as const }),
  };
}

/** What it wrote of a cycle that is not recorded whole stands on the board; the cycle itself is to be had again. */
function cutCycle(agent: Agent, round: number): Agent {
  const isCut = agent.consult !== null || agent.reading > agent.told;
  if (!isCut || !isLiving(agent)) return { ...agent, consult: null };
  return { ...agent, consult: null, reading: agent.told, round: Math.min(agent.round, round - 1) };
}

/** The mediator is asked for its last word again where it was under way. */
const cutEnding = (ending: Ending): Ending =>
  ending.stage === "synthesis" ? { ...ending, stage: "grace", synthesisUntil: null } : ending;
