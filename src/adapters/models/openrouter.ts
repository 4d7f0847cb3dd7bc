// OpenRouter through the OpenAI-compatible wire format. Its own SDK package fills arguments it cannot parse with `{}` and
// takes a stream that merely stopped for a finished one; what that package adds beyond that is small and stands here.

import { z } from "zod";
import type { SharedV4ProviderOptions } from "@ai-sdk/provider";
import { toMicros, type Prices } from "./prices.ts";
import type { PriceTokens } from "./token-usage.ts";

type RequestBody = Record<string, unknown>;

/** Asks for the cost of each call, and for prompt caching where the vendor wants to be asked. */
export const toOpenRouterBody = (body: RequestBody): RequestBody => ({
  ...body,
  usage: { include: true },
  ...(String(body["model"]).startsWith("anthropic/") ? { cache_control: { type: "ephemeral" } } : {}),
});

/** What OpenRouter charged, as it says itself; the price list where it does not say. */
export function makeOpenRouterPrice(prices: Prices, model: string): PriceTokens {
  const listed = prices("openrouter", model);
  return (tokens, reported) => {
    const said = z.looseObject({ cost: z.number() }).safeParse(reported);
    return said.success ? toMicros(() => said.data.cost) : listed(tokens);
  };
}

const detailSchema = z.looseObject({ type: z.string(), index: z.number().nullish() });
type Detail = z.infer<typeof detailSchema>;

const chunkSchema = z.looseObject({
  choices: z.array(
    z.looseObject({ delta: z.looseObject({ reasoning_details: z.array(detailSchema).nullish() }).nullish() }),
  ),
});

/** Collects `reasoning_details`, which the vendor behind OpenRouter wants back unchanged in the next request. */
export const reasoningExtractor = {
  extractMetadata: () => Promise.resolve(undefined),
  createStreamExtractor: () => {
    const details: Detail[] = [];
    return {
      processChunk: (chunk: unknown): void => {
        const parsed = chunkSchema.safeParse(chunk);
        if (!parsed.success) return;
        for (const detail of parsed.data.choices[0]?.delta?.reasoning_details ?? []) addDetail(details, detail);
      },
      buildMetadata: () => (details.length === 0 ? undefined : { openrouter: { reasoning_details: details as never } }),
    };
  },
};

/** Pieces of one entry come one after the other and are joined; a signature comes with the last piece. */
function addDetail(details: Detail[], detail: Detail): void {
  const last = details.at(-1);
  if (last === undefined || last.type !== detail.type || last.index !== detail.index) {
    details.push({ ...detail });
    return;
  }
  for (const [key, value] of Object.entries(detail)) {
    const before = last[key];
    const isGrowing = key === "text" || key === "summary" || key === "data";
    last[key] =
      isGrowing && typeof before === "string" && typeof value === "string" ? before + value : (value ?? before);
  }
}

/** As message-level options of the next request's assistant message. */
export function toMessageMeta(meta: SharedV4ProviderOptions | undefined): SharedV4ProviderOptions | undefined {
  const details = meta?.["openrouter"]?.["reasoning_details"];
  return details === undefined ? undefined : { openaiCompatible: { reasoning_details: details } };
}
