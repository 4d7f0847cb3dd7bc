// What a run's log says for forecasts: how each of its attempts went, and what the whole of it took.

import { archetypeOf } from "../core/ladder.ts";
import type { RunConfig } from "../domain/config.ts";
import type { Event, EventOf, Recorded } from "../domain/event.ts";
import { providerOf, type ModelId, type TicketId } from "../domain/ids.ts";
import type { FailureCause } from "../domain/outcome.ts";
import type { Figure, Work } from "../domain/priors.ts";
import type { Ticket } from "../domain/ticket.ts";
import { addUsage, zeroUsage, type Usage } from "../domain/usage.ts";
import { measured, noWork, sumWork } from "./measure.ts";
import { relativeWeights } from "./relative-weight.ts";

/** What a run took so far. */
export type RunFacts = {
  readonly attempts: number;
  /** From the accepted plan to the last event, without the time in which it stood: paused, stopped, or waiting for a person. */
  readonly ms: number;
  /** Of the workers. */
  readonly usage: Usage;
  /** Of everything else that was asked: planning, diagnoses, reviews. */
  readonly beside: Usage;
};

export type Observed = { readonly facts: RunFacts; readonly work: readonly Work[] };

type OpenAttempt = {
  readonly model: ModelId;
  readonly startedAt: number;
  /** What the clock below showed then. */
  readonly stoodBefore: number;
  readonly heldMs: number;
  readonly heldSince: number | null;
  readonly queuedAt: number | null;
  readonly workMs: number | null;
  readonly mergeMs: number | null;
  readonly usage: Usage;
};

type Watch = {
  config: RunConfig | null;
  tickets: Map<TicketId, Ticket>;
  weights: ReadonlyMap<TicketId, number>;
  open: Map<string, OpenAttempt>;
  work: Work[];
  plannedAt: number | null;
  pausedAt: number | null;
  /** Time in ms in which no process ran or the run was paused. */
  stood: number;
  /** Time in which every open attempt waited for a person. */
  waited: number;
  lastAt: number;
  lastMergeAt: number;
  attempts: number;
  usage: Usage;
  beside: Usage;
};

export type Observer = {
  /** Told of every record, in order. Never throws on a log that can be read, whatever it tells. */
  readonly take: (recorded: Recorded) => void;
  /** Of what it was told so far. */
  readonly observed: () => Observed;
};

export function observeRun(records: Iterable<Recorded>): Observed {
  const observer = createObserver();
  for (const recorded of records) observer.take(recorded);
  return observer.observed();
}

export function createObserver(): Observer {
  const watch: Watch = {
    config: null,
    tickets: new Map(),
    weights: new Map(),
    open: new Map(),
    work: [],
    plannedAt: null,
    pausedAt: null,
    stood: 0,
    waited: 0,
    lastAt: 0,
    lastMergeAt: 0,
    attempts: 0,
    usage: zeroUsage,
    beside: zeroUsage,
  };
  return {
    take: ({ event, at }) => {
      passTime(watch, event, at);
      take(watch, event, at);
      watch.lastAt = at;
    },
    observed: () => toObserved(watch),
  };
}

function toObserved({ attempts, usage, beside, plannedAt, lastAt, stood, waited, work }: Watch): Observed {
  const ms = plannedAt === null ? 0 : Math.max(0, lastAt - plannedAt - stood - waited);
  return { facts: { attempts, ms, usage, beside }, work: sumWork(work) };
}

/** What stands before was seen in the run it was copied from: it counts there, once. */
function forget(watch: Watch, { config, models }: EventOf<"run.forked">, at: number): void {
  watch.config = config;
  for (const { ticket, models: ladder } of models) {
    const known = watch.tickets.get(ticket);
    if (known !== undefined) watch.tickets.set(ticket, { ...known, models: ladder });
  }
  watch.open.clear();
  watch.work = [];
  watch.plannedAt = watch.plannedAt === null ? null : at;
  watch.pausedAt = null;
  watch.stood = 0;
  watch.waited = 0;
  watch.lastMergeAt = 0;
  watch.attempts = 0;
  watch.usage = zeroUsage;
  watch.beside = zeroUsage;
}

function passTime(watch: Watch, event: Event, at: number): void {
  if (watch.plannedAt === null) return;
  const passed = Math.max(0, at - watch.lastAt);
  if (watch.pausedAt !== null || event.type === "run.adopted") watch.stood += passed;
  else if (watch.open.size > 0 && [...watch.open.values()].every(({ heldSince }) => heldSince !== null))
    watch.waited += passed;
}

function take(watch: Watch, event: Event, at: number): void {
  switch (event.type) {
    case "run.created":
      watch.config = event.config;
      return;
    case "plan.added":
      for (const ticket of event.tickets) watch.tickets.set(ticket.id, ticket);
      return;
    case "plan.cleared":
      watch.tickets.clear();
      return;
    case "plan.accepted":
      watch.plannedAt = at;
      watch.weights = weigh([...watch.tickets.values()]);
      return;
    case "plan.patched":
      for (const ticket of event.patch.add) watch.tickets.set(ticket.id, ticket);
      watch.weights = weigh([...watch.tickets.values()]);
      return;
    case "run.forked":
      forget(watch, event, at);
      return;
    case "run.paused":
      watch.pausedAt = at;
      return;
    case "run.resumed":
      watch.pausedAt = null;
      return;
    case "consult.replied":
    case "consult.failed":
      watch.beside = addUsage(watch.beside, event.usage);
      return;
    default:
      takeOfAttempt(watch, event, at);
  }
}

