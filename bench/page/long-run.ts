// A run with a log of any length, made event by event: the rules would take minutes for half a million. As many workers
// as L1 has streams; every ticket is tried a few times, each time for as many turns as the seek's workload has.

import { at } from "../../src/core/vector.ts";
import { evolve } from "../../src/core/evolve.ts";
import { initialState } from "../../src/core/state.ts";
import type { Event, Recorded } from "../../src/domain/event.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { billingConfig, models, seeded } from "../../test/page/support/billing-run.ts";
import { workerReply } from "../../test/page/support/worker-talk.ts";
import { planOf, type Load } from "./load.ts";

const run = "run_0page0under0load0" as RunId;
const lanes = 16;
const turnsOfAttempt = 62;
const recordsOfTurn = 4;
/** Of the plan, so many tickets are done when the log ends. */
const partOfPlan = 0.9;
const recordMs = 40;
const digest = "0".repeat(64);

type LongPlan = { readonly tickets: number; readonly log: number };

/** Written in batches. What it gives stands still. */
export function createLongRun({ tickets, log }: LongPlan, onRecords: (records: readonly Recorded[]) => void): Load {
  const begun = Date.now() - log * recordMs;
  const plan = planOf(tickets, seeded(7));
  let state = initialState;
  let batch: Recorded[] = [];
  for (const event of eventsOf(
    plan,
    Math.max(1, Math.round(log / (tickets * partOfPlan * turnsOfAttempt * recordsOfTurn))),
  )) {
    const recorded: Recorded = { seq: state.seq + 1, at: begun + state.seq * recordMs, by: "engine", event };
    state = evolve(state, recorded);
    if (batch.push(recorded) === 1_000) {
      onRecords(batch);
      batch = [];
    }
    if (state.seq === log) break;
  }
  onRecords(batch);
  const [first] = state.attempts.values();
  const worker = first?.ticket ?? (plan[0] as Ticket).id;
  return { run, worker, state: () => state, work: () => 0, speak: () => {}, takeChanges: () => [] };

  /** As many attempts side by side as there are lanes, each a step at a time. */
  function* eventsOf(all: readonly Ticket[], tries: number): Generator<Event> {
    yield { type: "run.created", run, config: { ...billingConfig, lanes: { ...billingConfig.lanes, run: lanes } } };
    yield { type: "plan.added", tickets: [...all] };
    yield { type: "plan.accepted", tickets: all.length };
    const chance = seeded(11);
    const waiting = [...all];
    const under: Generator<Event>[] = [];
    for (;;) {
      while (under.length < lanes) {
        const place = waiting.findIndex(
          ({ id }) => at(state.tickets, state.graph.indexOf.get(id) ?? 0).status === "ready",
        );
        const [ticket] = place < 0 ? [] : waiting.splice(place, 1);
        if (ticket === undefined) break;
        under.push(workOn(ticket, tries, chance));
      }
      if (under.length === 0) return;
      for (const work of under) {
        const { value, done } = work.next();
        if (done === true) under.splice(under.indexOf(work), 1);
        else yield value;
      }
    }
  }
}

/** Red checks send it to the next attempt; the last one completes it. */
function* workOn({ id: ticket }: Ticket, tries: number, chance: () => number): Generator<Event> {
  for (let number = 1; number <= tries; number += 1) {
    const attempt = { ticket, attempt: number };
    const [model] = models;
    if (model === undefined) throw new Error("there are models");
    yield { type: "attempt.started", ...attempt, model, rung: 0 };
    yield { type: "attempt.prepared", ...attempt, base: "c0", branch: "b", prompt: "Do it.", omitted: [] };
    for (let turn = 1; turn <= turnsOfAttempt; turn += 1) yield* turnOf(attempt, turn, chance);
    if (number === tries) {
      yield { type: "finish.reported", ...attempt, summary: "Done.", evidence: "" };
      yield { type: "ticket.completed", ...attempt, commit: null, summary: "Done." };
    } else {
      const failure = {
        cause: "verification_failed",
        detail: "The tests are red.",
        fingerprint: `red ${number}`,
      } as const;
      yield { type: "attempt.failed", ...attempt, failure };
    }
  }
}

function* turnOf(
  attempt: { readonly ticket: Ticket["id"]; readonly attempt: number },
  turn: number,
  chance: () => number,
): Generator<Event> {
  const asked = { kind: "turn", key: "", ref: attempt, turn: 1, try: 1 } as unknown as Parameters<
    typeof workerReply
  >[0];
  const said = workerReply(asked, chance);
  if (said.type !== "report.replied") throw new Error("a worker replies");
  const place = { ...attempt, turn };
  const {
    text,
    reasoning,
    calls: [...calls],
    finish,
    usage,
    ms,
  } = said;
  yield { type: "turn.started", ...place, try: 1 };
  yield {
    type: "turn.replied",
    ...place,
    text,
    ...(reasoning !== undefined && { reasoning }),
    calls,
    finish,
    usage,
    ms,
  };
  for (const [call, { tool, args, class: kind }] of calls.entries()) {
    yield { type: "tool.called", ...place, call, tool, args, class: kind, digest };
    yield { type: "tool.returned", ...place, call, ok: true, output: "49 tests pass. ".repeat(14), ms: 3, changed: [] };
  }
}
