// One call, one outcome: with the SDK's own mock model, so that streams can do what no server would.

import { convertArrayToReadableStream, MockLanguageModelV4 } from "ai/test";
import { describe, expect, it } from "vitest";
import { createSdkModels } from "../../../src/adapters/models/sdk-models.ts";
import { emptyUserConfig } from "../../../src/domain/user-config.ts";
import type { Models } from "../../../src/engine/ports.ts";
import { callModel, makeRequest } from "./call-model.ts";

type Part = Awaited<ReturnType<MockLanguageModelV4["doStream"]>>["stream"] extends ReadableStream<infer T> ? T : never;

const usage = {
  inputTokens: { total: 30, noCache: 12, cacheRead: 10, cacheWrite: 8 },
  outputTokens: { total: 9, text: 5, reasoning: 4 },
};
const finish: Part = { type: "finish", finishReason: { unified: "stop", raw: "stop" }, usage };
const text = (delta: string): Part[] => [
  { type: "text-start", id: "0" },
  { type: "text-delta", id: "0", delta },
  { type: "text-end", id: "0" },
];

const modelsOf = (stream: () => ReadableStream<Part>): { models: Models; mock: MockLanguageModelV4 } => {
  const mock = new MockLanguageModelV4({ doStream: () => Promise.resolve({ stream: stream() }) });
  return {
    mock,
    models: createSdkModels({
      userConfig: emptyUserConfig,
      env: {},
      resolve: (id) => (id === "mock/m" ? mock : undefined),
    }),
  };
};

const ofParts = (...parts: Part[]) => modelsOf(() => convertArrayToReadableStream(parts));

/** Gives these parts and then never ends. */
const openEnded = (...parts: Part[]) =>
  modelsOf(
    () =>
      new ReadableStream<Part>({
        start: (controller) => {
          for (const part of parts) controller.enqueue(part);
        },
      }),
  );

