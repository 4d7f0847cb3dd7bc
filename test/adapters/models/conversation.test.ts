// The next request is always valid: the fake provider judges it as the real ones do. What a provider wants back goes back.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TicketId } from "../../../src/domain/ids.ts";
import type { ModelMessage, ModelReply, Models } from "../../../src/engine/ports.ts";
import { formats, startFakeProvider, type FakeProvider } from "../../fake-provider/fake-provider.ts";
import type { FakeReply, Json } from "../../fake-provider/wire.ts";
import { callModel, makeModels, modelOf } from "./call-model.ts";

let provider: FakeProvider;
let models: Models;

beforeAll(async () => {
  provider = await startFakeProvider();
  models = makeModels(provider);
});
afterAll(() => provider.close());

const user = (text: string): ModelMessage => ({ role: "user", text });
const assistant = (calls: ModelReply["calls"], text = "ok"): ModelMessage => ({ role: "assistant", text, calls });
const results = (calls: ModelReply["calls"], ok = true): ModelMessage => ({
  role: "tool",
  results: calls.map(({ id, name }) => ({ id, name, ok, output: ok ? `did ${id}` : "refused" })),
});

const call = (id: string, args = "{}", name = "read") => ({ id, name, args });

/** Sends the conversation; the fake answers 400 where the real provider would. */
async function send(model: string, messages: readonly ModelMessage[]) {
  provider.will({ reply: { text: "fine" } });
  const { outcome } = await callModel(models, model, { messages });
  expect(outcome).toMatchObject({ kind: "reply", text: "fine" });
  return JSON.stringify(provider.received.at(-1)?.body);
}

async function ask(model: string, reply: FakeReply): Promise<ModelReply> {
  provider.will({ reply });
  const { outcome } = await callModel(models, model);
  if (outcome.kind !== "reply") throw new Error(JSON.stringify(outcome));
  return outcome;
}

const everyModel = [
  ...formats.map((format) => modelOf[format]),
  "openrouter/anthropic/claude-sonnet-4.5",
  "ollama/qwen3",
];

describe.each(everyModel)("the next request to %s", (model) => {
  it.each(['{"a":1,}', "{'a':1}", '{"path":"a.tx', "[1]", "null", "7", "", '"text"', '{"a":"\ud800"}'])(
    "MOD8 L-13 is valid after arguments %s",
    async (args) => {
      const calls = [call("c1", args)];
      const sent = await send(model, [user("go"), assistant(calls), results(calls, false)]);
      if (args === '{"path":"a.tx') expect(sent).toMatch(/__invalid_json.*a\.tx/);
    },
  );

  it("L-21 is valid with ids of any shape, and results still match their calls", async () => {
    const odd = ["a b", "ünï", "x".repeat(200), "call:1/2", "fine_id-1", "7#2#0"].map((id) => call(id));
    const sent = await send(model, [user("go"), assistant(odd), results(odd)]);
    for (const { id } of odd) expect(sent).toContain(`did ${id}`);
  });

  it("L-21 is valid when the provider repeats an id in a later turn", async () => {
    const first = [call("same", '{"n":1}')];
    const second = [call("same", '{"n":2}')];
    await send(model, [user("go"), assistant(first), results(first), assistant(second), results(second)]);
  });

  it("L-15 is valid after a tool name that nobody has", async () => {
    const calls = [call("c1", "{}", "repo.browser/open file"), call("c2", "{}", "9lives")];
    await send(model, [user("go"), assistant(calls), results(calls, false)]);
  });

  it("L-17 is valid after an empty reply, an empty text and an empty output", async () => {
    const calls = [call("c1")];
    const silent: ModelMessage = { role: "tool", results: [{ id: "c1", name: "read", ok: true, output: "" }] };
    await send(model, [user(" "), assistant([], " \n"), user("please go on"), assistant(calls, ""), silent]);
  });

  it("L-24 is valid JSON without lone surrogates", async () => {
    const calls = [call("c1", '{"text":"\\ud800 half"}')];
    const broken: ModelMessage = {
      role: "tool",
      results: [{ id: "c1", name: "read", ok: true, output: "cut \ud83d" }],
    };
    expect(await send(model, [user("half \udc00"), assistant(calls, "x \ud800"), broken])).not.toMatch(/\\ud[89a-f]/i);
  });

  it("WIN7 begins with the same words however long the conversation is", async () => {
    const turn = (n: number): ModelMessage[] => [
      assistant([call(`bad id ${n}`)], `turn ${n}`),
      results([call(`bad id ${n}`)]),
    ];
    const withoutMarks = (sent: string) => sent.replaceAll(/,?"cache_control":\{[^}]*\},?/g, "");
    const short = withoutMarks(await send(model, [user("go"), ...turn(1), ...turn(2)]));
    const long = withoutMarks(await send(model, [user("go"), ...turn(1), ...turn(2), ...turn(3), ...turn(4)]));
    const common = short.slice(0, short.indexOf("did bad id 2"));
    expect(common).toContain("turn 2");
    expect(long.startsWith(common)).toBe(true);
  });
});

