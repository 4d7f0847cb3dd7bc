// Model ids, keys and the person's config file: what is understood, and in which words the rest is refused.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createModels } from "../../../src/adapters/models/create-models.ts";
import { loadUserConfig } from "../../../src/adapters/settings-files.ts";
import { createSdkModels } from "../../../src/adapters/models/sdk-models.ts";
import type { ModelId } from "../../../src/domain/ids.ts";
import { emptyUserConfig, parseUserConfig, type UserConfig } from "../../../src/domain/user-config.ts";
import { Fault } from "../../../src/engine/ports.ts";
import { startFakeProvider, type FakeProvider } from "../../fake-provider/fake-provider.ts";
import { callModel } from "./call-model.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tutti-models-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const check = (model: string, options: { userConfig?: UserConfig; env?: Record<string, string> } = {}) =>
  createModels({ userConfig: options.userConfig ?? emptyUserConfig, env: options.env ?? {} }).check(model as ModelId);

describe("checking a model before a run", () => {
  it("MOD1 DA-40 refuses a provider that nobody knows, and says which was meant", async () => {
    expect(await check("antropic/claude-sonnet-4-5")).toEqual({
      problem: 'there is no provider "antropic" for the model "antropic/claude-sonnet-4-5"',
      remedy: expect.stringMatching(
        /^Did you mean "anthropic"\? Known are anthropic, openai, google, openrouter, ollama, scripted/,
      ),
    });
  });

  it.each(["gpt-5", "openai/", "", "/x"])('refuses "%s" as no whole model id', async (model) => {
    expect((await check(model))?.problem).toMatch(/not a whole model id|no provider/);
  });

  it.each([
    ["anthropic/claude-sonnet-4-5", "ANTHROPIC_API_KEY"],
    ["openai/gpt-5", "OPENAI_API_KEY"],
    ["google/gemini-2.5-pro", "GEMINI_API_KEY"],
    ["google/gemini-2.5-pro", "GOOGLE_GENERATIVE_AI_API_KEY"],
    ["openrouter/acme/model", "OPENROUTER_API_KEY"],
  ])("%s needs %s", async (model, variable) => {
    expect(await check(model)).toMatchObject({
      problem: expect.stringContaining(variable),
      remedy: expect.stringContaining("Set "),
    });
    expect(await check(model, { env: { [variable]: "k-123" } })).toBeUndefined();
    expect(await check(model, { env: { [variable]: "  " } })).toBeDefined();
  });

  it("needs no key for Ollama, and none for an endpoint that names none", async () => {
    expect(await check("ollama/qwen3-coder")).toBeUndefined();
    const userConfig: UserConfig = {
      providers: { local: { kind: "openai-compatible", baseUrl: "http://127.0.0.1:8000/v1" } },
    };
    expect(await check("local/any/thing", { userConfig })).toBeUndefined();
  });

  it("takes a key from a file, and names the file where there is none", async () => {
    const file = join(folder, "key.txt");
    const userConfig: UserConfig = { providers: { anthropic: { kind: "anthropic", key: `file:${file}` } } };
    expect(await check("anthropic/claude-sonnet-4-5", { userConfig })).toMatchObject({
      problem: expect.stringContaining(file),
    });
    await writeFile(file, "k-456\n");
    expect(await check("anthropic/claude-sonnet-4-5", { userConfig })).toBeUndefined();
  });

  it("P18 never prints a key, not even a broken one", async () => {
    const problem = await check("openai/gpt-5", { env: { OPENAI_API_KEY: "half-CANARY\nother-half" } });
    expect(problem?.problem).toContain("characters that no key has");
    expect(JSON.stringify(problem)).not.toContain("CANARY");
  });

  it("MOD2 P18 sends a provider's usual key to no other address than its own", async () => {
    const userConfig: UserConfig = { providers: { openai: { kind: "openai", baseUrl: "http://127.0.0.1:1/v1" } } };
    expect(await check("openai/gpt-5", { userConfig, env: { OPENAI_API_KEY: "k-123" } })).toMatchObject({
      problem: "openai has no key: none is named",
    });
  });

  it("says that a scripted model needs a scenario", async () => {
    expect((await check("scripted/demo"))?.problem).toContain("no scenario");
    const withScenario = createModels({
      userConfig: emptyUserConfig,
      env: {},
      scenario: { tickets: {}, default: [{ turns: [{ text: "hi" }] }] },
    });
    expect(await withScenario.check("scripted/demo" as ModelId)).toBeUndefined();
    expect((await callModel(withScenario, "scripted/demo")).outcome).toMatchObject({ kind: "reply", text: "hi" });
  });

  it("a call that cannot be made is a fault with the remedy in it", async () => {
    const models = createModels({ userConfig: emptyUserConfig, env: {} });
    expect((await callModel(models, "nobody/x")).outcome).toMatchObject({ kind: "fault", code: "unknown_model" });
    expect((await callModel(models, "openai/gpt-5")).outcome).toMatchObject({
      kind: "fault",
      code: "auth",
      detail: expect.stringContaining("Set OPENAI_API_KEY"),
    });
    expect((await callModel(models, "scripted/x")).outcome).toMatchObject({ kind: "fault", code: "unknown_model" });
  });

  it("the environment of the process names neither key nor address", async () => {
    const provider: FakeProvider = await startFakeProvider();
    const saved = { ...process.env };
    Object.assign(process.env, {
      OPENAI_API_KEY: "from-process",
      OPENAI_BASE_URL: `${provider.url}/elsewhere`,
      ANTHROPIC_BASE_URL: `${provider.url}/elsewhere`,
    });
    try {
      expect(await check("openai/gpt-5")).toBeDefined();
      const userConfig: UserConfig = {
        providers: { openai: { kind: "openai", baseUrl: provider.baseUrl("openai"), key: "env:MINE" } },
      };
      provider.will({ reply: { text: "ok" } });
      const models = createSdkModels({ userConfig, env: { MINE: "k-789" } });
      expect((await callModel(models, "openai/gpt-5")).outcome.kind).toBe("reply");
      expect(provider.received[0]?.headers["authorization"]).toBe("Bearer k-789");
    } finally {
      process.env = saved;
      await provider.close();
    }
  });
});

