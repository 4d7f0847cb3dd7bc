// What must hold of every deliberation after every event, as sentences with the rule each guards. For tests only.

import type { RunState } from "../state.ts";
import { agentOf, entryOf, latestOf, type Deliberation } from "./state.ts";

const check = (holds: boolean, sentence: string): string[] => (holds ? [] : [sentence]);

export const deliberationInvariants = (state: RunState): string[] => [
  ...[...state.deliberations.values()].flatMap((each) => [
    ...table(each),
    ...board(each),
    ...cycles(state, each),
    ...ending(state, each),
  ]),
  ...[...state.consults.values()].flatMap(({ id, deliberation, role }) => {
    if (deliberation === null) return [];
    const agent = agentOf(state.deliberations.get(deliberation) ?? { agents: [] }, role ?? "");
    return check(agent?.consult === id, `I-cycle: ${id} is open and is no cycle of ${role}`);
  }),
];

/** DLB22: one mediator at most, and whoever sits there has a seat. */
function table({ id, agents, mediator, setup }: Deliberation): string[] {
  const mediators = agents.filter(({ kind }) => kind === "mediator");
  const roles = new Set(agents.map(({ role }) => role));
  return [
    ...check(mediators.length <= 1 && roles.size === agents.length, `DLB22: ${id} seats somebody twice`),
    ...check((mediators[0]?.role ?? null) === (mediator?.role ?? null), `DLB22: ${id} does not know its mediator`),
    ...check(
      agents.every((agent) => setup.seats.some(({ role, kind }) => role === agent.role && kind === agent.kind)),
      `DLB1: ${id} seats a stranger`,
    ),
  ];
}

/** DLB3, DLB8: versions follow each other; votes and objections are about versions that were written. */
function board(deliberation: Deliberation): string[] {
  const { id, votes, objections, tally, messages, setup } = deliberation;
  const isWritten = (section: "synthesis" | Deliberation["board"][number]["section"], key: string, version: number) => {
    const entry = entryOf(deliberation, section, key);
    return entry !== undefined && version >= 1 && version <= latestOf(entry).version;
  };
  return [
    ...deliberation.board.flatMap(({ key, versions }) =>
      check(
        versions.length > 0 && versions.every(({ version }, place) => version === place + 1),
        `DLB3: versions of ${key} in ${id} do not follow each other`,
      ),
    ),
    ...votes.flatMap(({ role, key, version }) =>
      check(
        isWritten("synthesis", key, version),
        `DLB8: ${role} voted in ${id} for ${key} v${version}, which is not there`,
      ),
    ),
    ...check(
      new Set(votes.map(({ role, key }) => `${role} ${key}`)).size === votes.length,
      `DLB8: ${id} counts somebody twice`,
    ),
    ...objections.flatMap(({ id: name, section, key, version }) =>
      check(isWritten(section, key, version), `DLB2: ${name} in ${id} is about nothing`),
    ),
    ...check(tally.resolved <= tally.conflicts, `DLB10: ${id} resolved more than there was`),
    ...check(messages.length <= setup.limits.messages, `DLB23: ${id} keeps too many messages`),
  ];
}

/** An agent's cycle under way and its question are the same thing seen twice; who is gone has none. */
const cycles = (state: RunState, { id, agents, setup }: Deliberation): string[] =>
  agents.flatMap(({ role, consult, status, cycle }) => [
    ...check(
      consult === null || state.consults.get(consult)?.role === role,
      `I-cycle: ${role} of ${id} has a closed one`,
    ),
    ...check(
      consult === null || (status !== "lost" && status !== "revoked"),
      `DLB6: ${role} of ${id} is ${status} and is asked`,
    ),
    ...check(cycle <= setup.limits.rounds, `DLB14: ${role} of ${id} had ${cycle} cycles`),
  ]);

/** DLB17 to DLB19: nothing goes on after the end; nothing is taken away that was not handed over; what follows follows a failure. */
function ending(
  state: RunState,
  { id, agents, result, ending: end, handoff, recovery, accepted }: Deliberation,
): string[] {
  const isOver = result !== null;
  const hasFailed = isOver && result.outcome !== "consensus";
  return [
    ...check(!isOver || agents.every(({ consult }) => consult === null), `DLB17: ${id} has ended and asks on`),
    ...check(isOver || state.phase !== "ended", `DLB17: the run has ended and ${id} goes on`),
    ...check(!hasFailed || handoff !== null, `DLB17: ${id} failed and handed nothing over`),
    ...check(!isOver || end === null || end.score !== null || !hasFailed, `DLB17: ${id} ended unmeasured`),
    ...check(recovery === null || hasFailed, `DLB19: ${id} is recovered from and did not fail`),
    ...check(accepted === null || hasFailed, `DLB19: what ${id} left is accepted and it did not fail`),
  ];
}
