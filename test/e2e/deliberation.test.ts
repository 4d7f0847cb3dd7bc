// Deliberations with the real program: agents over providers' own wire formats, patches that are tried, tickets that are
// deliberated before they are worked on.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFakeProvider, type Behaviour, type FakeProvider } from "../fake-provider/fake-provider.ts";
import { killLeftovers, parseLines, parseRun, tutti, type JsonRecord } from "./support/cli.ts";
import { makeProject, type Project } from "./support/project.ts";

let project: Project;
let provider: FakeProvider;
beforeEach(async () => {
  project = makeProject({ "greeting.txt": "hello\n", "tutti.toml": 'verify = ["grep -q world greeting.txt"]\n' });
  provider = await startFakeProvider();
});
afterEach(async () => {
  killLeftovers();
  project.remove();
  await provider.close();
});

const cycle = (fields: object): object => ({ status: "working", progress: 0.5, confidence: 0.5, ...fields });
const says = (fields: object): Behaviour => ({ reply: { text: JSON.stringify(cycle(fields)), step: 400 } });
const entry = (key: string, base: number, more: object = {}) => ({
  section: "synthesis",
  key,
  base,
  text: `${key} ${base}`,
  ...more,
});
const vote = (key: string, version: number) => ({ key, version, stance: "accept", reasoning: "it holds" });
const patchTo = (word: string): string =>
  `--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1 +1 @@\n-hello\n+hello ${word}\n`;

const eventsOf = async (run: string): Promise<readonly JsonRecord[]> =>
  parseLines((await tutti(["log", run, "--repo", project.repo, "--json"], project)).stdout) as readonly JsonRecord[];
const typed = (records: readonly JsonRecord[], type: string) =>
  records.filter(({ event }) => event.type === type).map(({ event }) => event);

/** Linear: the agents speak one after the other, so that the provider can answer in order. */
const deliberate = (...more: string[]) => {
  const key = project.write("key", "sk-test-0123456789\n");
  project.write(
    "home/config/config.toml",
    `[defaults]\nmode = "linear"\n\n[providers.anthropic]\nbaseUrl = "${provider.baseUrl("anthropic")}"\nkey = "file:${key}"\n`,
  );
  const model = "anthropic/claude-sonnet-4-5";
  return tutti(
    [
      "deliberate",
      "Greet the world in greeting.txt",
      "--repo",
      project.repo,
      "--model",
      model,
      "--recover",
      "none",
      ...more,
    ],
    project,
  );
};
const markerOf = (stdout: string): Record<string, unknown> => {
  const lines = stdout.split("\n").filter((line) => line.startsWith("ORCHESTRATION_RESULT:"));
  expect(lines).toHaveLength(1);
  return JSON.parse((lines[0] ?? "").slice("ORCHESTRATION_RESULT:".length)) as Record<string, unknown>;
};

describe("tutti deliberate over a provider's wire format", () => {
  it("CYC1 CYC2 MOD30 each cycle is one call with the shape of its answer, and agreement ends it", async () => {
    provider.will(
      says({ complexity: 0.2, entries: [{ section: "solutions", key: "a", base: 0, text: "Append a word." }] }),
      says({ messages: [{ to: "ALPHA", kind: "inform", text: "Write it down." }] }),
      says({ entries: [entry("plan", 0)], votes: [vote("plan", 1)] }),
      says({ status: "done", votes: [vote("plan", 1)] }),
    );
    const done = await deliberate();
    expect(done.code).toBe(0);
    expect(markerOf(done.stdout)).toMatchObject({ consensus: true });
    const bodies = provider.received.map(({ body }) => JSON.stringify(body));
    expect(bodies).toHaveLength(4);
    for (const body of bodies) {
      expect(body).toContain("Greet the world in greeting.txt");
      expect(body).toContain("waitingFor");
    }
    // BETA was shown what ALPHA wrote in the round before, as data.
    expect(bodies[3]).toContain("plan 0");
    expect(bodies[1]).not.toContain("plan 0");
  });

  it("EVD1 EVD4 a red patch is no agreement; the mended one is tried on the repository and taken", async () => {
    provider.will(
      says({ status: "done", entries: [entry("plan", 0, { patch: patchTo("there") })], votes: [vote("plan", 1)] }),
      says({ status: "done", votes: [vote("plan", 1)] }),
      // BETA's vote is news to ALPHA; then nothing is, until the patch has come out red.
      says({ status: "done" }),
      says({ entries: [entry("plan", 1, { patch: patchTo("world") })], votes: [vote("plan", 2)] }),
      ...Array.from({ length: 6 }, () => says({ status: "done", votes: [vote("plan", 2)] })),
    );
    const done = await deliberate("--no-sandbox");
    expect(done.code).toBe(0);
    const [run] = readdirSync(join(project.folder, "home"), { recursive: true, encoding: "utf8" }).flatMap(
      (path) => /(run_[0-9a-z]+)$/.exec(path)?.[1] ?? [],
    );
    const records = await eventsOf(run ?? "");
    expect(typed(records, "deliberation.evidence_checked")).toMatchObject([{ result: "red" }, { result: "green" }]);
    expect(typed(records, "deliberation.ended")).toMatchObject([{ outcome: "consensus", agreed: { version: 2 } }]);
    expect(project.git("status", "--short")).toBe("");
  });
});

