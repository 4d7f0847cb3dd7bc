// How full the model's window is for a worker: its next call by part and by message, and what telling its old turns in
// short would leave out.

import { compactAtOf, compactionOf, dueCompaction, type Compaction } from "../core/compaction.ts";
import { sizeOf } from "../core/compact-items.ts";
import { contextParts, contextSizes, tokenRate, totalSize, windowOf, type ContextPart } from "../core/context-size.ts";
import { ticketAt, type Attempt, type Item, type RunState } from "../core/state.ts";
import type { ModelId, TicketId } from "../domain/ids.ts";
import { callInWords, counted } from "./words.ts";

/** Green under half of the window, yellow up to 80 per cent, red above; unknown where the window is. */
export type ContextColour = "green" | "yellow" | "red" | "unknown";

export type ContextGauge = {
  /** Estimated tokens of the next call's request. */
  readonly tokens: number;
  /** Tokens that a request and its reply may have together; null: unknown. */
  readonly window: number | null;
  readonly percent: number | null;
  readonly colour: ContextColour;
};

export type ContextMessage = { readonly what: string; readonly turn: number | null; readonly tokens: number };

export type ContextCut = {
  /** Turns up to this one would be told in short. */
  readonly upTo: number;
  /** How many texts would be cut, and what they would give back. */
  readonly texts: number;
  readonly tokens: number;
  /** The first of them. */
  readonly first: readonly ContextMessage[];
};

export type ContextMeter = ContextGauge & {
  readonly ticket: TicketId;
  readonly title: string;
  readonly attempt: number;
  readonly model: ModelId;
  /** The last turn begun; 0 before the first. */
  readonly turn: number;
  /** The estimate is set right by what the provider counted for an earlier call. */
  readonly isCounted: boolean;
  readonly headroom: number | null;
  readonly parts: readonly { readonly part: ContextPart; readonly tokens: number; readonly percent: number }[];
  /** In the order they are sent. */
  readonly messages: readonly ContextMessage[];
  /** Per cent of the window from which on old turns are told in short. */
  readonly compactAt: number;
  /** Turns up to this one are told in short; 0: none. */
  readonly compacted: number;
  /** Before its next call of itself. */
  readonly willCompact: boolean;
  /** What would be cut now, of itself or by hand; null: nothing. */
  readonly preview: ContextCut | null;
  /** Of the input tokens of this attempt's calls so far, by class. */
  readonly input: { readonly fresh: number; readonly cachedRead: number; readonly cacheWrite: number };
};

const firstShown = 3;

export function contextGaugeOf(state: RunState, attempt: Attempt): ContextGauge {
  const tokens = Math.ceil(totalSize(contextSizes(state, attempt)) * tokenRate(attempt));
  const window = windowOf(state, attempt);
  const percent = window === null ? null : Math.round((tokens * 100) / window);
  return { tokens, window, percent, colour: colourOf(tokens, window) };
}

function colourOf(tokens: number, window: number | null): ContextColour {
  if (window === null) return "unknown";
  if (tokens * 2 < window) return "green";
  return tokens * 100 <= window * 80 ? "yellow" : "red";
}

export function contextMeterOf(state: RunState, attempt: Attempt): ContextMeter {
  const rate = tokenRate(attempt);
  const sizes = contextSizes(state, attempt);
  const all = Math.max(1, totalSize(sizes));
  const gauge = contextGaugeOf(state, attempt);
  const compaction = compactionOf(state, attempt);
  const { usage } = attempt;
  return {
    ...gauge,
    ticket: attempt.ticket,
    title: ticketAt(state, attempt.index).title,
    attempt: attempt.attempt,
    model: attempt.model,
    turn: attempt.turn,
    isCounted: attempt.gauge !== null,
    headroom: gauge.window === null ? null : Math.max(0, gauge.window - gauge.tokens),
    parts: contextParts.map((part) => ({
      part,
      tokens: Math.ceil(sizes[part] * rate),
      percent: Math.round((sizes[part] * 100) / all),
    })),
    messages: [
      { what: "the brief", turn: null, tokens: Math.ceil((sizes.brief + sizes.files) * rate) },
      ...attempt.items.map((item) => messageOf(item, attempt.items, rate)),
    ],
    compactAt: compactAtOf(state),
    compacted: attempt.compacted,
    willCompact: dueCompaction(state, attempt) !== undefined,
    preview: compaction === undefined ? null : cutOf(compaction, attempt.items, rate),
    input: { fresh: usage.input, cachedRead: usage.cachedRead, cacheWrite: usage.cacheWrite },
  };
}

/** Of every worker that stands, in the plan's order. */
export const contextMetersOf = (state: RunState): readonly ContextMeter[] =>
  [...state.attempts.values()].toSorted((a, b) => a.index - b.index).map((attempt) => contextMeterOf(state, attempt));

function messageOf(item: Item, items: readonly Item[], rate: number): ContextMessage {
  const turn = item.kind === "note" ? null : item.turn;
  return { what: whatOf(item, items), turn, tokens: Math.ceil(itemSize(item) * rate) };
}

function whatOf(item: Item, items: readonly Item[]): string {
  if (item.kind === "note") return "a note";
  if (item.kind === "reply")
    return item.calls.length === 0
      ? "the model's reply"
      : `the model's reply with ${counted(item.calls.length, "call")}`;
  const reply = items.find((each) => each.kind === "reply" && each.turn === item.turn);
  const call = reply?.kind === "reply" ? reply.calls[item.call] : undefined;
  return call === undefined ? "an output" : `output of ${callInWords(call.tool, call.args, 60)}`;
}

function itemSize(item: Item): number {
  if (item.kind === "note") return sizeOf(item.text);
  if (item.kind === "result") return sizeOf(item.output);
  return sizeOf(item.text) + (item.echo?.length ?? 0) + argsSize(item);
}

const argsSize = ({ calls }: Extract<Item, { kind: "reply" }>): number =>
  calls.reduce((sum, call) => sum + call.tool.length + sizeOf(call.args), 0);

/** Not counted: signatures, which go with any text that is told in short. */
const isCut = (item: Item, told: Item | undefined): boolean =>
  item.kind === "reply"
    ? told?.kind === "reply" && argsSize(told) < argsSize(item)
    : told !== undefined && itemSize(told) < itemSize(item);

function cutOf({ upTo, before, after, items }: Compaction, now: readonly Item[], rate: number): ContextCut {
  const cut = now.filter((item, place) => isCut(item, items[place]));
  return {
    upTo,
    texts: cut.length,
    tokens: before - after,
    first: cut.slice(0, firstShown).map((item) => messageOf(item, now, rate)),
  };
}
