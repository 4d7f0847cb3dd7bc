// Token figures from what a provider reports. What cannot be trusted becomes our worst case and is flagged.

import type { LanguageModelV4Usage } from "@ai-sdk/provider";
import type { Usage } from "../../domain/usage.ts";
import type { ModelRequest } from "../../engine/ports.ts";

export type TokenCounts = Omit<Usage, "costMicros" | "estimated">;

/** Millionths of a US dollar, or null where the price is not known. `reported` is the provider's own usage object. */
export type PriceTokens = (tokens: TokenCounts, reported?: unknown) => number | null;

/** The provider's figures with the token classes apart, or undefined where any figure that matters is unusable. */
export function readUsage(reported: LanguageModelV4Usage): TokenCounts | undefined {
  const { inputTokens: input, outputTokens: output } = reported;
  const cachedRead = input.cacheRead ?? 0;
  const cacheWrite = input.cacheWrite ?? 0;
  const reasoning = output.reasoning ?? 0;
  const counts = {
    input: input.noCache ?? (input.total === undefined ? Number.NaN : input.total - cachedRead - cacheWrite),
    cachedRead,
    cacheWrite,
    output: output.total === undefined ? (output.text ?? Number.NaN) : output.total - reasoning,
    reasoning,
  };
  return Object.values(counts).every(isCount) ? counts : undefined;
}

// The types promise numbers; the wire does not.
const isCount = (value: unknown): boolean => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

/** One token per character sent, and every output token that was allowed: no tokenizer gives more for real text. */
export function worstCase(request: ModelRequest): TokenCounts {
  let characters = request.system.length;
  for (const message of request.messages) {
    if (message.role === "tool") for (const result of message.results) characters += result.output.length;
    else characters += message.text.length;
    if (message.role === "assistant") {
      characters += message.echo?.length ?? 0;
      for (const call of message.calls) characters += call.name.length + call.args.length;
    }
  }
  for (const tool of request.tools) characters += tool.description.length + JSON.stringify(tool.parameters).length;
  return { input: characters, cachedRead: 0, cacheWrite: 0, output: request.maxOutputTokens, reasoning: 0 };
}

type Figure = number | null | undefined;
type Details<Key extends string> = { readonly [K in Key]?: Figure } | null | undefined;

type ChatUsage =
  | {
      readonly prompt_tokens?: Figure;
      readonly completion_tokens?: Figure;
      readonly prompt_tokens_details?: Details<"cached_tokens" | "cache_write_tokens">;
      readonly completion_tokens_details?: Details<"reasoning_tokens">;
    }
  | null
  | undefined;

/** Chat Completions usage without guesses: what is not said stays undefined, where the SDK's own reading says 0. */
export function readChatUsage(usage: ChatUsage): LanguageModelV4Usage {
  const prompt = usage?.prompt_tokens ?? undefined;
  const completion = usage?.completion_tokens ?? undefined;
  const cacheRead = usage?.prompt_tokens_details?.cached_tokens ?? 0;
  const cacheWrite = usage?.prompt_tokens_details?.cache_write_tokens ?? 0;
  const reasoning = usage?.completion_tokens_details?.reasoning_tokens ?? 0;
  return {
    inputTokens: { total: prompt, noCache: undefined, cacheRead, cacheWrite },
    outputTokens: { total: completion, text: undefined, reasoning },
    ...(usage ? { raw: usage } : {}),
  };
}