describe("a call over the SDK", () => {
  it("MOD3 is one call of the model, with its token classes apart and no price where there is none", async () => {
    const { models, mock } = ofParts(...text("hi"), finish);
    const { outcome, deltas } = await callModel(models, "mock/m");
    expect(outcome).toEqual({
      kind: "reply",
      text: "hi",
      reasoning: "",
      calls: [],
      finish: "stop",
      usage: { input: 12, cachedRead: 10, cacheWrite: 8, output: 5, reasoning: 4, costMicros: null, estimated: false },
    });
    expect(deltas).toEqual(["text:hi"]);
    expect(mock.doStreamCalls).toHaveLength(1);
  });

  it("a given model needs no provider; any other id does", async () => {
    const { models } = ofParts(finish);
    expect(await models.check(makeRequest({ model: "mock/m" }).model)).toBeUndefined();
    expect(await models.check(makeRequest({ model: "mock/other" }).model)).toBeDefined();
  });

  it("MOD4 L-09 without a terminal event there is no reply, however whole it looks", async () => {
    const { models } = ofParts(...text("looks done"), {
      type: "tool-call",
      toolCallId: "c",
      toolName: "run",
      input: "{}",
    });
    expect((await callModel(models, "mock/m")).outcome).toMatchObject({ kind: "fault", code: "cut" });
  });

  it("L-09 a finish that says interrupted is a cut", async () => {
    const { models } = ofParts(...text("half"), {
      ...finish,
      finishReason: { unified: "interrupted", raw: undefined },
    });
    expect((await callModel(models, "mock/m")).outcome).toMatchObject({ kind: "fault", code: "cut" });
  });

  it("a whole reply counts though the connection stays open or breaks after it", async () => {
    expect((await callModel(openEnded(...text("done"), finish).models, "mock/m")).outcome).toMatchObject({
      kind: "reply",
      text: "done",
    });
    const breaking = modelsOf(() => {
      const parts = [...text("done"), finish].values();
      const pull = (controller: ReadableStreamDefaultController<Part>): void => {
        const { done, value } = parts.next();
        if (done) controller.error(new Error("reset"));
        else controller.enqueue(value);
      };
      return new ReadableStream<Part>({ pull });
    });
    expect((await callModel(breaking.models, "mock/m")).outcome).toMatchObject({ kind: "reply", text: "done" });
  });

  it("cancel resolves at once though the model never answers, and passes the signal on", async () => {
    const control = new AbortController();
    const { models, mock } = openEnded(...text("so far"));
    const request = makeRequest({ model: "mock/m" });
    const { promise: streamed, resolve } = Promise.withResolvers<void>();
    const calling = models.call(request, { signal: control.signal, onDelta: () => resolve() });
    await streamed;
    control.abort();
    expect(await calling).toMatchObject({ kind: "cancelled", usage: { estimated: true } });
    expect(mock.doStreamCalls[0]?.abortSignal?.aborted).toBe(true);
  });

  it("a call that was cancelled before it began is not made", async () => {
    const { models, mock } = ofParts(finish);
    expect((await callModel(models, "mock/m", { signal: AbortSignal.abort() })).outcome).toMatchObject({
      kind: "cancelled",
      usage: { input: 0 },
    });
    expect(mock.doStreamCalls).toHaveLength(0);
  });

  it("L-07 limits longer than a timer can hold are limits, not zero", async () => {
    const { models } = ofParts(...text("ok"), finish);
    const outcome = (await callModel(models, "mock/m", { turnMs: 2 ** 40, idleMs: 2 ** 40 })).outcome;
    expect(outcome.kind).toBe("reply");
  });

  it("MOD6 after the outcome no delta is given out", async () => {
    const seen: string[] = [];
    const late = Promise.withResolvers<void>();
    const { models } = modelsOf(
      () =>
        new ReadableStream<Part>({
          start: async (controller) => {
            for (const part of text("early")) controller.enqueue(part);
            await late.promise;
            controller.enqueue({ type: "text-delta", id: "0", delta: "late" });
            controller.close();
          },
        }),
    );
    const outcome = await models.call(makeRequest({ model: "mock/m", idleMs: 30 }), {
      signal: new AbortController().signal,
      onDelta: (delta) => void seen.push(delta.text),
    });
    expect(outcome).toMatchObject({ kind: "fault", code: "idle" });
    late.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen).toEqual(["early"]);
  });

  it("what the provider ran itself is no request to us", async () => {
    const { models } = ofParts(
      { type: "tool-call", toolCallId: "c", toolName: "web_search", input: "{}", providerExecuted: true },
      finish,
    );
    expect((await callModel(models, "mock/m")).outcome).toMatchObject({ kind: "reply", calls: [] });
  });

  it("a mistake in the caller's own hook is not taken for a provider's fault", async () => {
    const { models } = ofParts(...text("hi"), finish);
    const hooks = {
      signal: new AbortController().signal,
      onDelta: () => {
        throw new Error("a bug of ours");
      },
    };
    await expect(models.call(makeRequest({ model: "mock/m" }), hooks)).rejects.toThrow("a bug of ours");
  });

  it("DA-17 DA-20 parallel calls share nothing: each hears only its own model", async () => {
    const models = createSdkModels({
      userConfig: emptyUserConfig,
      env: {},
      resolve: (id) =>
        new MockLanguageModelV4({
          doStream: () => Promise.resolve({ stream: convertArrayToReadableStream([...text(id), finish]) }),
        }),
    });
    const ids = Array.from({ length: 50 }, (_, index) => `mock/m${index}`);
    const all = await Promise.all(ids.map((id) => callModel(models, id)));
    expect(all.map(({ outcome, deltas }) => [outcome.kind === "reply" && outcome.text, deltas])).toEqual(
      ids.map((id) => [id, [`text:${id}`]]),
    );
  });
});
