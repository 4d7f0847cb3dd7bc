// Puts one reply together from the parts of its stream, within limits. Nothing here is a reply until its end was said.

import type {
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";
import type { ModelDelta, ModelReply } from "../../engine/ports.ts";
import type { ReplyBlock } from "./echo.ts";

export type ReplyCaps = {
  /** Characters of one delta, and of text, reasoning and arguments together. */
  readonly deltaCharacters: number;
  readonly replyCharacters: number;
  readonly calls: number;
};

export const defaultCaps: ReplyCaps = { deltaCharacters: 1_048_576, replyCharacters: 4_194_304, calls: 1_000 };

export type FinishedReply = {
  readonly blocks: readonly ReplyBlock[];
  readonly finish: LanguageModelV4FinishReason;
  readonly usage: LanguageModelV4Usage;
  readonly meta?: SharedV4ProviderOptions;
};

export type ReplyAssembly = {
  /** Takes one part; says what went over a limit, if anything did. */
  readonly add: (part: LanguageModelV4StreamPart) => string | undefined;
  /** Undefined until the provider has said that the reply is whole. */
  readonly finished: () => FinishedReply | undefined;
};

export function createReplyAssembly(caps: ReplyCaps, onDelta: (delta: ModelDelta) => void): ReplyAssembly {
  const book = createBlockBook();
  let end: Extract<LanguageModelV4StreamPart, { type: "finish" }> | undefined;
  let characters = 0;
  let calls = 0;

  const take = (kind: ModelDelta["kind"], text: string): string | undefined => {
    if (text === "") return undefined;
    if (text.length > caps.deltaCharacters)
      return `one piece of the reply is longer than ${caps.deltaCharacters} characters`;
    characters += text.length;
    if (characters > caps.replyCharacters) return `the reply is longer than ${caps.replyCharacters} characters`;
    onDelta({ kind, text });
    return undefined;
  };
  const takeCall = (part: ToolCallPart): string | undefined => {
    // What the provider runs itself is no request to us, and we grant no such tool.
    if (part.providerExecuted === true) return undefined;
    calls += 1;
    if (calls > caps.calls) return `the reply asks for more than ${caps.calls} tool calls`;
    if (part.input.length > caps.replyCharacters)
      return `a call's arguments are longer than ${caps.replyCharacters} characters`;
    book.addCall(part);
    return undefined;
  };
  const add = (part: LanguageModelV4StreamPart): string | undefined => {
    if (isBlockPart(part)) book.addPart(part);
    if (part.type === "text-delta") return take("text", part.delta);
    if (part.type === "reasoning-delta") return take("reasoning", part.delta);
    if (part.type === "tool-input-delta") return take("call", part.delta);
    if (part.type === "tool-call") return takeCall(part);
    if (part.type === "finish") end = part;
    return undefined;
  };
  const finished = (): FinishedReply | undefined =>
    end && { blocks: book.blocks(), finish: end.finishReason, usage: end.usage, ...metaOf(end) };
  return { add, finished };
}

type ToolCallPart = Extract<LanguageModelV4StreamPart, { type: "tool-call" }>;
type CallBlock = Extract<ReplyBlock, { type: "call" }>;
type OpenBlock = { readonly type: "text" | "reasoning"; readonly pieces: string[]; meta?: SharedV4ProviderOptions };
type BlockPart = Extract<LanguageModelV4StreamPart, { type: `${OpenBlock["type"]}-${"start" | "delta" | "end"}` }>;

const isBlockPart = (part: LanguageModelV4StreamPart): part is BlockPart =>
  /^(?:text|reasoning)-(?:start|delta|end)$/.test(part.type);

/** The blocks in the order they began. An id may be used again once its block has ended. */
function createBlockBook() {
  const blocks: (OpenBlock | CallBlock)[] = [];
  const open = new Map<string, OpenBlock>();
  const begin = (type: OpenBlock["type"], id: string): OpenBlock => {
    const block: OpenBlock = { type, pieces: [] };
    open.set(`${type} ${id}`, block);
    blocks.push(block);
    return block;
  };
  const addPart = (part: BlockPart): void => {
    const type = part.type.startsWith("text") ? "text" : "reasoning";
    const isStart = part.type === "text-start" || part.type === "reasoning-start";
    const block = (isStart ? undefined : open.get(`${type} ${part.id}`)) ?? begin(type, part.id);
    if ("delta" in part) block.pieces.push(part.delta);
    // The last word wins: a signature comes with a later part than the text it signs.
    if (part.providerMetadata !== undefined) block.meta = part.providerMetadata;
  };
  const addCall = (part: ToolCallPart): void =>
    void blocks.push({ type: "call", id: part.toolCallId, name: part.toolName, args: part.input, ...metaOf(part) });
  return { addPart, addCall, blocks: (): readonly ReplyBlock[] => blocks.map(closeBlock) };
}

const metaOf = (part: {
  readonly providerMetadata?: SharedV4ProviderOptions;
}): { readonly meta?: SharedV4ProviderOptions } =>
  part.providerMetadata === undefined ? {} : { meta: part.providerMetadata };

const closeBlock = (block: OpenBlock | CallBlock): ReplyBlock =>
  block.type === "call"
    ? block
    : { type: block.type, text: block.pieces.join(""), ...(block.meta === undefined ? {} : { meta: block.meta }) };

export const textOf = (blocks: readonly ReplyBlock[], type: "text" | "reasoning"): string =>
  blocks.flatMap((block) => (block.type === type ? [block.text] : [])).join("");

export const callsOf = (blocks: readonly ReplyBlock[]): ModelReply["calls"] =>
  blocks.flatMap((block) => (block.type === "call" ? [{ id: block.id, name: block.name, args: block.args }] : []));
