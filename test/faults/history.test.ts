// The checker of histories finds each kind of wrong, and nothing wrong with a history that is right.

import { describe, expect, it } from "vitest";
import type { Event, Recorded } from "../../src/domain/event.ts";
import { sampleEvents } from "../support/sample-events.ts";
import { brokenHistory, type RunHistory } from "./history.ts";

const planned = sampleEvents["plan.added"].tickets[0];
if (planned === undefined) throw new Error("the sample has a ticket");
const T1 = planned.id;
const attempt = { ticket: T1, attempt: 1 } as const;
const step = { ...attempt, turn: 1, call: 0 } as const;
const asked = { ...sampleEvents["approval.requested"], ...step, gate: "call" } as const;

const events: readonly Event[] = [
  sampleEvents["run.created"],
  { ...sampleEvents["plan.added"], tickets: [planned] },
  { ...sampleEvents["attempt.started"], ...attempt },
  { ...sampleEvents["attempt.prepared"], ...attempt },
  { ...sampleEvents["turn.replied"], ...attempt, turn: 1 },
  asked,
  { ...sampleEvents["run.adopted"], token: 2 },
  { ...sampleEvents["approval.answered"], ...attempt, approval: asked.approval, decision: "approve" },
  { ...sampleEvents["tool.called"], ...step },
  { ...sampleEvents["tool.returned"], ...step },
  { ...sampleEvents["merge.published"], ...attempt, commit: "c0ffee" },
  { ...sampleEvents["ticket.completed"], ticket: T1 },
  { ...sampleEvents["run.ended"], outcome: "completed" },
];

const toLog = (all: readonly Event[]): Recorded[] =>
  all.map((event, at) => ({ seq: at + 1, at: 1_000 + at, by: "engine", event }));
const bodiesOf = (log: readonly Recorded[]) => log.map((record) => ({ seq: record.seq, body: JSON.stringify(record) }));

function historyOf(all: readonly Event[] = events, more: Partial<RunHistory> = {}): RunHistory {
  const log = toLog(all);
  const answers = [{ approval: asked.approval, decision: "approve", isAcknowledged: true }] as const;
  return { log, acknowledged: bodiesOf(log), readers: [bodiesOf(log).slice(3)], answers, merged: [T1], ...more };
}

const at = (type: Event["type"]): number => events.findIndex((event) => event.type === type);
const without = (type: Event["type"]): Event[] => events.filter((event) => event.type !== type);
const doubled = (type: Event["type"]): Event[] =>
  events.flatMap((event) => (event.type === type ? [event, event] : [event]));
const moved = (type: Event["type"], to: number): Event[] => {
  const [event] = events.slice(at(type));
  return event === undefined ? [] : without(type).toSpliced(to, 0, event);
};

describe("FLT1 the checker of histories", () => {
  it("finds nothing wrong with a history that is right", () => {
    expect(brokenHistory(historyOf())).toEqual([]);
  });

  const again = { ...sampleEvents["attempt.started"], ...attempt, attempt: 2 };
  const wrong: readonly (readonly [string, RegExp, RunHistory])[] = [
    ["a ticket that is completed twice", /set: .*more than once/, historyOf(doubled("ticket.completed"))],
    ["a run that forgot a ticket", /set: the run is completed and ticket/, historyOf(without("ticket.completed"))],
    ["two ends", /set: the run has ended 2 times/, historyOf(doubled("run.ended"))],
    [
      "an acknowledged record that is gone",
      /set: record 13 was acknowledged/,
      historyOf(events.slice(0, -1), { acknowledged: bodiesOf(toLog(events)) }),
    ],
    ["a merge that nobody recorded", /set: git has a merge/, historyOf(without("merge.published"))],
    ["a merge that git lost", /set: the log has a merge/, historyOf(events, { merged: [] })],
    ["a merge that was done twice", /merged more than once/, historyOf(events, { merged: [T1, T1] })],
    ["two results of one call", /claim: .*turn 1 call 0 more than once/, historyOf(doubled("tool.returned"))],
    ["two replies of one turn", /claim: .*turn 1 more than once/, historyOf(doubled("turn.replied"))],
    ["two attempts at a time", /claim: .*#2 began while #1/, historyOf(events.toSpliced(4, 0, again))],
    ["an owner that comes after a newer one", /claim: the owner with token 2/, historyOf(doubled("run.adopted"))],
    ["two answers", /register: .*answered more than once/, historyOf(doubled("approval.answered"))],
    ["an answer that is gone", /register: .*counts as nothing/, historyOf(without("approval.answered"))],
    ["an answer before its question", /was not asked before/, historyOf(moved("approval.answered", 2))],
    [
      "a call that did not wait for its yes",
      /without a yes/,
      historyOf(moved("tool.called", at("approval.answered") - 1)),
    ],
    [
      "a reader that missed one",
      /stream: reader 0 saw record 5 after 3/,
      historyOf(events, { readers: [bodiesOf(toLog(events)).filter(({ seq }) => seq !== 4)] }),
    ],
    [
      "a reader that was sent one twice",
      /stream: reader 0 saw record 1 after 1/,
      historyOf(events, { readers: [[1, 1].flatMap(() => bodiesOf(toLog(events)).slice(0, 1))] }),
    ],
    [
      "a reader that saw what never was",
      /that the log does not have/,
      historyOf(events, { readers: [[{ seq: 1, body: "{}" }]] }),
    ],
  ];
  it.each(wrong)("finds %s", (_what, sentence, history) => {
    expect(brokenHistory(history).join("\n")).toMatch(sentence);
  });

  it("finds a call that was done after a no", () => {
    const rejected = events.map((event): Event =>
      event.type === "approval.answered" ? { ...event, decision: "reject" } : event,
    );
    const answers = [{ approval: asked.approval, decision: "reject", isAcknowledged: true }] as const;
    expect(brokenHistory(historyOf(rejected, { answers })).join("\n")).toMatch(/without a yes/);
  });
});
