// What a fork takes over of deliberations: everything that was said, written and voted. Only calls are of the other run:
// an agent whose answer was under way, or was being taken down, is asked again. FORK rules in docs/SPEC.md.

import type { RunConfig } from "../../domain/config.ts";
import type { Draft } from "../draft.ts";
import { questionOf } from "../recovery/next-run.ts";
import { configOf, type RunState } from "../state.ts";
import { skip } from "./clock.ts";
import { endRunWith } from "./ending.ts";
import { changeAgents } from "./evolve-agent.ts";
import { putConflict } from "./for-ticket.ts";
import { openDeliberation, putOpening } from "./open-deliberation.ts";
import { seatMediator } from "./seat-mediator.ts";
import { isLiving, openDeliberations, type Agent, type Deliberation, type Ending } from "./state.ts";

type Forking = { readonly config: RunConfig; readonly at: number };

/** As the other run left them, with nothing under way. `at`: epoch ms of the fork. */
export function forkedDeliberations(state: RunState, { config, at }: Forking): RunState["deliberations"] {
  return new Map(
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

/** The record may stand in the middle of a decision: what it still had to say is said. */
export function finishDeliberations(draft: Draft): void {
  const { deliberation: question } = configOf(draft.state);
  const own = questionOf(draft.state);
  if (question !== undefined && own === undefined) openDeliberation(draft, { purpose: "question", config: question });
  if (own !== undefined && own.result !== null) endRunWith(draft, own.result);
  for (const deliberation of openDeliberations(draft.state)) finishOpening(draft, deliberation);
}

function finishOpening(draft: Draft, { id, met, setup, purpose, ticket }: Deliberation): void {
  putOpening(draft, id);
  if (purpose === "conflict" && ticket !== null) putConflict(draft, id, ticket);
  const [first] = met;
  if (setup.mediatorAtOnce) seatMediator(draft, id, { why: "forced", detail: "it sits there from the start" });
  else if (first !== undefined) seatMediator(draft, id, { why: first.condition, detail: first.detail });
}
