// agents.toml, tutti.toml and config.toml as values: old names, ladders, and faults with their path.

import { emptyDeliberationSetting } from "../../src/domain/deliberation-setting.ts";
import { describe, expect, it } from "vitest";
import { parseAgentsFile, parseTuttiFile } from "../../src/domain/project-config.ts";
import { parseUserDefaults } from "../../src/domain/user-defaults.ts";

const agents = (value: unknown) => {
  const parsed = parseAgentsFile(value);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
};

describe("agents.toml", () => {
  it("CFG1 an archetype has a tier, a ladder, a trust level, tools and a prompt", () => {
    const table = {
      tier: 2,
      models: ["a/b", "c/d"],
      trust: "step",
      tools: ["read"],
      prompt: "Be brief.",
      review: true,
    };
    expect(agents({ archetypes: { lead: table } }).archetypes).toEqual([{ name: "lead", ...table }]);
  });

  it("CFG1 an empty table is a tier 3 worker with every tool", () => {
    expect(agents({ archetypes: { coder: {} } }).archetypes).toEqual([
      { name: "coder", tier: 3, models: [], trust: undefined, tools: undefined, prompt: "", review: undefined },
    ]);
  });

  it("CFG2 A-107 trust_level and model are the old names of trust and models", () => {
    expect(agents({ archetypes: { coder: { trust_level: "auto", model: "a/b" } } }).archetypes[0]).toMatchObject({
      trust: "auto",
      models: ["a/b"],
    });
    expect(parseAgentsFile({ archetypes: { coder: { trust_level: "auto", trust: "step" } } })).toMatchObject({
      ok: false,
      problems: [{ path: ["archetypes", "coder", "trust_level"] }],
    });
  });

  it("CFG2 A-117 default_expensive and default_cheap are the ladders of tiers that name none", () => {
    expect(agents({ default_expensive: "a/big", default_cheap: "a/small" }).fallback).toEqual({
      1: ["a/big"],
      2: ["a/big"],
      3: ["a/small", "a/big"],
      4: ["a/small"],
    });
    expect(agents({ default_cheap: "a/small" }).fallback[1]).toEqual(["a/small"]);
    expect(agents({}).fallback[3]).toEqual([]);
  });

  it("CFG3 every fault is told at once with its path; unknown names with the nearest", () => {
    const parsed = parseAgentsFile({
      archetypes: { coder: { tier: 5, modells: [], trust: "yolo" }, tester: { models: ["claude"] } },
      archetype: {},
    });
    expect(parsed.ok ? [] : parsed.problems.map(({ path }) => path.join("."))).toEqual([
      "archetypes.coder.tier",
      "archetypes.coder.trust",
      "archetypes.coder.modells",
      "archetypes.tester.models.0",
      "archetype",
    ]);
    expect(parsed).toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ remedy: "Write models." })]),
    });
  });

  it("A-63 an archetype may be called like a part of the prototype chain", () => {
    const value: unknown = JSON.parse('{"archetypes":{"constructor":{"tier":1},"toString":{}}}');
    expect(agents(value).archetypes.map(({ name }) => name)).toEqual(["constructor", "toString"]);
  });
});

