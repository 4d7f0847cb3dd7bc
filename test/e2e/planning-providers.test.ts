// A goal to a merged branch over three providers' own wire formats, and what a model that answers badly comes to.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFakeProvider, type Behaviour, type FakeProvider, type Format } from "../fake-provider/fake-provider.ts";
import { killLeftovers, parseRun, tutti } from "./support/cli.ts";
import { makeProject, type Project } from "./support/project.ts";

let project: Project;
let provider: FakeProvider;
beforeEach(async () => {
  project = makeProject();
  provider = await startFakeProvider();
});
afterEach(async () => {
  killLeftovers();
  project.remove();
  await provider.close();
});

const models = {
  anthropic: ["anthropic", "anthropic/claude-sonnet-4-5"],
  openai: ["openai", "openai/gpt-5"],
  gemini: ["google", "google/gemini-2.5-pro"],
} as const satisfies Partial<Record<Format, readonly [string, string]>>;
type Planned = keyof typeof models;

const run = (format: Planned, ...more: string[]) => {
  const [name, model] = models[format];
  const key = project.write("key", "sk-test-0123456789\n");
  project.write(
    "home/config/config.toml",
    `[providers.${name}]\nbaseUrl = "${provider.baseUrl(format)}"\nkey = "file:${key}"\n`,
  );
  const how = ["--repo", project.repo, "--model", model, "--trust", "auto", "--mode", "linear", "--no-sandbox"];
  return tutti(["run", "Make a cart with a total", ...how, "--json", ...more], project);
};

const says = (value: unknown): Behaviour => ({
  reply: { text: typeof value === "string" ? value : JSON.stringify(value), step: 400 },
});
const calls = (name: string, args: unknown): Behaviour => ({
  reply: { calls: [{ id: `call_${name}`, name, args: JSON.stringify(args) }], signature: "c2ln", step: 400 },
});
const track = (id: string, dependsOn: readonly string[] = []) => ({
  id,
  title: id,
  brief: `Build ${id}.`,
  dependsOn,
  modules: ["src"],
  severity: "low",
  persona: "lead",
});
const worker = (path: string): Behaviour[] => [
  calls("write", { path, content: "made\n" }),
  calls("finish", { outcome: "completed", summary: "done" }),
];

describe.each(Object.keys(models) as Planned[])("over %s", (format) => {
  it("EPIC1 A-156 MOD30 a goal is planned in the given shapes, built by workers and merged", async () => {
    provider.will(
      says({ tracks: [track("core"), track("shop", ["core"])] }),
      says({ tickets: [{ id: "core-a", description: "Make the core.", touches: ["out/**"] }] }),
      says("```json\n{broken"),
      says({ tickets: [{ id: "shop-b", description: "Make the shop.", dependsOn: ["core-a"] }] }),
      ...worker("out/a.txt"),
      ...worker("out/b.txt"),
    );
    const done = await run(format);
    expect(done.stderr).not.toContain("error");
    const { records, final } = parseRun(done.stdout);
    expect(final).toMatchObject({ outcome: "completed", tickets: { completed: 2 }, merged: 2 });
    expect(project.git("show", `${String(final["branch"])}:out/b.txt`)).toBe("made");
    expect(records.filter(({ event }) => event.type === "consult.returned")).toHaveLength(1);
    const bodies = provider.received.map(({ body }) => JSON.stringify(body));
    // The shape goes with every question of the planners and with no turn of a worker; a planner is offered no tool of ours.
    for (const body of bodies.slice(0, 4)) {
      expect(body).toMatch(/json_schema|application\/json/);
      expect(body).not.toContain('"finish"');
      expect(body).toContain("Make a cart with a total");
    }
    for (const body of bodies.slice(4)) expect(body).not.toMatch(/json_schema|application\/json/);
    expect(bodies[3]).toContain("Your answer cannot be used");
  });

  it.each<readonly [string, Behaviour, string]>([
    ["a call of a tool", calls("list", { path: "." }), "You called a tool"],
    ["prose", says("Certainly! Here is the plan."), "not JSON"],
    ["half a JSON", says('{"tracks": [{"id": "core"'), "JSON"],
    ["nothing", says(""), "empty"],
  ])(
    "EPIC4 EPIC5 A-153 a planner that answers every time with %s is asked three times and no more",
    async (_, bad, why) => {
      provider.will(bad, bad, bad, says("never asked for"));
      const done = await run(format);
      expect(done.code).toBe(2);
      const { records, final } = parseRun(done.stdout);
      expect(provider.received).toHaveLength(3);
      expect(final).toMatchObject({ outcome: "blocked", reason: expect.stringContaining(why) });
      // What was paid for is kept.
      const replied = records.filter(({ event }) => event.type === "consult.replied");
      expect(replied).toHaveLength(3);
      for (const { event } of replied) expect(event["usage"]).toMatchObject({ output: expect.any(Number) });
    },
  );
});

describe("a plan that is too large", () => {
  it("EPIC4 EPIC5 3,000 tickets go back twice, then the run stops and keeps the tracks", async () => {
    const tickets = Array.from({ length: 3_000 }, (_, n) => ({ id: `core-${n}`, description: "Do." }));
    const large: Behaviour = { reply: { text: JSON.stringify({ tickets }), step: 20_000 } };
    provider.will(says({ tracks: [track("core")] }), large, large, large);
    const done = await run("anthropic");
    const { records, final } = parseRun(done.stdout);
    expect(done.code).toBe(2);
    expect(final["reason"]).toContain("the most is 500");
    expect(records.map(({ event }) => event.type)).toContain("plan.tracked");
    expect(provider.received).toHaveLength(4);
  });
});