describe("prices", () => {
  it("A-25 known models cost what the list says, cached tokens less; unknown ones cost nobody knows what", async () => {
    const provider = await startFakeProvider();
    const userConfig: UserConfig = {
      providers: {
        anthropic: { kind: "anthropic", baseUrl: provider.baseUrl("anthropic"), key: "env:K" },
        local: { kind: "openai-compatible", baseUrl: provider.baseUrl("chat"), key: "env:K" },
        ollama: { kind: "ollama", baseUrl: provider.baseUrl("chat"), key: "env:K" },
      },
    };
    const models = createSdkModels({ userConfig, env: { K: "k-1" } });
    const costOf = async (model: string, usage?: object) => {
      provider.will({ reply: { text: "ok", ...(usage ? { usage } : {}) } });
      return (await callModel(models, model)).outcome.usage.costMicros;
    };
    const plain = await costOf("anthropic/claude-sonnet-4-5", {
      input_tokens: 1000,
      output_tokens: 100,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 0,
    });
    const cached = await costOf("anthropic/claude-sonnet-4-5", {
      input_tokens: 0,
      output_tokens: 100,
      cache_read_input_tokens: 1000,
      cache_creation_input_tokens: 0,
    });
    expect(plain).toBe(1000 * 3 + 100 * 15);
    expect(cached).toBe(1000 * 0.3 + 100 * 15);
    expect(await costOf("anthropic/claude-not-in-any-list")).toBeNull();
    expect(await costOf("local/gpt-5")).toBeNull();
    expect(await costOf("ollama/qwen3")).toBe(0);
    await provider.close();
  });
});

describe("the person's config.toml", () => {
  const load = async (text: string) => {
    await writeFile(join(folder, "config.toml"), text);
    return loadUserConfig(folder);
  };
  const problemOf = (text: string) =>
    load(text).then(
      () => "no problem",
      (error: unknown) => (error instanceof Fault ? error.message.replaceAll(folder, "") : String(error)),
    );

  it("is empty where there is none", async () => {
    expect(await loadUserConfig(join(folder, "nowhere"))).toEqual(emptyUserConfig);
  });

  it("names providers, addresses and where their keys are", async () => {
    const config = await load(
      '[providers.local]\nkind = "openai-compatible"\nbaseUrl = "http://127.0.0.1:8000/v1"\n\n[providers.openai]\nkey = "file:~/k"\n',
    );
    expect({ ...config.providers }).toEqual({
      local: { kind: "openai-compatible", baseUrl: "http://127.0.0.1:8000/v1" },
      openai: { kind: "openai", key: "file:~/k" },
    });
  });

  it.each([
    ['[providers.local\nkind = "x"', /^\/config\.toml:1:\d+: /],
    [
      '\n[providers.local]\nkind = "openai"\n\nbaseURL = "http://x/"\n',
      /^\/config\.toml:5:1: providers\.local\.baseURL is not a known setting; did you mean "baseUrl"\?/,
    ],
    ['[providers.local]\nkind = "opnai"', /^\/config\.toml:2:1: providers\.local\.kind must be one of: anthropic, /],
    ['[providers.local]\nkind = "openai-compatible"', /^\/config\.toml:1:12: providers\.local has no address/],
    ["[providers.local]\n", /^\/config\.toml:1:12: providers\.local says no kind/],
    ['[providers.openai]\nbaseUrl = "ftp://x"', /^\/config\.toml:2:1: providers\.openai\.baseUrl must be an http/],
    [
      '[providers.openai]\nbaseUrl = "https://me:secret@x/v1"',
      /^\/config\.toml:2:1: providers\.openai\.baseUrl must be an http/,
    ],
    ['[providers.scripted]\nkind = "openai"', /name of the scripted model; choose another/],
    ['[providers."a b"]\nkind = "openai"', /^\/config\.toml:1:12: providers\.a b has a name with other characters/],
    ["providers = 3", /^\/config\.toml:1:1: providers must be tables/],
  ])("says what is wrong with %j", async (text, expected) => {
    expect(await problemOf(text)).toMatch(expected);
  });

  it("P18 refuses a key written into the file without repeating it", async () => {
    const problem = await problemOf('[providers.openai]\nkey = "sk-CANARY-123"');
    expect(problem).toMatch(/^\/config\.toml:2:1: providers\.openai\.key must be "env:NAME"/);
    expect(problem).not.toContain("CANARY");
  });

  it("says every problem at once", async () => {
    const problem = await problemOf('[providers.a]\nkind = "x"\n[providers.b]\nkind = "y"\nkey = "z"\n');
    expect(problem.split("\n")).toHaveLength(3);
  });

  it("is not fooled by names that every object has", async () => {
    const parsed = parseUserConfig(
      JSON.parse('{"providers":{"constructor":{"kind":"openai"},"__proto__":{"kind":"openai"}}}'),
    );
    expect(parsed.ok && Object.keys(parsed.value.providers)).toEqual(["constructor"]);
    expect((await check("toString/x"))?.problem).toContain('no provider "toString"');
  });
});
