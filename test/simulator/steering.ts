// A person who speaks to workers and pauses them, and what must hold of it. Has a source of chance of its own, so that a
// run without it is the run it was before.

import type { RunState } from "../../src/core/state.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { Event, EventOf, Recorded } from "../../src/domain/event.ts";
import type { LiveRule } from "../../src/domain/live-rule.ts";
import type { ModelId, TicketId } from "../../src/domain/ids.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { must } from "./broken.ts";
import { createChance } from "./chance.ts";
import type { Wish } from "./person.ts";

const otherModels = ["alpha/s", "beta/l", "gamma/new"] as readonly string[] as readonly ModelId[];

/** Other models, now and then, in every fifth run; where money is bounded, some of them without a price. */
export function makeModelWishes(seed: number): (state: RunState) => Wish | undefined {
  const chance = createChance(seed ^ 0x6d6f6465);
  if (seed % 5 !== 0) return () => undefined;
  return (state) => {
    const tickets = state.graph.tickets.map(({ id }) => id);
    if (!chance.maybe(0.08) || tickets.length === 0) return undefined;
    const models = [chance.pick(otherModels), chance.pick(otherModels)].slice(chance.int(0, 1));
    const price = { input: 1, cachedRead: 1, cacheWrite: 1, output: 1 };
    const cards = chance.maybe(0.5) ? Object.fromEntries(models.map((model) => [model, { price, window: null }])) : {};
    const command = chance.maybe(0.6)
      ? ({ type: "ticket.set_models", ticket: chance.pick(tickets), models, cards } as const)
      : ({ type: "run.set_models", tier: chance.pick([2, 3, 3, 4] as const), models, cards } as const);
    return { command, by: "person:mara", expected: "any" };
  };
}

/** Rules at the gates, made and taken back, in every seventh run. */
export function makeRuleWishes(seed: number): (state: RunState) => Wish | undefined {
  const chance = createChance(seed ^ 0x72756c65);
  if (seed % 7 !== 0) return () => undefined;
  return (state) => {
    const by = "person:mara";
    const approval = [...state.approvals.values()].find(({ index }) => {
      const items = index === null ? undefined : state.attempts.get(index)?.items;
      return items?.some((item) => item.kind === "reply" && item.original !== undefined) === true;
    })?.id;
    if (approval !== undefined && chance.maybe(0.5))
      return { command: { type: "message.restore", approval, reason: "it was right" }, by, expected: "any" };
    if (!chance.maybe(0.08)) return undefined;
    const [oldest] = state.rules;
    if (oldest !== undefined && chance.maybe(0.3))
      return { command: { type: "rule.remove", id: oldest.id }, by, expected: "any" };
    const tickets = state.graph.tickets.map(({ id }) => id);
    const isOfTicket = tickets.length > 0 && chance.maybe(0.4);
    const isOfCommand = chance.maybe(0.4);
    const rule: LiveRule = {
      gate: isOfCommand ? "call" : chance.pick(["call", "result"] as const),
      tool: isOfCommand ? "run" : chance.pick(["run", "edit", "*"]),
      decision: chance.pick(["approve", "approve", "reject", "ask"] as const),
      ...(isOfCommand ? { argv: ["npm", "test"] } : {}),
      ...(isOfTicket ? { ticket: chance.pick(tickets) } : {}),
    };
    const answer = chance.maybe(0.3) ? [...state.approvals.keys()] : [];
    return { command: { type: "rule.add", rule, answer }, by, expected: "any" };
  };
}

/** Writes the change down a second time, in the plan and the configuration that the monitors look at. */
export function seeModels({ event }: Recorded, { config, tickets }: { config: RunConfig; tickets: Ticket[] }): void {
  if (event.type === "ticket.models_changed") {
    const place = tickets.findIndex(({ id }) => id === event.ticket);
    const ticket = tickets[place];
    if (ticket !== undefined) tickets[place] = { ...ticket, models: event.models };
  } else if (event.type === "run.models_changed") {
    config.archetypes = config.archetypes.map((each) =>
      each.tier === event.tier ? { ...each, models: event.models } : each,
    );
  }
}

