// What is wrong with an agent's moves, judged by what it was shown. A base that is out of date is no fault: that write is
// refused and told. Everything at once, as sentences for the agent.

import type { AgentAnswer } from "../../domain/deliberation-answer.ts";
import type { WholeAnswer, WholeMove } from "./plan-moves.ts";
import {
  agentOf,
  entryOf,
  isLiving,
  latestOf,
  orchestrator,
  type Agent,
  type Deliberation,
  type Entry,
} from "./state.ts";

type Moves = { readonly answer: WholeAnswer; readonly digest: (text: string) => string };

export const problemsOfMoves = (deliberation: Deliberation, agent: Agent, { answer, digest }: Moves): string[] => [
  ...answer.entries.flatMap((move) => problemsOfEntry(deliberation, agent, { move, digest })),
  ...answer.objections.flatMap((objection) => problemsOfObjection(deliberation, agent, objection)),
  ...answer.settled.flatMap((id) =>
    deliberation.objections.some((each) => each.id === id && each.role === agent.role)
      ? []
      : [`settled: ${id} is no objection of yours.`],
  ),
  ...answer.messages.flatMap(({ to }) => problemsOfAddressee(deliberation, agent, to)),
  ...answer.votes.flatMap((vote) => problemsOfVote(deliberation, agent, { vote, answer })),
  ...problemsOfWaiting(deliberation, agent, answer),
];

/** The last version of an entry that this agent's question showed; 0: none. */
export const shownVersion = (entry: Entry | undefined, { reading }: Agent): number =>
  entry?.versions.findLast(({ seq }) => seq <= reading)?.version ?? 0;

function problemsOfEntry(
  deliberation: Deliberation,
  agent: Agent,
  { move, digest }: { readonly move: WholeMove; readonly digest: Moves["digest"] },
): string[] {
  const { section, key, base, text, patch } = move;
  const name = `${section}/${key}`;
  const entry = entryOf(deliberation, section, key);
  if (section === "solutions" && agent.kind === "mediator")
    return [`entries: ${name}: the mediator proposes nothing of its own. Write to synthesis.`];
  const shown = shownVersion(entry, agent);
  if (base > shown)
    return [
      `entries: ${name}: you were shown ${shown === 0 ? "no version" : `version ${shown}`} of it, so base cannot be ${base}.`,
    ];
  if (entry === undefined) return [];
  const { author, version, digest: standing, patch: standingPatch } = latestOf(entry);
  if (entry.versions[0]?.author === orchestrator && author === orchestrator && section !== "synthesis")
    return [`entries: ${name} is the run's own and stays as it is. Write under another key.`];
  if (section === "solutions" && author !== agent.role)
    return [`entries: ${name} is ${author}'s. Object to it, or write a proposal of your own under another key.`];
  const isSame = base === version && digest(text) === standing && (patch ?? "") === "" && standingPatch === null;
  return isSame
    ? [`entries: ${name} says what v${version} says already. Leave it out, or vote on it as it stands.`]
    : [];
}

function problemsOfObjection(
  deliberation: Deliberation,
  agent: Agent,
  { section, key, version }: AgentAnswer["objections"][number],
): string[] {
  const entry = entryOf(deliberation, section, key);
  const name = `${section}/${key} v${version}`;
  if (shownVersion(entry, agent) < version) return [`objections: there is no ${name} that you were shown.`];
  const author = entry?.versions.find((each) => each.version === version)?.author;
  return author === agent.role ? [`objections: ${name} is your own. Write a better version instead.`] : [];
}

function problemsOfAddressee(deliberation: Deliberation, { role }: Agent, to: string): string[] {
  if (to === "all") return [];
  if (to === role) return ["messages: you wrote to yourself."];
  const names = deliberation.agents.map((each) => each.role).join(", ");
  return agentOf(deliberation, to) === undefined ? [`messages: ${to} does not sit at the table; ${names} do.`] : [];
}

/** For a version that it was shown, or that this same answer writes. */
function problemsOfVote(
  deliberation: Deliberation,
  agent: Agent,
  { vote, answer }: { readonly vote: AgentAnswer["votes"][number]; readonly answer: WholeAnswer },
): string[] {
  const { key, version, stance } = vote;
  const own = answer.entries.find((move) => move.section === "synthesis" && move.key === key);
  const shown = shownVersion(entryOf(deliberation, "synthesis", key), agent);
  if (own !== undefined && version === own.base + 1) return [];
  if (version > shown)
    return [`votes: there is no synthesis/${key} v${version} that you were shown. Vote on what stands.`];
  const objects = answer.objections.some(
    (each) =>
      each.section === "synthesis" && each.key === key && each.version === version && each.severity === "blocking",
  );
  return objects && stance === "accept"
    ? [`votes: you accept synthesis/${key} v${version} and block it in one answer. Decide which.`]
    : [];
}

function problemsOfWaiting(
  deliberation: Deliberation,
  { role }: Agent,
  { status, waitingFor }: Pick<AgentAnswer, "status" | "waitingFor">,
): string[] {
  if (status !== "waiting") return [];
  const awaited = waitingFor === undefined ? undefined : agentOf(deliberation, waitingFor);
  if (awaited !== undefined && awaited.role !== role && isLiving(awaited)) return [];
  const others = deliberation.agents.filter((each) => each.role !== role && isLiving(each)).map((each) => each.role);
  return [
    `waitingFor: ${waitingFor ?? "nobody"} is nobody you could wait for. ${others.length === 0 ? "Nobody else is at work: go on alone." : `At work beside you: ${others.join(", ")}.`}`,
  ];
}
