// How much of the model's window the next call of an attempt takes: an estimate by part, set right by what the provider
// counted for the last call.

import { archetypeOf } from "./ladder.ts";
import { sizeOf } from "./compact-items.ts";
import { notRun } from "./conversation.ts";
import { configOf, ticketAt, type Attempt, type Item, type RunState } from "./state.ts";

export const contextParts = ["system", "tools", "brief", "files", "history"] as const;
export type ContextPart = (typeof contextParts)[number];

/** Characters of each part: the archetype's prompt, the tools' specifications, the brief without and with its files. */
export type ContextSizes = Readonly<Record<ContextPart, number>>;

export function contextSizes(state: RunState, attempt: Attempt, items: readonly Item[] = attempt.items): ContextSizes {
  const ticket = ticketAt(state, attempt.index);
  const { prompt, overheadBytes = 0 } = archetypeOf(configOf(state), ticket);
  const brief = sizeOf(attempt.prompt ?? ticket.description);
  const files = Math.min(attempt.files, brief);
  return { system: prompt.length, tools: overheadBytes, brief: brief - files, files, history: historySize(items) };
}

type Reply = Extract<Item, { kind: "reply" }>;

/** Characters of the conversation after its brief, without making it: every turn of a worker asks for them. */
export function historySize(items: readonly Item[]): number {
  let sum = 0;
  for (let place = 0; place < items.length; place += 1) {
    const item = items[place];
    if (item?.kind === "note") sum += sizeOf(item.text);
    else if (item?.kind === "reply") sum += replySize(item, items, place);
  }
  return sum;
}

/** With the results of its calls, or what stands in their place. */
function replySize({ turn, text, calls, echo }: Reply, items: readonly Item[], place: number): number {
  if (text === "" && calls.length === 0) return 0;
  let sum = sizeOf(text) + (echo?.length ?? 0);
  for (let call = 0; call < calls.length; call += 1) {
    const { tool = "", args = "" } = calls[call] ?? {};
    sum += tool.length + sizeOf(args) + (resultSize(items, place + 1, { turn, call }) ?? notRun.length);
  }
  return sum;
}

/** It stands right after its reply, but for results of the same turn. */
function resultSize(
  items: readonly Item[],
  from: number,
  { turn, call }: { readonly turn: number; readonly call: number },
): number | undefined {
  for (let place = from; place < items.length; place += 1) {
    const item = items[place];
    if (item?.kind === "result" && item.turn === turn && item.call === call) return sizeOf(item.output);
  }
  return undefined;
}

export const totalSize = (sizes: ContextSizes): number => contextParts.reduce((sum, part) => sum + sizes[part], 0);

/** Before a provider has counted anything. */
const usualRate = 1 / 4;
/** What a provider says beyond these bounds is no count of this conversation. */
const lowestRate = 1 / 20;
const highestRate = 2;

/** Tokens for each character. */
export function tokenRate({ gauge }: Pick<Attempt, "gauge">): number {
  if (gauge === null) return usualRate;
  return Math.min(highestRate, Math.max(lowestRate, gauge.tokens / gauge.characters));
}

/** Tokens of the next call's request. */
export const estimateOf = (state: RunState, attempt: Attempt, items?: readonly Item[]): number =>
  Math.ceil(totalSize(contextSizes(state, attempt, items)) * tokenRate(attempt));

/** Tokens that a request and its reply may have together; null: unknown. */
export const windowOf = (state: RunState, { model }: Pick<Attempt, "model">): number | null =>
  configOf(state).cards?.[model]?.window ?? null;

/** The meter in one line, for who has to find out why a conversation was too long. */
export function contextInWords(state: RunState, attempt: Attempt): string {
  const rate = tokenRate(attempt);
  const sizes = contextSizes(state, attempt);
  const parts = contextParts.map((part) => `${part} ${Math.ceil(sizes[part] * rate)}`).join(", ");
  const window = windowOf(state, attempt);
  const of = window === null ? "the model's window is not known" : `the model's window is ${window}`;
  return `about ${estimateOf(state, attempt)} tokens (${parts}); ${of}`;
}
