// The files shown in the guide's pages on settings and tickets are whole and accepted, and hold every setting there is.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadSettings } from "../../src/adapters/settings-files.ts";
import { readPlan } from "../../src/core/plan-rules.ts";
import { makeRunConfig } from "../../src/core/settings.ts";
import { capFields, limitFields } from "../../src/domain/settings-fields.ts";

const guide = join(import.meta.dirname, "..", "..", "docs", "guide");
const folder = mkdtempSync(join(tmpdir(), "tutti-settings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The block that is labelled with the file's name. */
function blockOf(page: string, file: string): string {
  const [, text] =
    new RegExp(`^\`\`\`\\w+ ${file.replace(".", "\\.")}\\n(.*?)^\`\`\``, "ms").exec(
      readFileSync(join(guide, page), "utf8"),
    ) ?? [];
  if (text === undefined) expect.fail(`${page} shows no ${file}`);
  return text;
}

for (const file of ["agents.toml", "tutti.toml", "config.toml"])
  writeFileSync(join(folder, file), blockOf("settings.md", file));
const plan = readPlan(blockOf("tickets.md", "tickets.json"));

describe("the guide's files", () => {
  it("CFG1 agents.toml and tutti.toml hold every setting", async () => {
    const { agents, tutti } = (await loadSettings({ root: folder })).projectConfig;
    const [worker, writer] = agents.archetypes;
    expect(Object.values(worker ?? {}).every((value) => value !== undefined)).toBe(true);
    expect(writer?.prompt).toContain("documentation");
    expect(agents.fallback[3]).toHaveLength(2);
    expect(Object.keys(tutti.limits).toSorted()).toEqual(
      Object.values(limitFields)
        .map(({ field }) => field)
        .toSorted(),
    );
    expect(
      [
        tutti.verify,
        tutti.share,
        tutti.tiers[3],
        Object.keys(tutti.lanes.tiers),
        Object.keys(tutti.lanes.providers),
      ].every((list) => list?.length),
    ).toBe(true);
    expect(tutti.lanes.run).toBe(4);
    expect(tutti.planning).toEqual({ replan: true, review: false, diagnosis: true });
    expect(Object.keys(tutti.budgets).toSorted()).toEqual(["day", "run", "ticket", "tiers", "track"]);
    expect(Object.keys(tutti.budgets.run ?? {})).toHaveLength(Object.keys(capFields).length);
  });

  it("CFG5 config.toml holds every setting, and its providers are taken", async () => {
    const { userDefaults: defaults, userConfig } = await loadSettings({ config: folder });
    const isSaid = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : value !== undefined);
    expect(Object.entries(defaults).filter(([, value]) => !isSaid(value))).toEqual([]);
    expect(defaults.rules.map(({ name, decision }) => [name, decision])).toEqual([
      ["look at new files", "ask"],
      ["rule-2", "approve"],
    ]);
    expect(userConfig.providers["local"]).toEqual({
      kind: "openai-compatible",
      baseUrl: "http://127.0.0.1:8080/v1",
      key: "env:LOCAL_KEY",
    });
    expect(Object.keys(userConfig.vault ?? {})).toEqual(["address", "token", "namespace", "ca"]);
  });

  it("TF1 the ticket file is taken whole, and makes a run with the three files beside it", async () => {
    if (!plan.ok) expect.fail(JSON.stringify(plan.problems));
    expect(plan.plan.tickets.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ["parser", []],
      ["readme", ["parser"]],
    ]);
    const made = makeRunConfig({
      plan: plan.plan,
      planFromRepository: false,
      ...(await loadSettings({ root: folder, config: folder })),
      flags: { attended: true },
      project: { root: folder, branch: "main", base: "0".repeat(40) },
      prompts: [{ name: "worker", version: "1", hash: "", text: "work" }],
      tools: ["read", "list", "search", "edit", "write", "run"],
      digest: () => "",
    });
    expect(made).toMatchObject({
      ok: true,
      config: { lanes: { run: 4 }, limits: { commandMs: 600_000, attempts: 3 } },
    });
  });
});
