// What `tutti config` shows is what a run would get, and every value names the place that decided.

import { describe, expect, it } from "vitest";
import { effectiveSettings, type EffectiveSources } from "../../src/core/effective.ts";
import { emptyProjectConfig, parseAgentsFile, parseTuttiFile } from "../../src/domain/project-config.ts";
import { emptyUserConfig, parseUserConfig } from "../../src/domain/user-config.ts";
import { emptyUserDefaults, parseUserDefaults } from "../../src/domain/user-defaults.ts";

const valueOf = <T>(parsed: { ok: true; value: T } | { ok: false; problems: unknown }): T => {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
};

const shown = (given: Partial<EffectiveSources> = {}) =>
  new Map(
    effectiveSettings({
      projectConfig: emptyProjectConfig,
      userDefaults: emptyUserDefaults,
      userConfig: emptyUserConfig,
      flags: { attended: true },
      root: "/src/mine",
      tools: ["read", "run"],
      ...given,
    }).map(({ name, ...rest }) => [name, rest]),
  );

const repository = (agents: unknown, tutti: unknown = {}) => ({
  agents: valueOf(parseAgentsFile(agents)),
  tutti: valueOf(parseTuttiFile(tutti)),
});
const person = (value: unknown) => ({
  userDefaults: valueOf(parseUserDefaults(value)),
  userConfig: valueOf(parseUserConfig(value)),
});

describe("effective settings", () => {
  it("CFG16 without any file every value is the default, and no name stands twice", () => {
    const settings = shown();
    expect(
      [...settings.values()].every(({ origin, refused }) => origin.from === "default" && refused === undefined),
    ).toBe(true);
    expect(settings.get("limits.turn_seconds")?.value).toBe(600);
    const names = effectiveSettings({
      projectConfig: repository({ archetypes: { a: {}, b: {} } }),
      ...person({
        rules: [
          { gate: "call", decision: "ask" },
          { gate: "call", decision: "ask" },
        ],
      }),
      flags: { attended: true, budgets: { run: { turns: 1 } }, lanes: 2 },
      root: "/",
      tools: [],
    }).map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it("CFG16 each value names who decided: the flag, the person, the repository where it is tighter", () => {
    const settings = shown({
      projectConfig: repository(
        { archetypes: { worker: { models: "repo/a", tools: ["read"] } } },
        { lanes: { run: 2 }, limits: { turns: 9, attempts: 2 }, budgets: { ticket: { usd: 1 } } },
      ),
      ...person({ limits: { turns: 50 }, budgets: { run: { usd: 5 } }, tiers: { 4: { models: "mine/x" } } }),
      flags: { attended: true, mode: "linear", limits: { attempts: 7 }, budgets: { run: { costMicros: 2_000_000 } } },
    });
    const from = (name: string) => [settings.get(name)?.value, settings.get(name)?.origin];
    expect(from("mode")).toEqual(["linear", { from: "flag" }]);
    expect(from("lanes.run")).toEqual([2, { from: "tutti.toml", path: ["lanes", "run"] }]);
    expect(from("limits.turns")).toEqual([9, { from: "tutti.toml", path: ["limits", "turns"] }]);
    expect(from("limits.attempts")).toEqual([7, { from: "flag" }]);
    expect(from("budgets.run.usd")).toEqual([2, { from: "flag" }]);
    expect(from("budgets.ticket.usd")).toEqual([1, { from: "tutti.toml", path: ["budgets", "ticket", "usd"] }]);
    expect(from("tiers.4.models")).toEqual([["mine/x"], { from: "config.toml", path: ["tiers", "4", "models"] }]);
    expect(from("archetypes.worker.models")).toEqual([
      ["repo/a"],
      { from: "agents.toml", path: ["archetypes", "worker", "models"] },
    ]);
    expect(from("archetypes.worker.tools")[0]).toEqual(["read"]);
  });

  it("CFG16 what was asked for and refused stands beside what counts", () => {
    const settings = shown({
      projectConfig: repository(
        { archetypes: { worker: { trust: "auto", review: true } } },
        { lanes: { run: 16 }, planning: { replan: true } },
      ),
      ...person({ planning: { review: false, replan: false } }),
    });
    const refused = [...settings].flatMap(([name, each]) =>
      each.refused === undefined ? [] : [[name, each.value, each.refused.asked, each.refused.origin.from]],
    );
    expect(refused).toEqual([
      ["lanes.run", 4, 16, "tutti.toml"],
      ["planning.replan", false, true, "tutti.toml"],
      ["archetypes.worker.trust", "ask", "auto", "agents.toml"],
      ["archetypes.worker.review", false, true, "agents.toml"],
    ]);
  });

  it("CFG16 a key is shown as its reference", () => {
    const own = person({
      providers: { openai: { key: "vault:secret/a#b" } },
      vault: { token: "env:T" },
      models: { "a/b": { input: 3, output: 15 } },
    });
    const settings = shown(own);
    expect(settings.get("providers.openai.key")?.value).toBe("vault:secret/a#b");
    expect(settings.get("vault.token")?.value).toBe("env:T");
    expect(settings.get('models."a/b".cache_write')?.value).toBe(3);
  });
});
