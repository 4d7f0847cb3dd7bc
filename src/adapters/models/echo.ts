// What a provider wants back in the next request (thinking signatures, encrypted reasoning), carried through the log
// as JSON text. It holds no reply text, so that an edited message never brings the original back.

import { z } from "zod";
import type { SharedV4ProviderOptions } from "@ai-sdk/provider";
import type { ModelMessage } from "../../engine/ports.ts";

/** One part of a reply in the order it came; `meta` is the provider's own. */
export type ReplyBlock =
  | { readonly type: "text"; readonly text: string; readonly meta?: SharedV4ProviderOptions }
  | { readonly type: "reasoning"; readonly text: string; readonly meta?: SharedV4ProviderOptions }
  | {
      readonly type: "call";
      readonly id: string;
      readonly name: string;
      readonly args: string;
      readonly meta?: SharedV4ProviderOptions;
    };

type AssistantMessage = Extract<ModelMessage, { role: "assistant" }>;

const metaSchema = z.record(z.string(), z.record(z.string(), z.json())).optional();

const echoSchema = z.object({
  v: z.literal(1),
  /** Signatures are only good for the model that made them. */
  model: z.string(),
  parts: z.array(
    z.discriminatedUnion("type", [
      z.object({ type: z.literal("text"), length: z.number(), meta: metaSchema }),
      z.object({ type: z.literal("reasoning"), text: z.string(), meta: metaSchema }),
      z.object({ type: z.literal("call"), name: z.string(), meta: metaSchema }),
    ]),
  ),
  /** For the message as a whole. */
  meta: metaSchema,
});
type Echo = z.infer<typeof echoSchema>;

/** Undefined where there is nothing worth sending back. */
export function toEcho(
  model: string,
  blocks: readonly ReplyBlock[],
  meta?: SharedV4ProviderOptions,
): string | undefined {
  if (meta === undefined && blocks.every((block) => block.type !== "reasoning" && block.meta === undefined))
    return undefined;
  // Where the message as a whole carries its reasoning, the blocks would say it twice.
  const sent = meta === undefined ? blocks : blocks.filter((block) => block.type !== "reasoning");
  const parts = sent.map((block) => {
    const own = block.meta === undefined ? {} : { meta: block.meta };
    if (block.type === "text") return { type: block.type, length: block.text.length, ...own };
    if (block.type === "reasoning") return { type: block.type, text: block.text, ...own };
    return { type: block.type, name: block.name, ...own };
  });
  return JSON.stringify({ v: 1, model, parts, ...(meta === undefined ? {} : { meta }) });
}

export type RestoredReply = { readonly blocks: readonly ReplyBlock[]; readonly meta?: SharedV4ProviderOptions };

/**
 * The blocks of an earlier reply as they may be sent again. The message's own text and calls always win: where they no
 * longer fit the echo (a person edited them), the reasoning is kept and the rest is sent plain.
 */
export function restoreReply(message: AssistantMessage, model: string): RestoredReply {
  const echo = message.echo === undefined ? undefined : parseEcho(message.echo, model);
  if (!echo) return { blocks: plainBlocks(message) };
  const blocks = fits(echo, message) ? laidOut(echo, message) : [...reasoningOf(echo), ...plainBlocks(message)];
  return { blocks, ...withMeta(echo.meta) };
}

function parseEcho(json: string, model: string): Echo | undefined {
  try {
    const parsed = echoSchema.safeParse(JSON.parse(json));
    return parsed.success && parsed.data.model === model ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function fits(echo: Echo, message: AssistantMessage): boolean {
  const length = echo.parts.reduce((sum, part) => (part.type === "text" ? sum + part.length : sum), 0);
  const names = echo.parts.flatMap((part) => (part.type === "call" ? [part.name] : []));
  return (
    length === message.text.length &&
    names.length === message.calls.length &&
    message.calls.every((call, index) => call.name === names[index])
  );
}

function laidOut(echo: Echo, message: AssistantMessage): readonly ReplyBlock[] {
  const calls = message.calls.values();
  let at = 0;
  return echo.parts.flatMap((part): readonly ReplyBlock[] => {
    if (part.type === "reasoning") return [{ type: "reasoning", text: part.text, ...withMeta(part.meta) }];
    if (part.type === "text") {
      const text = message.text.slice(at, at + part.length);
      at += part.length;
      return [{ type: "text", text, ...withMeta(part.meta) }];
    }
    const call = calls.next().value;
    return call === undefined ? [] : [{ type: "call", ...call, ...withMeta(part.meta) }];
  });
}

const reasoningOf = (echo: Echo): readonly ReplyBlock[] =>
  echo.parts.flatMap((part) =>
    part.type === "reasoning" ? [{ type: part.type, text: part.text, ...withMeta(part.meta) }] : [],
  );

const plainBlocks = (message: AssistantMessage): readonly ReplyBlock[] => [
  { type: "text", text: message.text },
  ...message.calls.map((call): ReplyBlock => ({ type: "call", ...call })),
];

const withMeta = (meta: z.infer<typeof metaSchema>): { readonly meta?: SharedV4ProviderOptions } =>
  meta === undefined ? {} : { meta: meta };
