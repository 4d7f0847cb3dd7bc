// Events of the blackboard and the bus: entries, messages, objections, votes, evidence.

import type { DeliberationEvent, EventOf } from "../../domain/event.ts";
import { changeAgents, stirAll, stirOthers } from "./evolve-agent.ts";
import type { Place } from "./evolve-deliberation.ts";
import {
  agentOf,
  entryOf,
  latestOf,
  type Agent,
  type Deliberation,
  type Entry,
  type EntryVersion,
  type Tally,
} from "./state.ts";

type BoardEvent = Extract<
  DeliberationEvent,
  {
    type:
      | "deliberation.written"
      | "deliberation.write_refused"
      | "deliberation.messaged"
      | "deliberation.objected"
      | "deliberation.objection_settled"
      | "deliberation.voted"
      | "deliberation.evidence_checked";
  }
>;

export function evolveBoard(deliberation: Deliberation, event: BoardEvent, place: Place): Deliberation {
  switch (event.type) {
    case "deliberation.written":
      return written(deliberation, event, place);
    case "deliberation.write_refused": {
      const { role, section, key, base, current, text } = event;
      const refused = { role, section, key, base, current, text, seq: place.seq };
      const next = { ...deliberation, refusedWrites: [...deliberation.refusedWrites, refused] };
      return stirAll(counting(next, { refusedWrites: 1 }), [role], place.seq);
    }
    case "deliberation.messaged":
      return messaged(deliberation, event, place);
    case "deliberation.objected":
      return objected(deliberation, event, place);
    case "deliberation.objection_settled":
      return settled(deliberation, event);
    case "deliberation.voted":
      return voted(deliberation, event, place);
    case "deliberation.evidence_checked":
      return checked(deliberation, event, place);
    default:
      return event satisfies never;
  }
}

function counting(deliberation: Deliberation, more: Partial<Tally>): Deliberation {
  const tally = { ...deliberation.tally };
  for (const [name, count] of Object.entries(more)) tally[name as keyof Tally] += count;
  return { ...deliberation, tally };
}

const countingFor = (deliberation: Deliberation, role: string, count: (agent: Agent) => Partial<Agent>): Deliberation =>
  changeAgents(deliberation, (agent) => (agent.role === role ? { ...agent, ...count(agent) } : agent));

/** An agent goes round in circles: before it knew of the mediator's say, or in spite of it. */
function repeated(deliberation: Deliberation, role: string): Deliberation {
  const spokeAt = deliberation.mediator?.spokeAt ?? Infinity;
  const isMediated = (agentOf(deliberation, role)?.reading ?? 0) >= spokeAt;
  return counting(deliberation, { repeats: 1, repeatsMediated: isMediated ? 1 : 0 });
}

function written(deliberation: Deliberation, event: EventOf<"deliberation.written">, place: Place): Deliberation {
  const { author, section, key, version, text, digest, patch, tests, plan, provenance } = event;
  const entry = entryOf(deliberation, section, key);
  const fresh: EntryVersion = {
    version,
    author,
    seq: place.seq,
    at: place.at,
    text,
    digest,
    patch: patch ?? null,
    tests: tests ?? [],
    provenance: provenance ?? null,
    evidence: null,
    ...(plan === undefined ? {} : { plan }),
  };
  const grown: Entry = { section, key, versions: [...(entry?.versions ?? []), fresh] };
  const board =
    entry === undefined
      ? [...deliberation.board, grown]
      : deliberation.board.map((each) => (each === entry ? grown : each));
  const next = countingFor(counting({ ...deliberation, board }, { writes: 1 }), author, (agent) => ({
    writes: agent.writes + 1,
    proposals: agent.proposals + (section === "solutions" ? 1 : 0),
  }));
  const isBack = entry?.versions.slice(0, -1).some((each) => each.author === author && each.digest === digest) === true;
  return stirOthers(isBack ? repeated(next, author) : next, author, place.seq);
}

function messaged(deliberation: Deliberation, event: EventOf<"deliberation.messaged">, place: Place): Deliberation {
  const { from, to, kind, text } = event;
  const message = { seq: place.seq, at: place.at, from, to, kind, text };
  const messages = [...deliberation.messages, message].slice(-deliberation.setup.limits.messages);
  const isFor = (agent: Agent): boolean => agent.role !== from && (to === "all" || agent.role === to);
  const heard = changeAgents({ ...deliberation, messages }, (agent) => {
    if (agent.role === from) return { ...agent, sent: agent.sent + 1 };
    return isFor(agent) ? { ...agent, received: agent.received + 1, stirred: place.seq } : agent;
  });
  return counting(heard, { messages: 1, direct: to === "all" ? 0 : 1 });
}

function objected(deliberation: Deliberation, event: EventOf<"deliberation.objected">, place: Place): Deliberation {
  const { role, objection: id, section, key, version, severity, text } = event;
  const { seq, at } = place;
  const objections = [
    ...deliberation.objections,
    { id, role, section, key, version, severity, text, seq, at, settled: null },
  ];
  const next = countingFor({ ...deliberation, objections }, role, (agent) => ({ objections: agent.objections + 1 }));
  return stirOthers(counting(next, { conflicts: severity === "minor" ? 0 : 1 }), role, seq);
}

function settled(
  deliberation: Deliberation,
  { objection: id, how }: EventOf<"deliberation.objection_settled">,
): Deliberation {
  const one = deliberation.objections.find((objection) => objection.id === id);
  if (one === undefined) throw new Error(`the log settles an objection that nobody raised: ${id}`);
  const objections = deliberation.objections.map((each) => (each === one ? { ...one, settled: how } : each));
  const isResolved = one.severity !== "minor" && how !== "gone";
  return counting({ ...deliberation, objections }, { resolved: isResolved ? 1 : 0 });
}

function voted(deliberation: Deliberation, event: EventOf<"deliberation.voted">, place: Place): Deliberation {
  const { role, key, version, stance, score, reasoning } = event;
  const before = deliberation.votes.find((vote) => vote.role === role && vote.key === key);
  const isTurn =
    before !== undefined && stance !== "abstain" && before.stance !== "abstain" && before.stance !== stance;
  const turns = (before?.turns ?? 0) + (isTurn ? 1 : 0);
  const { seq, at } = place;
  const vote = { role, key, version, stance, score: score ?? null, reasoning, seq, at, turns };
  const votes = [...deliberation.votes.filter((each) => each !== before), vote];
  const entry = entryOf(deliberation, "synthesis", key);
  const isStale = entry === undefined || latestOf(entry).version !== version;
  const next = countingFor({ ...deliberation, votes }, role, (agent) => ({ votes: agent.votes + 1 }));
  const tallied = counting(next, { votes: 1, staleVotes: isStale ? 1 : 0 });
  return stirOthers(isTurn && turns > 1 ? repeated(tallied, role) : tallied, role, seq);
}

function checked(
  deliberation: Deliberation,
  event: EventOf<"deliberation.evidence_checked">,
  place: Place,
): Deliberation {
  const { section, key, version, result, detail, ms } = event;
  const board = deliberation.board.map((entry) =>
    entry.section === section && entry.key === key
      ? {
          ...entry,
          versions: entry.versions.map((each) =>
            each.version === version ? { ...each, evidence: { result, detail, ms } } : each,
          ),
        }
      : entry,
  );
  const next = { ...deliberation, board };
  // What does not hold has to be mended by somebody; what holds changes nobody's work.
  return result === "red" || result === "unfit" ? stirOthers(next, "", place.seq) : next;
}
