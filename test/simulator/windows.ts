// Windows of models, conversations that fill them, and a person who has one told in short now and then. Has a source of
// chance of its own, so that a run without windows is the run it was before there were any.

import { wholeTurns } from "../../src/core/compact-items.ts";
import { dueCompaction } from "../../src/core/compaction.ts";
import type { Attempt, Item, RunState } from "../../src/core/state.ts";
import type { Report } from "../../src/domain/command.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import { must } from "./broken.ts";
import { createChance } from "./chance.ts";
import type { Wish } from "./person.ts";
import type { RandomRun } from "./random-run.ts";

/** In every second run without bounds (a window bounds the worst case too): small windows, some of them unknown. */
export function withWindows(run: RandomRun, seed: number): RandomRun {
  if (seed % 2 !== 0 || run.config.budgets !== undefined) return run;
  const chance = createChance(seed ^ 0x77696e64);
  const { config, tickets } = run;
  const models = new Set([...config.archetypes, ...tickets].flatMap((each) => each.models));
  const cards = [...models].map((model) => [
    model,
    { price: config.cards?.[model]?.price ?? null, window: chance.pick([null, 60, 150, 400]) },
  ]);
  return { config: { ...config, cards: Object.fromEntries(cards) }, tickets };
}

const isWindowed = ({ config }: RandomRun): boolean => config.budgets === undefined && config.cards !== undefined;

/** Where there are windows a tool says, every other turn, more than is kept of it later. */
export const atLength = (report: Report, run: RandomRun): Report =>
  report.type === "report.tool" && report.turn % 2 === 1 && isWindowed(run)
    ? { ...report, output: "a long output ".repeat(60) }
    : report;

/** In every fourth run. */
export function makeCompactions(seed: number): (state: RunState) => Wish | undefined {
  const chance = createChance(seed ^ 0x68616e64);
  if (seed % 4 !== 0) return () => undefined;
  return (state) => {
    if (!chance.maybe(0.06)) return undefined;
    const running = [...state.attempts.values()].map(({ ticket }) => ticket);
    const ticket = running.length > 0 && chance.maybe(0.9) ? chance.pick(running) : ("nobody" as TicketId);
    return { command: { type: "context.compact", ticket }, by: "person:mara", expected: "any" };
  };
}

const attemptIn = (state: RunState, ticket: TicketId): Attempt | undefined =>
  state.attempts.get(state.graph.indexOf.get(ticket) ?? -1);

/** What must hold of an event that starts a call, or has a conversation told in short. */
export function seeWindow(before: RunState, { event }: Recorded, after: RunState): void {
  if (event.type === "turn.started" && event.try === 1) {
    const attempt = attemptIn(before, event.ticket);
    must(
      attempt === undefined || dueCompaction(before, attempt) === undefined,
      "WIN2 a call is made that fills too much of the window",
    );
  }
  if (event.type !== "context.compacted") return;
  const [was, is] = [attemptIn(before, event.ticket), attemptIn(after, event.ticket)];
  if (was === undefined || is === undefined) throw new Error("a conversation is told in short that nobody leads");
  must(event.after < event.before && event.upTo > was.compacted, "WIN2 nothing is gained");
  was.items.forEach((item, place) => {
    if (isWhole(item, was)) must(is.items[place] === item, "WIN3 a word that stays was cut");
    else if (item.kind === "reply") must(told(is.items[place]) === told(item), "WIN3 the model's own words were cut");
  });
}

/** By the rules' own words: notes, what people and rules decided, the newest turns. */
function isWhole(item: Item, { items }: Attempt): boolean {
  if (item.kind === "note") return true;
  const turns = items.flatMap((each) => (each.kind === "reply" ? [each.turn] : []));
  return turns.slice(-wholeTurns).includes(item.turn) || (item.kind === "result" && item.kept === true);
}

const told = (item: Item | undefined): string => (item?.kind === "reply" ? JSON.stringify(item.text) : "");
