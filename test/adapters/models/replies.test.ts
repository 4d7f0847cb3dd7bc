// What comes back from a healthy provider, alike over four wire formats: text, calls, finish, usage, encodings.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Models } from "../../../src/engine/ports.ts";
import { formats, startFakeProvider, type FakeProvider, type Format } from "../../fake-provider/fake-provider.ts";
import { callModel, makeModels, modelOf } from "./call-model.ts";

let provider: FakeProvider;
let models: Models;

beforeAll(async () => {
  provider = await startFakeProvider();
  models = makeModels(provider, { prices: () => (tokens) => tokens.input + tokens.output });
});
afterAll(() => provider.close());

const calls = [
  { id: "call_a", name: "read", args: '{"path":"a.txt"}' },
  { id: "call_b", name: "write", args: '{"path":"b.txt","text":"{\\"nested\\": [1, 2]}"}' },
];

/** 43 prompt tokens of which 11 cached, 15 output of which 4 reasoning; Anthropic counts its classes apart. */
const expectedUsage: Record<Format, object> = {
  anthropic: { input: 25, cachedRead: 11, cacheWrite: 7, output: 15, reasoning: 0 },
  openai: { input: 32, cachedRead: 11, cacheWrite: 0, output: 11, reasoning: 4 },
  chat: { input: 32, cachedRead: 11, cacheWrite: 0, output: 11, reasoning: 4 },
  gemini: { input: 32, cachedRead: 11, cacheWrite: 0, output: 11, reasoning: 4 },
};

describe.each(formats)("a reply over %s", (format) => {
  const call = (options = {}) => callModel(models, modelOf[format], options);

  it("streams text in order and gives it whole, with the token classes apart", async () => {
    provider.will({ reply: { text: "Hello, wörld 😀!" } });
    const { outcome, deltas } = await call();
    expect(outcome).toMatchObject({ kind: "reply", text: "Hello, wörld 😀!", calls: [], finish: "stop" });
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.map((delta) => delta.replace("text:", "")).join("")).toBe("Hello, wörld 😀!");
    const usage: Record<string, unknown> = expectedUsage[format] as never;
    expect(outcome.usage).toEqual({
      ...usage,
      costMicros: Number(usage["input"]) + Number(usage["output"]),
      estimated: false,
    });
  });

  it("gives tool calls with their ids and the arguments as the model wrote them", async () => {
    provider.will({ reply: { text: "I will look.", calls } });
    const { outcome, deltas } = await call();
    expect(outcome).toMatchObject({ kind: "reply", text: "I will look.", finish: "calls", calls });
    expect(deltas.some((delta) => delta.startsWith("call:"))).toBe(true);
  });

  it("L-24 UTF-8 split at every byte, CRLF, a byte order mark and comments change nothing", async () => {
    const reply = { text: "naïve 😀 日本 \u0000 \ud83d\ude00", calls };
    const shapes: ((stream: string) => string)[] = [
      (stream) => stream,
      (stream) => stream.replaceAll("\r\n", "\n").replaceAll("\n", "\r\n"),
      (stream) => `\uFEFF${stream}`,
      (stream) => stream.replaceAll("data: {", ": a comment\nid: 7\nretry: 10\ndata:{"),
      (stream) => stream.replaceAll(/^data: (\{)("\w+":)/gm, "data: $1\ndata: $2"),
    ];
    const outcomes = [];
    for (const shape of shapes) {
      provider.will({ reply, shape });
      outcomes.push((await call()).outcome);
    }
    provider.will({ reply, pieceBytes: 1 });
    outcomes.push((await call()).outcome);
    expect(outcomes[0]).toMatchObject({ kind: "reply", text: "naïve 😀 日本 \u0000 😀", calls });
    for (const outcome of outcomes) expect(outcome).toEqual(outcomes[0]);
  });

  it("L-16 a reply cut by max_tokens inside a tool call finishes as length", async () => {
    const args = format === "gemini" ? "{}" : '{"path":"a.tx';
    provider.will({ reply: { text: "on it", calls: [{ id: "c1", name: "write", args }], finish: "length" } });
    expect((await call()).outcome).toMatchObject({ kind: "reply", finish: "length" });
  });

  it("L-17 an empty reply is an empty reply", async () => {
    provider.will({ reply: {} });
    expect((await call()).outcome).toMatchObject({ kind: "reply", text: "", calls: [], finish: "stop" });
  });

  it("L-18 a refusal is a refusal, with what was said", async () => {
    provider.will({ reply: { text: "I cannot.", finish: "refusal" } });
    expect((await call()).outcome).toMatchObject({ kind: "reply", finish: "refusal" });
  });

  it("L-19 an unknown finish reason is a safe stop", async () => {
    provider.will({ reply: { text: "hm", finish: "xyz" } });
    expect((await call()).outcome).toMatchObject({ kind: "reply", text: "hm", finish: "other" });
  });

  it("MOD10 L-26 missing usage is counted at worst case and flagged", async () => {
    provider.will({ reply: { text: "ok", usage: null } });
    const { outcome } = await call({ maxOutputTokens: 777 });
    expect(outcome).toMatchObject({ kind: "reply", text: "ok", usage: { output: 777, estimated: true } });
    expect(outcome.usage.input).toBeGreaterThan(0);
  });

  it.each(["-5", '"many"', "NaN", "Infinity", "1.5"])(
    "L-26 a token figure of %s is counted at worst case and flagged",
    async (figure) => {
      const keys = [
        "input_tokens",
        "output_tokens",
        "prompt_tokens",
        "completion_tokens",
        "promptTokenCount",
        "candidatesTokenCount",
      ];
      provider.will({ reply: { text: "ok", calls, usage: `{${keys.map((key) => `"${key}":${figure}`).join(",")}}` } });
      const { outcome } = await call({ maxOutputTokens: 777 });
      expect(outcome).toMatchObject({
        kind: "reply",
        text: "ok",
        calls,
        finish: "calls",
        usage: { output: 777, estimated: true },
      });
    },
  );

  it("L-26 usage that is no object is counted at worst case and flagged", async () => {
    provider.will({ reply: { text: "ok", usage: '"plenty"' } });
    expect((await call()).outcome).toMatchObject({ kind: "reply", text: "ok", usage: { estimated: true } });
  });

  it("sends the system text, the tools without running them, and the output limit", async () => {
    provider.will({ reply: { calls: [{ id: "c1", name: "read", args: "{}" }] } });
    const before = provider.received.length;
    const tools = [
      {
        name: "read",
        description: "Reads a file.",
        parameters: { type: "object", properties: { path: { type: "string" } } },
      },
    ];
    await call({ tools, maxOutputTokens: 321 });
    expect(provider.received).toHaveLength(before + 1);
    const sent = JSON.stringify(provider.received.at(-1)?.body);
    expect(sent).toContain("You are careful.");
    expect(sent).toContain("Reads a file.");
    expect(sent).toContain("321");
  });
});

