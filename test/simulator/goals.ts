// Runs that begin with a goal: in every ninth run without bounds tiers 1 and 2 make the plan, of sense and nonsense, and a
// person signs it, writes another or turns it down. Has a source of chance of its own.

import type { Duty } from "../../src/core/duties.ts";
import type { Approval, RunState } from "../../src/core/state.ts";
import type { Report } from "../../src/domain/command.ts";
import { defaultLimits } from "../../src/domain/config.ts";
import type { ModelId } from "../../src/domain/ids.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { ticketsAnswer, tracksAnswer } from "../core/planned-story.ts";
import { makeTicket } from "../core/story.ts";
import { createChance, type Chance } from "./chance.ts";
import type { Wish } from "./person.ts";
import type { RandomRun } from "./random-run.ts";

export type Goal = {
  readonly run: RandomRun;
  /** Puts tracks and tickets into a report about such a question. */
  readonly speak: (report: Report, duty: Duty, state: RunState) => Report;
};

export function makeGoal(seed: number, run: RandomRun): Goal {
  const { config } = run;
  // The monitor of budgets keeps its books of attempts' calls only.
  if (seed % 9 !== 5 || config.budgets !== undefined) return { run, speak: (report) => report };
  const chance = createChance(seed ^ 0x676f616c);
  const decision = chance.pick(["approve", "reject", "ask"] as const);
  const rule = chance.maybe(0.2) ? [{ name: "plans", gate: "plan" as const, tool: "*", decision }] : [];
  const goal = { epic: "Sell books abroad.", ...(chance.maybe(0.15) && { only: "plan" as const }) };
  return {
    run: {
      tickets: [],
      config: {
        ...config,
        goal,
        tiers: { ...config.tiers, "1": ["beta/l" as ModelId], "2": ["alpha/m" as ModelId] },
        planning: { replan: false, diagnosis: false, ...config.planning },
        limits: { planRounds: chance.int(1, 3), planTickets: defaultLimits.planTickets, ...config.limits },
        rules: [...rule, ...config.rules],
      },
    },
    speak: (report, duty, state) => {
      if (report.type !== "report.consulted" || duty.kind !== "consult") return report;
      const text = answerOf(chance, duty, state);
      return text === undefined ? report : { ...report, answer: text, text, calledTools: chance.maybe(0.05) };
    },
  };
}

function answerOf(
  chance: Chance,
  { purpose, consult }: Extract<Duty, { kind: "consult" }>,
  state: RunState,
): string | undefined {
  if (purpose !== "tracks" && purpose !== "tickets") return undefined;
  if (chance.maybe(0.3)) return chance.pick(["prose", "{", "[]", '{"tracks": []}', " ", tracksAnswer("a:b", "b:a")]);
  if (purpose === "tracks") return tracksAnswer(...chance.pick([["a"], ["a", "b"], ["a", "b:a"], ["a", "b:a", "c"]]));
  const track = state.consults.get(consult)?.track ?? "";
  const [first, second] = [`${track}-1`, `${track}-2`];
  return chance.pick([
    ticketsAnswer(first),
    ticketsAnswer(first, second),
    ticketsAnswer(first, `${second}:${first}`),
    // May be there already, where this track builds on that one.
    ticketsAnswer(`${first}:a-1`),
    ticketsAnswer(first, first),
    ticketsAnswer(`${first}:${second}`, `${second}:${first}`),
  ]);
}

export const isPlanAsked = (state: RunState, { gate }: Approval): boolean =>
  gate === "plan" && state.phase === "planning";

/** What a person may sign: every track has its tickets. */
const isWhole = ({ tracks, draftedTracks }: RunState): boolean =>
  tracks !== null && tracks.every(({ id }) => draftedTracks.has(id));

const ownPlans: readonly { readonly tickets: readonly Ticket[]; readonly isSound: boolean }[] = [
  { tickets: [makeTicket("Mine")], isSound: true },
  { tickets: [makeTicket("M1"), makeTicket("M2: M1"), makeTicket("M3: M1")], isSound: true },
  { tickets: [makeTicket("M1: M2"), makeTicket("M2: M1")], isSound: false },
  { tickets: [makeTicket("M1: M9")], isSound: false },
  { tickets: [makeTicket("M1", { archetype: "stranger" })], isSound: false },
  { tickets: [], isSound: false },
];

export function answerPlanGate(
  { id, digest }: Approval,
  chance: Chance,
  { state, mayAbort }: { readonly state: RunState; readonly mayAbort: boolean },
): Omit<Wish, "by"> {
  const base = { type: "approval.answer", approval: id, reason: "because", digest } as const;
  const kind = chance.pick(["approve", "approve", "approve", "edit", "edit", "empty", "stale", "reject", "abort"]);
  if (kind === "edit") {
    const { tickets, isSound } = chance.pick(ownPlans);
    return {
      command: { ...base, decision: kind, edited: "x", tickets },
      expected: isSound ? undefined : "invalid_plan",
    };
  }
  if (kind === "empty") return { command: { ...base, decision: "edit", edited: "x" }, expected: "edit_missing" };
  if (kind === "stale")
    return { command: { ...base, decision: "approve", digest: "0".repeat(64) }, expected: "digest_mismatch" };
  if (kind === "reject") return { command: { ...base, decision: kind }, expected: undefined };
  if (kind === "abort" && mayAbort) return { command: { ...base, decision: kind }, expected: undefined };
  return { command: { ...base, decision: "approve" }, expected: isWhole(state) ? undefined : "invalid_plan" };
}

/** One who helps signs what is whole and writes what is not. */
export const helpfulPlanAnswer = (state: RunState, { id, digest }: Approval): Wish["command"] => {
  const base = { type: "approval.answer", approval: id, reason: "", digest } as const;
  return isWhole(state)
    ? { ...base, decision: "approve" }
    : { ...base, decision: "edit", edited: "x", tickets: [makeTicket("Mine")] };
};
