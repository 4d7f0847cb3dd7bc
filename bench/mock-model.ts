// The AI SDK's mock model with fixed replies and no latency: a tool call first, the end second.

import { MockLanguageModelV4, simulateReadableStream } from "ai/test";

type StreamResult = Awaited<ReturnType<MockLanguageModelV4["doStream"]>>;
type StreamPart = StreamResult["stream"] extends ReadableStream<infer Part> ? Part : never;

const usage = {
  inputTokens: { total: 100, noCache: 100, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 20, text: 20, reasoning: 0 },
};

const callPart = (toolName: string, input: string): StreamPart[] => [
  { type: "tool-input-start", id: "c1", toolName },
  { type: "tool-input-delta", id: "c1", delta: input },
  { type: "tool-input-end", id: "c1" },
  { type: "tool-call", toolCallId: "c1", toolName, input },
];

const textPart = (text: string): StreamPart[] => [
  { type: "text-start", id: "t1" },
  { type: "text-delta", id: "t1", delta: text },
  { type: "text-end", id: "t1" },
];

/** How a ticket ends in Tutti, and how a bare loop ends. */
export const finishCall: readonly StreamPart[] = callPart("finish", '{"outcome":"completed","summary":"done"}');
export const closingWords: readonly StreamPart[] = textPart("Done.");

const finishPart = (unified: "tool-calls" | "stop"): StreamPart => ({
  type: "finish",
  finishReason: { unified, raw: unified },
  usage,
});

type GenerateResult = Awaited<ReturnType<MockLanguageModelV4["doGenerate"]>>;

const generated = (isFirst: boolean): GenerateResult => ({
  content: isFirst
    ? [
        { type: "text", text: "Looking." },
        { type: "tool-call", toolCallId: "c1", toolName: "look", input: '{"at":"it"}' },
      ]
    : [{ type: "text", text: "Done." }],
  finishReason: isFirst ? { unified: "tool-calls", raw: "tool-calls" } : { unified: "stop", raw: "stop" },
  usage,
  warnings: [],
});

/** First call: the tool. Second: `last` ends it. */
export const makeMockModel = (last: readonly StreamPart[], end: "tool-calls" | "stop"): MockLanguageModelV4 =>
  new MockLanguageModelV4({
    doGenerate: async ({ prompt }): Promise<GenerateResult> =>
      generated(!prompt.some((message) => message.role === "tool")),
    doStream: async ({ prompt }): Promise<StreamResult> => {
      const isFirst = !prompt.some((message) => message.role === "tool");
      const parts: StreamPart[] = isFirst
        ? [...textPart("Looking."), ...callPart("look", '{"at":"it"}'), finishPart("tool-calls")]
        : [...last, finishPart(end)];
      const chunks: StreamPart[] = [{ type: "stream-start", warnings: [] }, ...parts];
      return { stream: simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null }) };
    },
  });