describe("replies of one format", () => {
  it("L-21 empty and repeated ids in one reply lose no call", async () => {
    const twins = [calls[0], calls[1]].map((call) => ({ id: "same", name: call?.name ?? "", args: call?.args ?? "" }));
    for (const format of formats) {
      provider.will({ reply: { calls: twins } });
      const { outcome } = await callModel(models, modelOf[format]);
      expect(outcome.kind === "reply" && outcome.calls.map((call) => call.args)).toEqual(
        twins.map((call) => call.args),
      );
    }
    for (const format of formats) {
      provider.will({ reply: { calls: twins.map((call) => ({ ...call, id: "" })) } });
      const { outcome } = await callModel(models, modelOf[format]);
      expect(outcome.kind === "reply" && outcome.calls.map((call) => call.args)).toEqual(
        twins.map((call) => call.args),
      );
    }
  });

  it.each(['{"a":1,}', "{'a':1}", '{"a":NaN}', '{"a":1}{"b":2}', '{"a":', "[1]", "null", ""])(
    "MOD7 L-13 arguments %s are given on exactly as written",
    async (args) => {
      for (const model of [
        modelOf.anthropic,
        modelOf.openai,
        modelOf.chat,
        "openrouter/acme/model-1",
        "ollama/qwen3",
      ]) {
        provider.will({ reply: { calls: [{ id: "c1", name: "edit", args }] } });
        const { outcome } = await callModel(models, model);
        // Anthropic sends no JSON at all for a call without arguments.
        const expected = args === "" && model === modelOf.anthropic ? "{}" : args;
        expect(outcome, model).toMatchObject({ kind: "reply", finish: "calls", calls: [{ args: expected }] });
      }
    },
  );

  it("L-19 an event of an unknown type is passed over, a block of an unknown type is not", async () => {
    const novelty = 'event: novelty\ndata: {"type":"novelty","x":1}\n\n';
    const block =
      'event: content_block_start\ndata: {"type":"content_block_start","index":9,"content_block":{"type":"hologram"}}\n\n';
    const before = (added: string) => (stream: string) => stream.replace("event: ping", `${added}event: ping`);
    provider.will({ reply: { text: "ok" }, shape: before(novelty) });
    expect((await callModel(models, modelOf.anthropic)).outcome).toMatchObject({ kind: "reply", text: "ok" });
    provider.will({ reply: { text: "ok" }, shape: before(block) });
    expect((await callModel(models, modelOf.anthropic)).outcome).toMatchObject({
      kind: "fault",
      code: "malformed_response",
    });
  });

  it("L-20 a context window that ran out is an overflow, not an answer", async () => {
    provider.will({ reply: { text: "half a", finish: "model_context_window_exceeded" } });
    expect((await callModel(models, modelOf.anthropic)).outcome).toMatchObject({
      kind: "fault",
      code: "context_overflow",
    });
  });

  it("OpenRouter's own figure is the cost", async () => {
    provider.will({
      reply: { text: "ok", usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, cost: 0.00123 } },
    });
    const { outcome } = await callModel(models, "openrouter/acme/model-1");
    expect(outcome.usage).toMatchObject({ costMicros: 1230, estimated: false });
    expect(provider.received.at(-1)?.body).toMatchObject({ usage: { include: true } });
  });
});