/** In every third run. */
export function makeSteering(seed: number): (state: RunState) => Wish | undefined {
  const chance = createChance(seed ^ 0x73746565);
  if (seed % 3 !== 0) return () => undefined;
  return (state) => {
    if (!chance.maybe(0.12)) return undefined;
    const running = [...state.attempts.values()].map(({ ticket }) => ticket);
    const all = state.graph.tickets.map(({ id }) => id);
    const ticket =
      running.length > 0 && chance.maybe(0.7)
        ? chance.pick(running)
        : all.length > 0 && chance.maybe(0.9)
          ? chance.pick(all)
          : ("nobody" as TicketId);
    const command = chance.pick([
      { type: "ticket.steer", ticket, text: "look at b.ts too" },
      { type: "ticket.steer", ticket, text: "stop reading" },
      { type: "ticket.pause", ticket, reason: "let me look" },
      { type: "ticket.resume", ticket },
      { type: "ticket.resume", ticket },
    ] as const);
    return { command, by: "person:mara", expected: "any" };
  };
}

export type SteerMonitor = { readonly see: (before: RunState, recorded: Recorded) => void };

/** Every word is told once, before the next call, and parts no call from its result; a paused ticket begins nothing. */
export function createSteerMonitor({ limits }: RunConfig): SteerMonitor {
  const waiting = new Map<string, Set<number>>();
  const paused = new Set<string>();

  const told = (before: RunState, event: EventOf<"note.added">): void => {
    if (event.said === undefined) return must(event.kind !== "steering", "STEER1 a word is told that nobody said");
    must(waiting.get(event.ticket)?.delete(event.said) === true, "STEER1 a word is told twice, or was not said");
    const { items = [], phase } = before.attempts.get(before.graph.indexOf.get(event.ticket) ?? -1) ?? {};
    const place = items.findLastIndex(({ kind }) => kind === "reply");
    const reply = items[place];
    // A finish that was taken ends the turn; so does whatever was said after it.
    const isOver = items.slice(place).some(({ kind }) => kind === "note");
    const isDone = isOver || (phase?.at === "next" && phase.step !== "turn");
    if (reply?.kind !== "reply" || isDone || phase?.at === "consulting") return;
    const owed = Math.min(reply.calls.length, limits.callsPerTurn + 1);
    const results = items.slice(place).filter(({ kind }) => kind === "result").length;
    must(results >= owed, "STEER1 a word stands between a call and its result");
  };

  const begins = (event: Event): string | undefined => {
    if (event.type === "turn.started") return event.try === 1 ? event.ticket : undefined;
    if (event.type === "consult.started") return event.attempt === undefined ? undefined : event.ticket;
    return event.type === "attempt.started" || event.type === "tool.called" || event.type === "merge.queued"
      ? event.ticket
      : undefined;
  };

  const seeEvent = (before: RunState, { event, seq }: Recorded): void => {
    const ticket = begins(event);
    must(ticket === undefined || !paused.has(ticket), () => `STEER4 ${event.type} of a paused ticket`);
    if (event.type === "turn.started" || event.type === "merge.queued")
      must(
        (event.type === "turn.started" && event.try > 1) || (waiting.get(event.ticket)?.size ?? 0) === 0,
        () => `STEER1 STEER2 ${event.type} while a word waits`,
      );
    if (event.type === "ticket.steered" && before.attempts.has(before.graph.indexOf.get(event.ticket) ?? -1))
      waiting.set(event.ticket, (waiting.get(event.ticket) ?? new Set()).add(seq));
    else if (event.type === "note.added") told(before, event);
    else if (event.type === "attempt.failed") waiting.delete(event.ticket);
    else if (event.type === "ticket.paused") paused.add(event.ticket);
    else if (event.type === "ticket.resumed") paused.delete(event.ticket);
    else if (event.type === "plan.patched") for (const id of event.patch.drop) paused.delete(id);
    else if (["ticket.completed", "ticket.blocked", "ticket.failed", "ticket.cancelled"].includes(event.type)) {
      const id = "ticket" in event ? (event.ticket ?? "") : "";
      waiting.delete(id);
      paused.delete(id);
    }
  };
  return { see: seeEvent };
}
