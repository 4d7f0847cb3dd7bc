// A stream that breaks off after k bytes is never a wrong reply. And floods: never a reply, never the memory.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Models } from "../../../src/engine/ports.ts";
import { formats, startFakeProvider, wires, type FakeProvider } from "../../fake-provider/fake-provider.ts";
import { callModel, makeModels, modelOf } from "./call-model.ts";
import { callReply, cutStream, textReply } from "./cut-stream.ts";

let provider: FakeProvider;
let models: Models;

beforeAll(async () => {
  provider = await startFakeProvider();
  models = makeModels(provider);
});
afterAll(() => provider.close());

/** A sample and the whole end of the stream; every k is tried in test/slow/model-cuts.test.ts. */
const isTried = (after: number, bytes: number): boolean => after % 17 === 0 || bytes - after <= 40;

describe.each(formats)("a cut stream over %s", (format) => {
  it.each(["reset", "finish"] as const)("L-09 in text, ended by %s, is never a wrong answer", async (how) => {
    const { whole, tries, faults, wrong } = await cutStream({
      provider,
      models,
      format,
      reply: textReply,
      how,
      isTried,
    });
    expect(whole).toMatchObject({ kind: "reply", text: textReply.text });
    expect(wrong).toEqual([]);
    expect(faults).toBeGreaterThan(tries / 3);
  });

  it.each(["reset", "finish"] as const)("L-10 in tool-call JSON, ended by %s, is never a wrong call", async (how) => {
    const { whole, tries, faults, wrong } = await cutStream({
      provider,
      models,
      format,
      reply: callReply,
      how,
      isTried,
    });
    expect(whole).toMatchObject({ kind: "reply", calls: [{ name: "run" }] });
    expect(wrong).toEqual([]);
    expect(faults).toBeGreaterThan(tries / 3);
  });

  it("L-09 a cut is a cut, counted at worst case, and what came before was streamed", async () => {
    const bytes = wires[format].encode(textReply, "m").indexOf("Delete") + 40;
    provider.will({ reply: textReply, end: { after: bytes, how: "finish" } });
    const { outcome } = await callModel(models, modelOf[format], { maxOutputTokens: 99 });
    expect(outcome).toMatchObject({ kind: "fault", usage: { output: 99, estimated: true } });
    expect(["cut", "malformed_response"]).toContain(outcome.kind === "fault" ? outcome.code : "");
  });
});

describe.each(formats)("a flood over %s", (format) => {
  const call = (options = {}) => callModel(models, modelOf[format], options);

  it("L-23 one delta of 50 MB is given up long before its end", async () => {
    const stream = Buffer.from(wires[format].encode({ text: "MARK", step: 9 }, "m"));
    const head = stream.subarray(0, stream.indexOf("MARK"));
    provider.will({ stream: Buffer.concat([head, Buffer.alloc(50 * 1024 * 1024, "x")]) });
    const { outcome, deltas } = await call();
    expect(outcome).toMatchObject({ kind: "fault", code: "malformed_response" });
    expect(deltas).toEqual([]);
    await provider.received.at(-1)?.cancelled;
  });

  it("MOD11 L-23 a reply without end is given up at the cap, visibly", async () => {
    const small = makeModels(provider, { caps: { replyCharacters: 1_000 } });
    provider.will({ reply: { text: "y".repeat(5_000), step: 100 } });
    const { outcome, deltas } = await callModel(small, modelOf[format]);
    expect(outcome).toMatchObject({
      kind: "fault",
      code: "malformed_response",
      detail: expect.stringContaining("1000 characters"),
    });
    expect(deltas.length).toBeLessThanOrEqual(10);
  });

  it("L-23 10,000 calls in one turn are a malformed reply, 500 are a reply", async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ id: `c${index}`, name: "read", args: "{}" }));
    provider.will({ reply: { calls: many(10_000), step: 50 } }, { reply: { calls: many(500), step: 50 } });
    expect((await call()).outcome).toMatchObject({
      kind: "fault",
      code: "malformed_response",
      detail: expect.stringContaining("1000 tool calls"),
    });
    const { outcome } = await call();
    expect(outcome.kind === "reply" && outcome.calls).toHaveLength(500);
  });
});