function weigh(tickets: readonly Ticket[]): ReadonlyMap<TicketId, number> {
  const relative = relativeWeights(tickets.map(({ weight }) => weight));
  return new Map(tickets.map(({ id }, place) => [id, relative[place] ?? 1]));
}

const keyOf = (event: { readonly ticket: TicketId; readonly attempt: number }): string =>
  `${event.ticket}#${event.attempt}`;

function takeOfAttempt(watch: Watch, event: Event, at: number): void {
  if (!("attempt" in event) || event.attempt === undefined || event.ticket === undefined) return;
  const key = keyOf({ ticket: event.ticket, attempt: event.attempt });
  if (event.type === "attempt.started") {
    watch.attempts += 1;
    watch.open.set(key, {
      model: event.model,
      startedAt: at,
      stoodBefore: watch.stood,
      heldMs: 0,
      heldSince: null,
      queuedAt: null,
      workMs: null,
      mergeMs: null,
      usage: zeroUsage,
    });
    return;
  }
  const open = watch.open.get(key);
  if (open !== undefined) takeOfOpen(watch, { key, open, event, at });
}

type Step = { readonly key: string; readonly open: OpenAttempt; readonly event: Event; readonly at: number };

function takeOfOpen(watch: Watch, { key, open, event, at }: Step): void {
  switch (event.type) {
    case "turn.replied":
    case "turn.failed":
      watch.usage = addUsage(watch.usage, event.usage);
      watch.open.set(key, { ...open, usage: addUsage(open.usage, event.usage) });
      return;
    case "approval.requested":
      watch.open.set(key, { ...open, heldSince: at });
      return;
    case "approval.answered":
    case "approval.voided":
      watch.open.set(key, {
        ...open,
        heldMs: open.heldMs + (open.heldSince === null ? 0 : at - open.heldSince),
        heldSince: null,
      });
      return;
    case "merge.queued":
      watch.open.set(key, { ...open, queuedAt: at, workMs: workedMs(watch, open, at) });
      return;
    case "merge.published": {
      // What it waited for others in the queue is theirs.
      const mergeMs = Math.max(0, at - Math.max(open.queuedAt ?? at, watch.lastMergeAt));
      watch.lastMergeAt = at;
      watch.open.set(key, { ...open, mergeMs });
      return;
    }
    case "ticket.completed":
      close(watch, { key, open, event, at }, "completed");
      return;
    case "attempt.failed":
      close(watch, { key, open, event, at }, judge(event));
      return;
    default:
      return;
  }
}

const workedMs = (watch: Watch, open: OpenAttempt, at: number): number =>
  Math.max(0, at - open.startedAt - (watch.stood - open.stoodBefore) - open.heldMs);

type Ending = "completed" | "failed" | "conflict" | "cut short";

/** Stopped from outside: it says nothing of how long such work takes. */
const cutShort: ReadonlySet<FailureCause> = new Set([
  "crash",
  "user_rejected",
  "unattended",
  "aborted",
  "budget",
  "environment",
]);

const judge = ({ failure }: EventOf<"attempt.failed">): Ending =>
  failure.cause === "conflict" ? "conflict" : cutShort.has(failure.cause) ? "cut short" : "failed";

function close(watch: Watch, { key, open, event, at }: Step, ending: Ending): void {
  watch.open.delete(key);
  const ticket = "ticket" in event && event.ticket !== undefined ? watch.tickets.get(event.ticket) : undefined;
  if (ending === "cut short" || ticket === undefined || watch.config === null) return;
  // Played from a recording: its times are nobody's.
  if (watch.config.scenario !== undefined && providerOf(open.model) !== "scripted") return;
  const weight = watch.weights.get(ticket.id) ?? 1;
  const { usage } = open;
  const seen: Partial<Record<Figure, number>> = {
    ms: (open.workMs ?? workedMs(watch, open, at)) / weight,
    ...(open.mergeMs !== null && { mergeMs: open.mergeMs }),
    input: usage.input / weight,
    cachedRead: usage.cachedRead / weight,
    cacheWrite: usage.cacheWrite / weight,
    output: usage.output / weight,
    reasoning: usage.reasoning / weight,
  };
  const work = noWork(archetypeOf(watch.config, ticket).tier, open.model);
  const measures = Object.fromEntries(
    (Object.entries(seen) as [Figure, number][]).map(([figure, value]) => [figure, measured(work[figure], value)]),
  );
  watch.work.push({
    ...work,
    ...measures,
    attempts: 1,
    failed: ending === "failed" ? 1 : 0,
    conflicts: ending === "conflict" ? 1 : 0,
    ...(usage.costMicros !== null && { costMicros: measured(work.costMicros, usage.costMicros / weight) }),
  });
}
