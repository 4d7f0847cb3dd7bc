// Whose turn it is: who begins a cycle now, whether a round is over, whether anything moves at all.

import { uncheckedOf } from "./clock.ts";
import { isLiving, type Agent, type Deliberation } from "./state.ts";

/** Something came that it was not told of. */
const hasNews = (agent: Agent): boolean => agent.stirred > agent.told;

/** A proposer has one cycle a round; one that is done or waits has one where something is new to it. */
const isToPropose = (agent: Agent, round: number): boolean =>
  agent.kind === "proposer" &&
  agent.round < round &&
  (agent.status === "idle" || agent.status === "working" || hasNews(agent));

/** The mediator is in no round: it follows what is new. */
const isToMediate = (agent: Agent, rounds: number): boolean =>
  agent.kind === "mediator" && hasNews(agent) && agent.cycle < rounds;

/** Agents whose cycle may begin now, in the order of their seats. */
export const agentsToAsk = ({ agents, round, setup }: Deliberation): readonly Agent[] =>
  agents.filter(
    (agent) =>
      isLiving(agent) &&
      agent.consult === null &&
      (isToPropose(agent, Math.min(round, setup.limits.rounds)) || isToMediate(agent, setup.limits.rounds)),
  );

/** A proposer has had its cycle of this round, and none is under way or to begin. */
export function isRoundOver(deliberation: Deliberation): boolean {
  const proposers = deliberation.agents.filter(({ kind }) => kind === "proposer");
  const isUnderWay = proposers.some(({ consult }) => consult !== null);
  const isToBegin = agentsToAsk(deliberation).some(({ kind }) => kind === "proposer");
  return !isUnderWay && !isToBegin && proposers.some(({ round }) => round === deliberation.round);
}

/** No cycle is under way or to begin, and no evidence is awaited: nothing will happen of itself. */
export const nothingMoves = (deliberation: Deliberation): boolean =>
  deliberation.agents.every(({ consult }) => consult === null) &&
  agentsToAsk(deliberation).length === 0 &&
  !isRoundOver(deliberation) &&
  uncheckedOf(deliberation).length === 0;

/** Somebody would go on if there were another round. */
export const wantsAnotherRound = ({ agents }: Deliberation): boolean =>
  agents.some(
    (agent) => agent.kind === "proposer" && isLiving(agent) && (agent.status === "working" || hasNews(agent)),
  );