describe("what a provider wants back", () => {
  const signature = "c2lnbmF0dXJl/OPAQUE==";
  const said: FakeReply = {
    reasoning: "Let me think.",
    text: "Reading.",
    calls: [call("c1", '{"path":"a"}'), call("c2")],
    signature,
  };
  const signed = [
    "anthropic/claude-sonnet-4-5",
    "openai/gpt-5",
    "google/gemini-3-pro-preview",
    "openrouter/anthropic/claude-sonnet-4.5",
  ];

  it.each(signed)("goes back to %s with the message, in its place", async (model) => {
    const reply = await ask(model, said);
    expect(reply.text).toBe("Reading.");
    const message: ModelMessage = { role: "assistant", text: reply.text, calls: reply.calls, echo: reply.echo ?? "" };
    const sent = await send(model, [user("go"), message, results(reply.calls)]);
    expect(sent).toContain(signature);
    expect(sent.indexOf(signature)).toBeLessThan(sent.indexOf("did c1"));
  });

  it.each(signed)("MOD9 goes back to %s without the original of an edited message", async (model) => {
    const reply = await ask(model, said);
    const calls = [call("c1", '{"path":"b"}')];
    const edited: ModelMessage = { role: "assistant", text: "Reading something else.", calls, echo: reply.echo ?? "" };
    const sent = await send(model, [user("go"), edited, results(calls)]);
    expect(sent).toContain("Reading something else.");
    expect(sent).not.toContain('Reading."');
    expect(sent).toMatch(/path\\?":\\?"b/);
  });

  it("does not go to another model, and a broken echo does no harm", async () => {
    const reply = await ask("anthropic/claude-sonnet-4-5", said);
    for (const [model, echo] of [
      ["anthropic/claude-opus-4-1", reply.echo ?? ""],
      ["openai/gpt-5", reply.echo ?? ""],
      ["google/gemini-2.5-pro", "{broken"],
    ] as const) {
      const message: ModelMessage = { role: "assistant", text: reply.text, calls: reply.calls, echo };
      expect(await send(model, [user("go"), message, results(reply.calls)])).not.toContain(signature);
    }
  });

  it("keeps the reasoning of a compatible endpoint, and nothing where there is nothing to keep", async () => {
    const thinking = await ask(modelOf.chat, { reasoning: "Hmm.", calls: [call("c1")] });
    expect(thinking.reasoning).toBe("Hmm.");
    const message: ModelMessage = { role: "assistant", text: "", calls: thinking.calls, echo: thinking.echo ?? "" };
    expect(await send(modelOf.chat, [user("go"), message, results(thinking.calls)])).toContain(
      '"reasoning_content":"Hmm."',
    );
    expect((await ask(modelOf.chat, { text: "plain", calls: [call("c1")] })).echo).toBeUndefined();
    expect((await ask(modelOf.anthropic, { text: "plain", calls: [call("c1")] })).echo).toBeUndefined();
  });

  it("WIN7 asks Anthropic to cache tools and system text, the brief, and the last two turns: four marks, no more", async () => {
    const turns = [0, 1, 2, 3].flatMap((n) => [assistant([call(`c${n}`)]), results([call(`c${n}`)])]);
    const tools = [{ name: "read", description: "Reads.", parameters: { type: "object" } }];
    provider.will({ reply: { text: "fine" } });
    await callModel(models, modelOf.anthropic, { messages: [user("the brief"), ...turns], tools });
    const body: Json = provider.received.at(-1)?.body ?? {};
    const isMarked = (block: unknown): boolean =>
      JSON.stringify(block).includes('"cache_control":{"type":"ephemeral"}');
    const [system, messages] = [body["system"], body["messages"]] as [unknown[], unknown[]];
    expect(system.map(isMarked)).toEqual([true]);
    expect(messages.map(isMarked)).toEqual([true, false, false, false, false, false, true, false, true]);
    // The system text stands after the tools: its mark covers them.
    expect((body["tools"] as unknown[]).map(isMarked)).toEqual([false]);
    expect(await send("openrouter/anthropic/claude-sonnet-4.5", [user("go")])).toContain(
      '"cache_control":{"type":"ephemeral"}',
    );
  });

  it("WIN7 a first call has two marks, and none twice", async () => {
    const sent = await send(modelOf.anthropic, [user("the brief")]);
    expect(sent.split('"cache_control":{"type":"ephemeral"}')).toHaveLength(3);
  });

  it("WIN7 tells OpenAI which conversation a call belongs to: the same in each of its turns, another for another worker", async () => {
    const keyOf = async (ticket: string, attempt: number, turn: number): Promise<unknown> => {
      provider.will({ reply: { text: "fine" } });
      await callModel(models, modelOf.openai, { step: { ticket: ticket as TicketId, attempt, turn, try: 1 } });
      return provider.received.at(-1)?.body["prompt_cache_key"];
    };
    const key = await keyOf("T1", 1, 1);
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    expect(await keyOf("T1", 1, 7)).toBe(key);
    expect(await keyOf("T1", 2, 1)).not.toBe(key);
    expect(await keyOf("T2", 1, 1)).not.toBe(key);
  });

  it("keeps nothing at OpenAI", async () => {
    const sent = await send(modelOf.openai, [user("go")]);
    expect(sent).toContain('"store":false');
    expect(sent).toContain("reasoning.encrypted_content");
  });
});
