// Who stands for what, and whether that is an agreement. A vote is for one version; only the version that stands counts.

import type { Role } from "../../domain/deliberation.ts";
import type { Text } from "../../domain/text.ts";
import { agentOf, isLiving, latestOf, type Deliberation, type Entry, type EntryVersion, type Vote } from "./state.ts";

export type Standing = {
  readonly key: string;
  readonly version: number;
  readonly seq: number;
  /** Living agents that stand for it, in the order of their seats. */
  readonly accepted: readonly Role[];
  readonly rejected: readonly Role[];
  /** Its patch is not tried yet. */
  readonly isUnchecked: boolean;
  /** Its evidence speaks against it. */
  readonly isRefuted: boolean;
  readonly isBlocked: boolean;
};

export type Agreement = { readonly key: string; readonly version: number; readonly accepted: readonly Role[] };

/** Votes of living agents for the version that stands. */
const currentVotes = (deliberation: Deliberation, entry: Entry): readonly Vote[] => {
  const { version } = latestOf(entry);
  const living = new Set(deliberation.agents.filter(isLiving).map(({ role }) => role));
  return deliberation.votes.filter(
    (vote) => vote.key === entry.key && vote.version === version && living.has(vote.role),
  );
};

const isUnchecked = ({ patch, tests, evidence }: EntryVersion): boolean =>
  (patch !== null || tests.length > 0) && evidence === null;

function standingOf(deliberation: Deliberation, entry: Entry): Standing {
  const latest = latestOf(entry);
  const votes = currentVotes(deliberation, entry);
  const rolesWith = (stance: Vote["stance"]): Role[] =>
    deliberation.agents
      .map(({ role }) => role)
      .filter((role) => votes.some((vote) => vote.role === role && vote.stance === stance));
  return {
    key: entry.key,
    version: latest.version,
    seq: latest.seq,
    accepted: rolesWith("accept"),
    rejected: rolesWith("reject"),
    isUnchecked: isUnchecked(latest),
    isRefuted: latest.evidence?.result === "red" || latest.evidence?.result === "unfit",
    isBlocked: deliberation.objections.some(
      ({ section, key, severity, settled }) =>
        section === "synthesis" && key === entry.key && severity === "blocking" && settled === null,
    ),
  };
}

/** Every entry of the synthesis as it stands, the one with most voices first; of equal ones the one written last. */
export const standingsOf = (deliberation: Deliberation): readonly Standing[] =>
  deliberation.board
    .filter(({ section }) => section === "synthesis")
    .map((entry) => standingOf(deliberation, entry))
    .toSorted((a, b) => b.accepted.length - a.accepted.length || b.seq - a.seq);

const isSound = ({ isUnchecked: isOpen, isRefuted }: Standing): boolean => !isOpen && !isRefuted;

/** DLB rules: one version, at least two voices, every living proposer's, no blocking objection, no red evidence. */
export function consensusOf(deliberation: Deliberation): Agreement | undefined {
  const found = standingsOf(deliberation).find(
    (standing) =>
      isSound(standing) &&
      !standing.isBlocked &&
      standing.accepted.length >= 2 &&
      missingVoices(deliberation, standing).length === 0,
  );
  return found && { key: found.key, version: found.version, accepted: found.accepted };
}

/** Living proposers whose agreement is still needed. */
function missingVoices(deliberation: Deliberation, standing: Standing): readonly Role[] {
  const proposers = deliberation.agents.filter((agent) => agent.kind === "proposer" && isLiving(agent));
  const missing = proposers.map(({ role }) => role).filter((role) => !standing.accepted.includes(role));
  const isRuled =
    deliberation.setup.mediatorDecides &&
    deliberation.mediator !== null &&
    standing.accepted.includes(deliberation.mediator.role) &&
    missing.length < proposers.length;
  return isRuled ? missing.filter((role) => !standsAside(deliberation, standing, role)) : missing;
}

/** It has read this version, had its say, and neither rejects it nor has anything open against it. */
const standsAside = (deliberation: Deliberation, { key, seq, rejected }: Standing, role: Role): boolean =>
  (agentOf(deliberation, role)?.told ?? 0) >= seq &&
  !rejected.includes(role) &&
  !deliberation.objections.some(
    (each) => each.role === role && each.section === "synthesis" && each.key === key && each.settled === null,
  );

/** More than half of the living agents at the table stand for one version that nothing refutes. */
export function majorityOf(deliberation: Deliberation): Agreement | undefined {
  const living = deliberation.agents.filter(isLiving).length;
  const found = standingsOf(deliberation).find(
    (standing) => isSound(standing) && standing.accepted.length >= 2 && 2 * standing.accepted.length > living,
  );
  return found && { key: found.key, version: found.version, accepted: found.accepted };
}

/** Living agents that do not stand for it, and what they said last about it. */
export function dissentFrom(
  deliberation: Deliberation,
  agreement: Agreement,
): readonly { readonly role: Role; readonly reasoning: Text }[] {
  return deliberation.agents
    .filter((agent) => isLiving(agent) && !agreement.accepted.includes(agent.role))
    .map(({ role }) => ({ role, reasoning: lastWordOn(deliberation, agreement.key, role) }));
}

/** What it said last against this entry, or of its vote; empty: nothing. */
export function lastWordOn({ votes, objections }: Deliberation, key: string, role: Role): Text {
  const about = (each: { readonly role: Role; readonly key: string }): boolean =>
    each.role === role && each.key === key;
  const objection = objections.findLast((each) => about(each) && each.section === "synthesis" && each.settled === null);
  return objection?.text ?? votes.find(about)?.reasoning ?? "";
}

/**
 * 0 to 1: how near they are to agreeing. Half of it is the part of the living agents that stand for the best version,
 * because that decides; a quarter the part of the conflicts that is settled; a quarter the part of the solutions and
 * syntheses that nobody rewrote in this round, because a text that moves cannot be agreed on.
 */
export function convergenceOf(deliberation: Deliberation): number {
  const roundSince = deliberation.rounds.at(-1)?.seq ?? 0;
  const proposed = deliberation.board.filter(({ section }) => section === "solutions" || section === "synthesis");
  // Who has put nothing forward is not near to agreeing, however quiet it is.
  if (proposed.length === 0) return 0;
  const living = deliberation.agents.filter(isLiving).length;
  const best = standingsOf(deliberation)[0]?.accepted.length ?? 0;
  const { conflicts } = deliberation.tally;
  const open = openConflicts(deliberation);
  const settled = conflicts === 0 ? 1 : 1 - open / conflicts;
  const steady = proposed.filter((entry) => latestOf(entry).seq <= roundSince).length / proposed.length;
  const sum = (living === 0 ? 0 : best / living) / 2 + settled / 4 + steady / 4;
  return Math.round(sum * 10_000) / 10_000;
}

/** Open objections that are major or blocking. */
export const openConflicts = ({ objections }: Deliberation): number =>
  objections.filter(({ severity, settled }) => severity !== "minor" && settled === null).length;
