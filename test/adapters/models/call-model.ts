// Helpers for model tests: a request with small limits, models wired to the fake provider, a record of deltas.

import { createSdkModels, type SdkModelsOptions } from "../../../src/adapters/models/sdk-models.ts";
import type { ModelId, TicketId } from "../../../src/domain/ids.ts";
import type { UserConfig } from "../../../src/domain/user-config.ts";
import type { ModelDelta, ModelRequest, Models } from "../../../src/engine/ports.ts";
import type { FakeProvider, Format } from "../../fake-provider/fake-provider.ts";

type Changes = Partial<Omit<ModelRequest, "model">> & { readonly model: string };

export const makeRequest = ({ model, ...changes }: Changes): ModelRequest => ({
  system: "You are careful.",
  messages: [{ role: "user", text: "Do it." }],
  tools: [],
  maxOutputTokens: 1000,
  turnMs: 10_000,
  idleMs: 2_000,
  step: { ticket: "T1" as TicketId, attempt: 1, turn: 1, try: 1 },
  ...changes,
  model: model as ModelId,
});

export const recordDeltas = () => {
  const seen: string[] = [];
  return { seen, onDelta: (delta: ModelDelta) => void seen.push(`${delta.kind}:${delta.text}`) };
};

/** One model id per wire format, as `makeConfig` below knows them. */
export const modelOf: Record<Format, string> = {
  anthropic: "anthropic/claude-sonnet-4-5",
  openai: "openai/gpt-5",
  chat: "local/qwen3-coder",
  gemini: "google/gemini-2.5-pro",
};

export const testKey = "sk-test-0123456789abcdef-CANARY";

export const makeConfig = (provider: FakeProvider): UserConfig => ({
  providers: {
    anthropic: { kind: "anthropic", baseUrl: provider.baseUrl("anthropic"), key: "env:TEST_KEY" },
    openai: { kind: "openai", baseUrl: provider.baseUrl("openai"), key: "env:TEST_KEY" },
    google: { kind: "google", baseUrl: provider.baseUrl("gemini"), key: "env:TEST_KEY" },
    local: { kind: "openai-compatible", baseUrl: provider.baseUrl("chat"), key: "env:TEST_KEY" },
    openrouter: { kind: "openrouter", baseUrl: provider.baseUrl("chat"), key: "env:TEST_KEY" },
    ollama: { kind: "ollama", baseUrl: provider.baseUrl("chat"), key: "env:TEST_KEY" },
  },
});

export const makeModels = (provider: FakeProvider, options: Partial<SdkModelsOptions> = {}): Models =>
  createSdkModels({ userConfig: makeConfig(provider), env: { TEST_KEY: testKey }, ...options });

export type CallOptions = Partial<Omit<ModelRequest, "model">> & { readonly signal?: AbortSignal };

/** Calls once and gives the outcome with the deltas seen. */
export async function callModel(models: Models, model: string, { signal, ...changes }: CallOptions = {}) {
  const deltas = recordDeltas();
  const request = makeRequest({ model, ...changes });
  const outcome = await models.call(request, {
    signal: signal ?? new AbortController().signal,
    onDelta: deltas.onDelta,
  });
  return { outcome, deltas: deltas.seen };
}
