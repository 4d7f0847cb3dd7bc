// What a simulated agent answers, by its temper. A vote's reasoning holds the digest of the words it is meant for, so that
// whoever reads the log can tell what was voted for from what was counted.

import type { Agent, Deliberation, EntryVersion } from "../../src/core/deliberation/state.ts";
import { digest } from "../support/given.ts";
import type { Chance } from "./chance.ts";

const tempers = [
  "calm",
  "calm",
  "settled",
  "settled",
  "opposed",
  "stubborn",
  "circling",
  "rambling",
  "waiting",
  "mixed",
  "mute",
  "dead",
] as const;
export type Temper = (typeof tempers)[number];

export const makeTemper = (chance: Chance): Temper => chance.pick(tempers);

type Seat = { readonly deliberation: Deliberation; readonly agent: Agent; readonly temper: Temper };

type Answer = {
  status: string;
  waitingFor?: string;
  progress: number;
  confidence: number;
  complexity?: number;
  entries: object[];
  objections: object[];
  settled: string[];
  messages: object[];
  votes: object[];
};

const statuses: Partial<Record<Temper, string>> = { rambling: "working", settled: "done", opposed: "done" };

/** Now and then it says what it may not say; then it is sent back. */
export function someAnswer(chance: Chance, seat: Seat): Answer {
  const { agent, temper } = seat;
  const answer: Answer = {
    status: statuses[temper] ?? chance.pick(["working", "done", "done"]),
    progress: chance.next(),
    confidence: chance.next(),
    ...(chance.maybe(0.2) ? { complexity: chance.next() } : {}),
    entries: [],
    objections: [],
    settled: [],
    messages: [],
    votes: [],
  };
  if (temper === "waiting" || chance.maybe(0.05)) {
    answer.status = "waiting";
    const others = seat.deliberation.agents.filter(({ role }) => role !== agent.role);
    answer.waitingFor = chance.maybe(0.05) ? "OMEGA" : (others[0]?.role ?? "OMEGA");
  }
  write(chance, seat, answer);
  judge(chance, seat, answer);
  if (chance.maybe(0.2)) answer.messages.push({ to: chance.maybe(0.5) ? "all" : "BETA", kind: "inform", text: "Hm." });
  return answer;
}

const shownOf = (
  { deliberation, agent }: Seat,
  section: string,
): { readonly key: string; readonly shown: EntryVersion }[] =>
  deliberation.board
    .filter((entry) => entry.section === section)
    .flatMap(({ key, versions }) => {
      const shown = versions.findLast(({ seq }) => seq <= agent.reading);
      return shown === undefined ? [] : [{ key, shown }];
    });

function write(chance: Chance, seat: Seat, answer: Answer): void {
  const { agent, deliberation, temper } = seat;
  const wish = {
    calm: 0.25,
    settled: 0.05,
    opposed: 0,
    stubborn: 0.3,
    circling: 0.9,
    rambling: 1,
    waiting: 0.1,
    mixed: 0.4,
    mute: 0,
    dead: 0,
  }[temper];
  if (agent.kind === "proposer" && agent.cycle === 0 && chance.maybe(0.7))
    answer.entries.push({
      section: "solutions",
      key: agent.role.toLowerCase(),
      base: 0,
      text: `${agent.role} says so.`,
    });
  const syntheses = shownOf(seat, "synthesis");
  if (!chance.maybe(syntheses.length === 0 ? (agent.kind === "mediator" ? 0.75 : 0.5) : wish)) return;
  const key = chance.maybe(0.8) ? "plan" : chance.pick(["plan", "other"]);
  const base = syntheses.find((each) => each.key === key)?.shown.version ?? 0;
  const text =
    temper === "circling"
      ? chance.pick(["This.", "That."])
      : `Words ${deliberation.id} ${agent.role} ${agent.cycle} ${chance.int(1, 99)}`;
  const patch = chance.maybe(0.2) ? { patch: "--- a\n+++ b\n", tests: ["npm test"] } : {};
  answer.entries.push({ section: "synthesis", key, base: chance.maybe(0.05) ? base + 1 : base, text, ...patch });
  if (chance.maybe(0.8))
    answer.votes.push({ key, version: base + 1, stance: "accept", reasoning: `${agent.role}:${digest(text)}` });
}

function judge(chance: Chance, seat: Seat, answer: Answer): void {
  const { agent, temper, deliberation } = seat;
  const own = new Set(answer.votes.map((vote) => (vote as { key: string }).key));
  for (const { key, shown } of shownOf(seat, "synthesis")) {
    if (own.has(key)) continue;
    const likes = chance.maybe(
      agent.kind === "mediator"
        ? 0.9
        : {
            calm: 0.8,
            settled: 0.9,
            opposed: 0,
            stubborn: 0.1,
            circling: 0.4,
            rambling: 0.1,
            waiting: 0.2,
            mixed: 0.5,
            mute: 0,
            dead: 0,
          }[temper],
    );
    const objects = shown.author !== agent.role && chance.maybe(likes ? 0.15 : 0.4);
    if (!(likes && objects) && chance.maybe(0.85))
      answer.votes.push({
        key,
        version: shown.version,
        stance: likes ? "accept" : chance.pick(["reject", "abstain"]),
        reasoning: `${agent.role}:${shown.digest}`,
      });
    if (objects)
      answer.objections.push({
        section: "synthesis",
        key,
        version: shown.version,
        severity: chance.pick(["minor", "major", "blocking"]),
        text: "No.",
      });
  }
  const mine = deliberation.objections.filter(({ role, settled }) => role === agent.role && settled === null);
  if (mine.length > 0 && chance.maybe(0.5)) answer.settled.push(chance.pick(mine).id);
}
