// A run that began with a goal and met a bound, an edited plan, a red check, a review and a new plan: played again from
// its recording it leaves the same log.

import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Recorded } from "../../src/domain/event.ts";
import { normalised } from "../support/normalise.ts";
import { killLeftovers, parseLines, parseRun, startTutti, tutti, type Done } from "./support/cli.ts";
import { finish, makeProject, ticket, turn, write, type Project } from "./support/project.ts";

const settings = `[budgets.run]
tokens = 300

[planning]
replan = true

[tiers.2]
models = ["scripted/lead"]

[tiers.4]
models = ["scripted/cheap"]

[limits]
attempts = 1
`;
const files = {
  "README.md": "# Start\n",
  "check.sh": "grep -q right answer.txt\n",
  "tutti.toml": settings,
  "agents.toml": "[archetypes.careful]\nreview = true\n",
};

let project: Project;
beforeEach(() => {
  project = makeProject(files);
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

const call = (...args: string[]): Promise<Done> => tutti([...args, "--repo", project.repo], project);
const said = (value: unknown) => ({ text: typeof value === "string" ? value : JSON.stringify(value) });
const logOf = async (id: string): Promise<readonly Recorded[]> =>
  parseLines((await call("log", id, "--json")).stdout) as readonly Recorded[];

const track = {
  id: "core",
  title: "Core",
  brief: "Build it.",
  dependsOn: [],
  modules: ["src"],
  severity: "low",
  persona: "tech lead",
};

const scenario = {
  tickets: {
    A: [
      {
        turns: [
          turn(write("answer.txt", "wrong\n")),
          turn(finish()),
          turn(write("answer.txt", "right\n")),
          turn(finish()),
          turn(finish("named as asked")),
        ],
      },
    ],
    B: [{ turns: [turn({ tool: "finish", args: { outcome: "blocked", summary: "it is two things" } })] }],
    B1: [{ turns: [turn(write("b1.txt", "b1\n")), turn(finish())] }],
    B2: [{ turns: [turn(write("b2.txt", "b2\n")), turn(finish())] }],
  },
  consults: {
    tracks: [said("Certainly!"), said({ tracks: [track] })],
    "tickets:core": [said({ tickets: [{ id: "draft", description: "All of it." }] })],
    "diagnosis:A": [said({ hint: "write right instead of wrong" })],
    "review:A": [
      said({
        verdict: "send_back",
        findings: [{ name: "say-why", severity: "medium", file: "answer.txt", what: "It says nothing of why." }],
      }),
    ],
    "review:A#1/5": [said({ verdict: "approve", findings: [] })],
    "replan:B": [
      said({
        reason: "B is two things",
        split: [{ ticket: "B", into: [ticket("B1"), ticket("B2", { dependsOn: ["B1"] })] }],
      }),
    ],
  },
};

const mine = {
  tickets: [
    ticket("A", { archetype: "careful", trust: "auto", verify: ["sh check.sh"] }),
    ticket("B", { dependsOn: ["A"], trust: "auto" }),
  ],
};

describe("a recording of a run that began with a goal", () => {
  it("REC1 REC2 REC3 answers at budget and plan, a hint, a review and a patch are played again in their order", async () => {
    const models = ["--model", "scripted/one", "--planner", "scripted/dear", "--no-sandbox", "--mode", "linear"];
    const played = ["--scenario", project.write("scenario.json", scenario)];
    const started = startTutti(
      ["run", "Make an answer", "--repo", project.repo, ...models, ...played, "--attended", "--json"],
      project,
    );
    const asked = async (gate: string, more = ""): Promise<string> => {
      const [, id = ""] = await started.seen(
        new RegExp(`"type":"approval.requested","approval":"(A\\d+)","gate":"${gate}"[^\\n]*${more}`),
      );
      return id;
    };
    expect((await call("edit", await asked("budget"), "--text", "run tokens 50000000")).code).toBe(0);
    expect((await call("edit", await asked("plan"), "--file", project.write("mine.json", mine))).code).toBe(0);
    const patch = await asked("plan", '"tool":"replan"');
    // What comes of the patch has the run's trust.
    expect((await call("approve", patch)).code).toBe(0);
    for (let answered = 0; answered < 2; answered += 1) {
      const seen = new RegExp(`"type":"approval.requested","ticket":"B${answered + 1}"[^\\n]*"approval":"(A\\d+)"`);
      const [, id = ""] = await started.seen(seen);
      expect((await call("approve", id)).code).toBe(0);
    }
    const done = await started.done;
    const { final } = parseRun(done.stdout);
    expect([done.code, final["outcome"], final["dropped"]]).toEqual([0, "completed", 1]);
    const first = String(final["run"]);

    const recording = join(project.folder, "recording.json");
    expect((await call("export", first, "--out", recording)).code).toBe(0);
    const replayed = await call("replay", recording, "--no-sandbox", "--json");
    expect([replayed.code, replayed.stderr]).toEqual([0, expect.stringMatching(/^(?:Page: \S+\n)?$/)]);
    const again = String(parseRun(replayed.stdout).final["run"]);
    const same = { [project.folder]: "FOLDER", '"root":"FOLDER/repo"': '"root":""' };
    const was = await logOf(first);
    expect(normalised(await logOf(again), same)).toEqual(normalised(was, same));
    const types = new Set(was.map(({ event }) => event.type));
    for (const type of ["budget.raised", "plan.cleared", "consult.returned", "review.closed", "plan.patched"])
      expect(types).toContain(type);
    expect(
      was.filter(({ event }) => event.type === "note.added").map(({ event }) => "kind" in event && event.kind),
    ).toEqual(expect.arrayContaining(["diagnosis", "review"]));
  });
});