describe("tutti.toml", () => {
  it("CFG1 verify, lanes, limits in seconds and ladders by tier arrive", () => {
    expect(
      parseTuttiFile({
        verify: "npm test",
        lanes: { run: 2, tiers: { 3: 1 }, providers: { anthropic: 1 } },
        limits: { attempts: 2, command_seconds: 1.5 },
        tiers: { 3: { models: "a/b" } },
        budgets: { run: { usd: 2.5, tokens: 9 }, ticket: {}, tiers: { 4: { spawns: 0 } } },
        planning: { diagnosis: false },
      }),
    ).toEqual({
      ok: true,
      value: {
        deliberation: emptyDeliberationSetting,
        verify: ["npm test"],
        lanes: { run: 2, tiers: { 3: 1 }, providers: { anthropic: 1 } },
        limits: { attempts: 2, commandMs: 1500 },
        tiers: { 1: [], 2: [], 3: ["a/b"], 4: [] },
        budgets: { run: { costMicros: 2_500_000, tokens: 9 }, tiers: { 4: { spawns: 0 } } },
        planning: { diagnosis: false },
      },
    });
  });

  it.each([
    [{ verify: [[]] }, "verify.0"],
    [{ lanes: { run: 0 } }, "lanes.run"],
    [{ lanes: { tiers: { 5: 1 } } }, "lanes.tiers.5"],
    [{ limits: { turn_seconds: -1 } }, "limits.turn_seconds"],
    [{ limits: { turns: 1.5 } }, "limits.turns"],
    [{ limits: { turn: 1 } }, "limits.turn"],
    [{ tiers: { 3: { models: [] } } }, "tiers.3.models"],
    [{ providers: { local: { baseUrl: "http://localhost" } } }, "providers"],
    [{ rules: [] }, "rules"],
    [{ sandbox: "none" }, "sandbox"],
    [{ vault: { address: "https://vault" } }, "vault"],
    [{ models: { "a/b": { window: 9 } } }, "models"],
    [{ budgets: { run: { usd: -1 } } }, "budgets.run.usd"],
    [{ budgets: { run: { usd: Infinity } } }, "budgets.run.usd"],
    [{ budgets: { run: { dollars: 1 } } }, "budgets.run.dollars"],
    [{ budgets: { tiers: { 5: {} } } }, "budgets.tiers.5"],
    [{ planning: { review: "yes" } }, "planning.review"],
  ])("CFG3 CFG4 %j is refused at %s", (value, path) => {
    expect(parseTuttiFile(value)).toMatchObject({ ok: false, problems: [{ path: path.split(".") }] });
  });
});

describe("config.toml", () => {
  it("CFG5 defaults, lanes, limits, trusted repositories, allowed models and rules arrive; providers are left to their owner", () => {
    const parsed = parseUserDefaults({
      providers: { local: { kind: "openai-compatible" } },
      defaults: { models: "a/b", trust: "step", mode: "linear" },
      lanes: { run: 8 },
      limits: { attempts: 5 },
      trusted: { repositories: ["/src/mine"] },
      allow: { models: ["a/*"] },
      tiers: { 1: { models: ["a/big"] } },
      budgets: { day: { usd: 20, minutes: 0.5 } },
      planning: { review: true, replan: false },
      models: {
        "a/b": { input: 3, output: 15, cached_read: 0.3, window: 200_000 },
        "a/c": { window: 8_000 },
        "a/d": { input: 0, output: 0 },
      },
      vault: { address: "left to its owner" },
      rules: [
        { gate: "call", tool: "run", decision: "ask" },
        { name: "no-spawn", gate: "spawn", decision: "reject" },
      ],
    });
    expect(parsed).toEqual({
      ok: true,
      value: {
        deliberation: emptyDeliberationSetting,
        models: ["a/b"],
        trust: "step",
        mode: "linear",
        lanes: { run: 8, tiers: {}, providers: {} },
        limits: { attempts: 5 },
        trusted: ["/src/mine"],
        allowedModels: ["a/*"],
        tiers: { 1: ["a/big"], 2: [], 3: [], 4: [] },
        budgets: { day: { costMicros: 20_000_000, minutes: 0.5 } },
        planning: { review: true, replan: false },
        overrides: {
          "a/b": {
            price: { input: 3_000_000, output: 15_000_000, cachedRead: 300_000, cacheWrite: 3_000_000 },
            window: 200_000,
          },
          "a/c": { window: 8_000 },
          "a/d": { price: { input: 0, output: 0, cachedRead: 0, cacheWrite: 0 } },
        },
        rules: [
          { name: "rule-1", gate: "call", tool: "run", decision: "ask" },
          { name: "no-spawn", gate: "spawn", tool: "*", decision: "reject" },
        ],
      },
    });
  });

  it.each([
    [{ rules: [{ gate: "door", decision: "ask" }] }, ["rules", "0", "gate"]],
    [{ rules: [{ gate: "call", decision: "yes" }] }, ["rules", "0", "decision"]],
    [{ default: {} }, ["default"]],
    [{ defaults: { lanes: 3 } }, ["defaults", "lanes"]],
    [{ allow: { models: "a/b" } }, ["allow", "models"]],
    [{ models: { "a/b": { input: 1 } } }, ["models", "a/b"]],
    [{ models: { "a/b": { cached_read: 1 } } }, ["models", "a/b"]],
    [{ models: { claude: { window: 1 } } }, ["models", "claude"]],
    [{ models: { "a/b": { price: 1 } } }, ["models", "a/b", "price"]],
  ])("CFG3 %j is refused", (value, path) => {
    expect(parseUserDefaults(value)).toMatchObject({ ok: false, problems: [{ path }] });
  });
});
