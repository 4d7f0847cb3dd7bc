// How much of the model's window the next call of an attempt takes: an estimate by part, set right by what the provider
// counted for the last call.

import { archetypeOf } from "./ladder.ts";
import { sizeOf } from "./compact-items.ts";
import { conversationOf, type Message } from "./conversation.ts";
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
  const [first, ...later] = conversationOf({ ...attempt, items }, "");
  const history = later.reduce(
    (sum, message) => sum + messageSize(message),
    first === undefined ? 0 : messageSize(first),
  );
  return { system: prompt.length, tools: overheadBytes, brief: brief - files, files, history };
}

export function messageSize(message: Message): number {
  switch (message.role) {
    case "user":
      return message.texts.reduce((sum, text) => sum + sizeOf(text), 0);
    case "assistant":
      return (
        sizeOf(message.text) +
        (message.echo?.length ?? 0) +
        message.calls.reduce((sum, call) => sum + call.tool.length + sizeOf(call.args), 0)
      );
    case "tool":
      return message.results.reduce((sum, result) => sum + sizeOf(result.output), 0);
    default:
      return message satisfies never;
  }
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
