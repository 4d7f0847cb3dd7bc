// Answers held to a shape: what each provider is sent for it, and what comes back.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { outputOf } from "../../../src/domain/consult-output.ts";
import { startFakeProvider, type FakeProvider } from "../../fake-provider/fake-provider.ts";
import { callModel, makeModels } from "./call-model.ts";

let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());

const shape = outputOf("tickets");
if (shape === undefined) throw new Error("tickets have a shape");
const output = shape;

const answer = '{"tickets":[{"id":"A","description":"Do it."}]}';

async function ask(model: string, reply: object = { text: answer }) {
  provider.will({ reply });
  const { outcome } = await callModel(makeModels(provider), model, { output });
  const body = JSON.stringify(provider.received.at(-1)?.body);
  return { outcome, body, sent: provider.received.at(-1)?.body as Record<string, never> };
}

describe("an answer of a given shape", () => {
  it("MOD30 A-156 OpenAI is sent the schema, not strict: tickets have optional fields", async () => {
    const { outcome, sent } = await ask("openai/gpt-5");
    expect(sent).toMatchObject({ text: { format: { type: "json_schema", name: "tickets", strict: false } } });
    expect(JSON.stringify(sent["text"])).toContain("dependsOn");
    expect(outcome).toMatchObject({ kind: "reply", text: answer, calls: [], finish: "stop" });
  });

  it("MOD30 A-156 Gemini is sent the schema with its kind of content", async () => {
    const { outcome, sent, body } = await ask("google/gemini-2.5-pro");
    expect(sent).toMatchObject({ generationConfig: { responseMimeType: "application/json" } });
    expect(body).toContain("dependsOn");
    expect(outcome).toMatchObject({ kind: "reply", text: answer });
  });

  it("MOD30 A-156 a Claude that takes schemas is sent one", async () => {
    const { outcome, sent } = await ask("anthropic/claude-sonnet-4-5");
    expect(JSON.stringify(sent["output_config"] ?? sent["output_format"] ?? sent["tools"])).toContain("dependsOn");
    expect(outcome).toMatchObject({ kind: "reply", text: answer, calls: [] });
  });

  it.each(["deliberate", "mediate", "synthesise", "tickets", "tracks", "review", "diagnosis"] as const)(
    "MOD30 a Claude takes the shape of an answer to %s as one, not as a tool",
    async (purpose) => {
      provider.will({ reply: { text: "{}" } });
      await callModel(makeModels(provider), "anthropic/claude-sonnet-4-5", { output: outputOf(purpose) });
      const sent = provider.received.at(-1)?.body;
      expect(sent).toHaveProperty("output_config.format.type", "json_schema");
      expect(sent).not.toHaveProperty("tools");
    },
  );

  it("MOD30 A-156 an older Claude answers by a tool that is no tool of ours: it comes back as text", async () => {
    const call = { id: "toolu_1", name: "json", args: answer };
    const { outcome, body } = await ask("anthropic/claude-3-5-haiku-20241022", { calls: [call] });
    expect(body).toContain('"tool_choice"');
    expect(outcome).toMatchObject({ kind: "reply", calls: [] });
    expect(outcome).toMatchObject({ text: answer });
  });

  it.each(["local/qwen3-coder", "ollama/qwen3", "openrouter/qwen/qwen3-coder"])(
    "MOD30 %s, which may know no schemas, is asked in words alone",
    async (model) => {
      const { outcome, sent } = await ask(model);
      expect(sent).not.toHaveProperty("response_format");
      expect(outcome).toMatchObject({ kind: "reply", text: answer });
    },
  );
});
