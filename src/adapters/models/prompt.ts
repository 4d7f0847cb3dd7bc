// Our conversation as the AI SDK wants it, and always valid for the provider: ids of its charset, object arguments,
// no empty parts, no broken Unicode.

import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolCallPart,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";
import type { ModelCall, ModelMessage, ModelRequest, ModelResult } from "../../engine/ports.ts";
import { restoreReply, type ReplyBlock } from "./echo.ts";

type AssistantMessage = Extract<ModelMessage, { role: "assistant" }>;
type AssistantPart = Extract<LanguageModelV4Message, { role: "assistant" }>["content"][number];

/** What invalid arguments are replaced with: a value no tool accepts, and the model can see what it wrote. */
const invalidArgsKey = "__invalid_json";
const shownInvalidArgs = 1_000;

const cacheBreakpoint: SharedV4ProviderOptions = { anthropic: { cacheControl: { type: "ephemeral" } } };

export function toPrompt(request: ModelRequest): LanguageModelV4Prompt {
  const prompt: LanguageModelV4Prompt = [];
  if (hasText(request.system)) {
    prompt.push({ role: "system", content: request.system.toWellFormed(), providerOptions: cacheBreakpoint });
  }
  const ids = makeIdBook();
  for (const message of request.messages) {
    const converted = toMessage(message, { ids, model: request.model });
    if (converted) prompt.push(converted);
  }
  markCacheBreakpoints(prompt);
  return prompt;
}

export const toTools = (request: ModelRequest): LanguageModelV4CallOptions["tools"] =>
  request.tools.length === 0
    ? undefined
    : request.tools.map((tool) => ({
        type: "function",
        name: tool.name,
        description: tool.description,
        inputSchema: tool.parameters,
      }));

const hasText = (text: string): boolean => /\S/.test(text);

type Context = { readonly ids: IdBook; readonly model: string };

function toMessage(message: ModelMessage, context: Context): LanguageModelV4Message | undefined {
  switch (message.role) {
    case "user":
      return {
        role: "user",
        content: [{ type: "text", text: hasText(message.text) ? message.text.toWellFormed() : "(no text)" }],
      };
    case "assistant":
      return toAssistant(message, context);
    case "tool":
      return { role: "tool", content: message.results.map((result) => toResult(result, context.ids)) };
    default:
      return message satisfies never;
  }
}

/** Undefined for a reply that was empty: providers refuse empty messages, and leaving it out says the same. */
function toAssistant(message: AssistantMessage, { ids, model }: Context): LanguageModelV4Message | undefined {
  const { blocks, meta } = restoreReply(message, model);
  ids.open(message.calls);
  const content = blocks.flatMap((block) => toParts(block, ids));
  if (!content.some((part) => part.type !== "reasoning")) return undefined;
  return { role: "assistant", content, ...(meta === undefined ? {} : { providerOptions: meta }) };
}

function toParts(block: ReplyBlock, ids: IdBook): readonly AssistantPart[] {
  const options = block.meta === undefined ? {} : { providerOptions: block.meta };
  switch (block.type) {
    case "text":
      return hasText(block.text) || block.meta !== undefined
        ? [{ type: "text", text: block.text.toWellFormed(), ...options }]
        : [];
    case "reasoning":
      return [{ type: "reasoning", text: block.text, ...options }];
    case "call":
      return [
        {
          type: "tool-call",
          toolCallId: ids.of(block.id),
          toolName: toToolName(block.name),
          input: toInput(block.args),
          ...options,
        },
      ];
    default:
      return block satisfies never;
  }
}

const toResult = (result: ModelResult, ids: IdBook) => ({
  type: "tool-result" as const,
  toolCallId: ids.of(result.id),
  toolName: toToolName(result.name),
  output: { type: result.ok ? ("text" as const) : ("error-text" as const), value: result.output.toWellFormed() },
});

function toInput(args: string): LanguageModelV4ToolCallPart["input"] {
  try {
    const value: unknown = JSON.parse(args, wellFormed);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Falls through: a text that is not JSON is shown to the model as such.
  }
  return { [invalidArgsKey]: args.slice(0, shownInvalidArgs).toWellFormed() };
}

/** Half a surrogate pair, written as an escape, is JSON but no text that a provider accepts. */
const wellFormed = (_key: string, value: unknown): unknown =>
  typeof value === "string" ? value.toWellFormed() : value;

/** A model may invent a tool name that the provider then refuses to see again. */
const toToolName = (name: string): string => {
  const safe = name.replaceAll(/[^A-Za-z0-9_-]/g, "_").slice(0, 64);
  return /^[A-Za-z_]/.test(safe) ? safe : `_${safe}`.slice(0, 64);
};

type IdBook = { readonly open: (calls: readonly ModelCall[]) => void; readonly of: (id: string) => string };

/**
 * Ids that every provider accepts, unique over the conversation. They depend on the position alone, so that a longer
 * conversation begins with the same bytes and the provider's prompt cache still fits.
 */
function makeIdBook(): IdBook {
  const taken = new Set<string>();
  let current = new Map<string, string>();
  let messages = 0;
  const open = (calls: readonly ModelCall[]): void => {
    messages += 1;
    current = new Map();
    for (const [index, { id }] of calls.entries()) {
      let safe = /^[A-Za-z0-9_-]{1,64}$/.test(id) ? id : `call_${messages}_${index}`;
      for (let again = 1; taken.has(safe); again += 1) safe = `call_${messages}_${index}_${again}`;
      taken.add(safe);
      current.set(id, safe);
    }
  };
  return { open, of: (id) => current.get(id) ?? id };
}

/**
 * Beside the system text, which has the tools before it: the brief, which stays where old turns are told in short; the
 * end of the conversation; and the end of the turn before it, so that a turn of many calls still finds its prefix.
 */
function markCacheBreakpoints(prompt: LanguageModelV4Prompt): void {
  const own = prompt.filter(({ role }) => role === "user" || role === "tool");
  for (const message of new Set([...own.slice(0, 1), ...own.slice(-2)]))
    message.providerOptions = { ...message.providerOptions, ...cacheBreakpoint };
}
