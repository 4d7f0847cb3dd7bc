// The published JSON Schemas of the settings files are up to date and judge as the parser does.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { makeSettingsSchemas } from "../../scripts/settings-schemas.ts";
import { parseAgentsFile, parseTuttiFile } from "../../src/domain/project-config.ts";
import { parseUserConfig } from "../../src/domain/user-config.ts";
import { parseUserDefaults } from "../../src/domain/user-defaults.ts";

const top = join(import.meta.dirname, "../..");
const read = (name: string): string => readFileSync(join(top, "schemas", name), "utf8");
const accepts = (name: string) => new Ajv2020({ strict: false }).compile(JSON.parse(read(name)) as object);

const files = {
  agents: { isTaken: (value: unknown) => parseAgentsFile(value).ok, isValid: accepts("agents.schema.json") },
  tutti: { isTaken: (value: unknown) => parseTuttiFile(value).ok, isValid: accepts("tutti.schema.json") },
  config: {
    isTaken: (value: unknown) => parseUserDefaults(value).ok && parseUserConfig(value).ok,
    isValid: accepts("config.schema.json"),
  },
};

describe("the schemas of the settings files", () => {
  it("HOUSE4 are what `npm run schemas` writes", () => {
    for (const [name, schema] of Object.entries(makeSettingsSchemas()))
      expect(read(name)).toBe(`${JSON.stringify(schema, undefined, 2)}\n`);
  });

  const guide = readFileSync(join(top, "docs/guide/settings.md"), "utf8");
  it.each(["agents", "tutti", "config"] as const)("HOUSE4 accept the guide's %s.toml", (name) => {
    const block = new RegExp(`^\`\`\`toml ${name}\\.toml\\n(.*?)^\`\`\``, "ms").exec(guide)?.[1] ?? "";
    const value = parse(block);
    expect([files[name].isValid(value), files[name].isTaken(value)]).toEqual([true, true]);
  });

  it.each([
    ["agents", { archetypes: { worker: { models: "a/b", trust_level: "auto" } }, default_cheap: "a/b" }],
    ["tutti", { verify: "npm test", tiers: { 3: { models: "a/b" } } }],
    ["tutti", { verify: [["npm", "test"]], budgets: { tiers: { 4: { usd: 0 } } } }],
    ["config", { defaults: { models: "a/b" }, allow: { models: [] }, models: { "a/b": { window: 9 } } }],
    ["config", {}],
  ] as const)("HOUSE4 accept what the parser of %s.toml accepts: %j", (name, value) => {
    expect([files[name].isValid(value), files[name].isTaken(value)]).toEqual([true, true]);
  });

  it.each([
    ["agents", { archetypes: { worker: { tier: 5 } } }],
    ["agents", { archetypes: { worker: { models: [] } } }],
    ["agents", { archetype: {} }],
    ["tutti", { verify: 7 }],
    ["tutti", { limits: { turns: 1.5 } }],
    ["tutti", { budgets: { run: { usd: -1 } } }],
    ["tutti", { providers: {} }],
    ["config", { rules: [{ gate: "door", decision: "ask" }] }],
    ["config", { providers: { "A B": {} } }],
    ["config", { providers: { a: { kind: "x" } } }],
    ["config", { vault: { token: "hvs.x" } }],
    ["config", { notify: { secret: "env:A" } }],
    ["tutti", { notify: { webhook: "https://a.example" } }],
    ["config", { models: { claude: {} } }],
    ["config", { default: {} }],
  ] as const)("HOUSE4 refuse what the parser of %s.toml refuses: %j", (name, value) => {
    expect([files[name].isValid(value), files[name].isTaken(value)]).toEqual([false, false]);
  });
});