describe("a ticket that is deliberated before it is worked on", () => {
  it("DSTR5 is refused before the run begins where the seats have no model", async () => {
    const tickets = [{ id: "T1", description: "Greet the world.", strategy: "deliberate", models: ["scripted/one"] }];
    const scenario = project.write("scenario.json", { default: [{ turns: [] }] });
    const args = ["run", project.write("tickets.json", tickets), "--repo", project.repo, "--scenario", scenario];
    const done = await tutti([...args, "--no-sandbox"], project);
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/seat ALPHA.*no model/s);
  });

  it("DSTR1 its worker begins with the agreed text, and the result is merged", async () => {
    const tickets = [{ id: "T1", description: "Greet the world.", strategy: "deliberate" }];
    const scenario = {
      tickets: {
        T1: [
          {
            turns: [
              { calls: [{ tool: "write", args: { path: "greeting.txt", content: "hello world\n" } }] },
              { calls: [{ tool: "finish", args: { outcome: "completed", summary: "done" } }] },
            ],
          },
        ],
      },
      consults: {
        "deliberate:T1/ALPHA": [{ answer: cycle({ entries: [entry("plan", 0)], votes: [vote("plan", 1)] }) }],
        "deliberate:BETA": [{ answer: cycle({}) }, { answer: cycle({ status: "done", votes: [vote("plan", 1)] }) }],
      },
    };
    const args = ["run", project.write("tickets.json", tickets), "--repo", project.repo];
    const how = ["--scenario", project.write("scenario.json", scenario), "--model", "scripted/one", "--trust", "auto"];
    const done = await tutti([...args, ...how, "--no-sandbox", "--json"], project);
    const { records, final } = parseRun(done.stdout);
    expect(final).toMatchObject({ outcome: "completed", merged: 1 });
    expect(typed(records, "deliberation.opened")).toMatchObject([{ purpose: "ticket", ticket: "T1" }]);
    const [prepared] = typed(records, "attempt.prepared");
    expect(String(prepared?.["prompt"])).toContain("ALPHA, BETA agreed on what follows");
    expect(String(prepared?.["prompt"])).toContain("plan 0");
  });
});

describe("a conflict that its worker did not resolve", () => {
  const writes = (content: string, delayMs: number) => ({
    turns: [
      { delayMs, calls: [{ tool: "write", args: { path: "greeting.txt", content } }] },
      { calls: [{ tool: "finish", args: { outcome: "completed", summary: "done" } }] },
    ],
  });

  it("DSTR4 both sides talk, and the third attempt begins with what they agreed on and is merged", async () => {
    project.write("repo/tutti.toml", "[deliberation]\nconflicts = true\n");
    project.git("commit", "--all", "--quiet", "--message", "settings");
    const tickets = [
      { id: "FIRST", description: "Greet the world." },
      { id: "SECOND", description: "Greet in French." },
      { id: "THIRD", description: "Greet the world twice.", dependsOn: ["FIRST"] },
    ];
    const scenario = {
      tickets: {
        FIRST: [writes("hello world\n", 0)],
        // Each of its first two attempts begins before something else is merged, and ends after it.
        SECOND: [
          writes("bonjour\n", 2_500),
          writes("bonjour monde\n", 7_000),
          writes("hello hello world, bonjour\n", 0),
        ],
        THIRD: [writes("hello hello world\n", 4_000)],
      },
      consults: {
        "deliberate:SECOND/ALPHA": [{ answer: cycle({ entries: [entry("text", 0)], votes: [vote("text", 1)] }) }],
        "deliberate:SECOND/BETA": [
          { answer: cycle({}) },
          { answer: cycle({ status: "done", votes: [vote("text", 1)] }) },
        ],
      },
    };
    const args = ["run", project.write("tickets.json", tickets), "--repo", project.repo];
    const how = ["--scenario", project.write("scenario.json", scenario), "--model", "scripted/one", "--trust", "auto"];
    const done = await tutti([...args, ...how, "--no-sandbox", "--json"], project);
    const { records, final } = parseRun(done.stdout);
    expect(final).toMatchObject({ outcome: "completed", merged: 3 });
    const opened = typed(records, "deliberation.opened");
    expect(opened).toMatchObject([{ purpose: "conflict", ticket: "SECOND" }]);
    const prompts = typed(records, "attempt.prepared").filter(({ ticket }) => ticket === "SECOND");
    expect(prompts.map(({ prompt }) => String(prompt).includes("ALPHA, BETA agreed on what follows"))).toEqual([
      false,
      false,
      true,
    ]);
    expect(project.git("show", `${String(final["branch"])}:greeting.txt`)).toBe("hello hello world, bonjour");
  });
});
