// A goal whose plan is deliberated, with the real program: two plans, one agreement, tickets that are merged.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Recorded } from "../../src/domain/event.ts";
import { normalised } from "../support/normalise.ts";
import { killLeftovers, parseLines, parseRun, startTutti, tutti, type JsonRecord } from "./support/cli.ts";
import { finish, makeProject, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

const track = (id: string) => ({
  id,
  title: `Track ${id}`,
  brief: `Build ${id}.`,
  dependsOn: [],
  modules: ["src"],
  severity: "low",
  persona: "tech lead",
});
const ticket = (id: string, of: string, dependsOn: readonly string[] = []) => ({
  id,
  description: `Make ${id}.`,
  track: of,
  dependsOn,
});

const layers = {
  tracks: [track("core"), track("shop")],
  tickets: [ticket("types", "core"), ticket("cart", "shop", ["types"])],
};
const slices = { tracks: [track("all")], tickets: [ticket("types", "all"), ticket("cart", "all")] };

type Fields = Readonly<Record<string, unknown>>;
const says = (fields: Fields) => ({ answer: { status: "working", progress: 0.5, confidence: 0.6, ...fields } });
const proposes = (key: string, plan: object) =>
  says({ entries: [{ section: "solutions", key, base: 0, text: `By ${key}.`, plan }] });
const accepts = (key: string) => ({ key, version: 1, stance: "accept", reasoning: "It holds." });
const done = says({ status: "done", progress: 1 });
const made = (path: string) => [{ turns: [turn(write(path, `${path}\n`)), turn(finish())] }];
const tickets = { types: made("out/types.txt"), cart: made("out/cart.txt") };

const agreed = {
  tickets,
  consults: {
    "deliberate:ALPHA": [
      proposes("layers", layers),
      says({
        entries: [{ section: "synthesis", key: "plan", base: 0, text: "Layers, as BETA wants it.", plan: layers }],
        votes: [accepts("plan")],
      }),
      done,
    ],
    "deliberate:BETA": [
      proposes("slices", slices),
      says({
        objections: [{ section: "solutions", key: "layers", version: 1, severity: "minor", text: "Two tracks?" }],
      }),
      says({ status: "done", votes: [accepts("plan")] }),
    ],
  },
};

const apart = (mediator: object) => ({
  tickets,
  consults: {
    "deliberate:ALPHA": [proposes("layers", layers), done],
    "deliberate:BETA": [
      proposes("slices", slices),
      done,
      says({ status: "done", votes: [{ ...accepts("middle"), stance: "reject", reasoning: "Too small." }] }),
    ],
    "mediate:GAMMA": [mediator, done],
    tracks: [{ answer: { tracks: [track("own")] } }],
    "tickets:own": [{ answer: { tickets: [{ id: "types", description: "Make types." }] } }],
  },
});

const withScenario = (scenario: object, ...words: readonly string[]) => [
  ...words,
  "--repo",
  project.repo,
  "--scenario",
  project.write("scenario.json", scenario),
  "--model",
  "scripted/one",
  "--no-sandbox",
];

const typed = (records: readonly JsonRecord[], type: string) =>
  records.filter(({ event }) => event.type === type).map(({ event }) => event);

describe("a plan that is deliberated", () => {
  it("PDEL1 two plans, one agreement, and its tickets are built and merged", async () => {
    const goal = withScenario(agreed, "run", "Make a cart", "--deliberate", "--trust", "auto", "--json");
    const run = await tutti(goal, project);
    expect(run.stderr).not.toContain("error");
    expect(run.code).toBe(0);
    const { records, final } = parseRun(run.stdout);
    expect(typed(records, "deliberation.opened")).toMatchObject([{ purpose: "plan" }]);
    expect(typed(records, "plan.tracked")).toMatchObject([{ deliberated: { key: "plan", version: 1 } }]);
    expect(typed(records, "consult.started").map(({ purpose }) => purpose)).not.toContain("tracks");
    expect(final).toMatchObject({ outcome: "completed", tickets: { completed: 2 } });
    expect((await tutti(["land", "--repo", project.repo], project)).code).toBe(0);
    expect(readFileSync(join(project.repo, "out/cart.txt"), "utf8")).toBe("out/cart.txt\n");
  });

  it("PDEL1 a setting of the repository is enough, and --no-deliberate takes it back", async () => {
    project.write("repo/tutti.toml", "[deliberation]\nplanning = true\n");
    project.git("add", "--all");
    project.git("commit", "--quiet", "--message", "settings");
    const plan = await tutti(withScenario(agreed, "plan", "Make a cart", "--json"), project);
    expect(JSON.parse(plan.stdout)).toMatchObject({
      outcome: "planned",
      deliberated: [
        "Deliberated: ALPHA and BETA proposed plans.",
        "ALPHA and BETA agree on this plan: synthesis/plan version 1, written by ALPHA.",
      ],
      edges: [{ from: "types", to: "cart" }],
    });
    const plain = await tutti(withScenario(apart(done), "plan", "Make a cart", "--no-deliberate", "--json"), project);
    expect(JSON.parse(plain.stdout)).not.toHaveProperty("deliberated");
  });

  it("PDEL2 a plan with a cycle goes back to its author, who mends it", async () => {
    const ring = { ...slices, tickets: [ticket("types", "all", ["cart"]), ticket("cart", "all", ["types"])] };
    const consults = {
      ...agreed.consults,
      "deliberate:BETA#1": [proposes("slices", ring), proposes("slices", slices)],
    };
    const run = await tutti(
      withScenario({ tickets, consults }, "run", "Make a cart", "--deliberate", "--trust", "auto", "--json"),
      project,
    );
    expect(run.code).toBe(0);
    const { records } = parseRun(run.stdout);
    expect(JSON.stringify(typed(records, "consult.returned"))).toContain("types -> cart -> types");
    expect(typed(records, "run.ended")).toMatchObject([{ outcome: "completed" }]);
  });

  it("PDEL3 PDEL6 without an agreement the mediator's plan waits at the gate with the dissent, and is signed from another terminal", async () => {
    // Of the workers; the plan is the person's all the same.
    project.write("home/config/config.toml", '[defaults]\ntrust = "auto"\n');
    const mediates = says({
      status: "done",
      entries: [{ section: "synthesis", key: "middle", base: 0, text: "Slices.", plan: slices }],
    });
    const goal = withScenario(apart(mediates), "run", "Make a cart", "--deliberate", "--attended", "--plain");
    const conducting = startTutti(goal, project);
    const at = ["--repo", project.repo];
    await expect
      .poll(async () => (await tutti(["approvals", ...at, "--json"], project)).stdout, { timeout: 20_000 })
      .toContain('"plan"');
    const { stdout } = await tutti(["approvals", ...at, "--json"], project);
    const { approvals } = JSON.parse(stdout) as { approvals: { id: string; detail: { preview: string } }[] };
    const [open] = approvals;
    expect(open?.detail.preview).toContain("They did not agree (deadlock");
    expect(open?.detail.preview).toContain('BETA does not stand for it: "Too small."');
    expect(open?.detail.preview).toContain("1 track, 2 tickets");
    expect((await tutti(["approve", open?.id ?? "", ...at], project)).code).toBe(0);
    const ended = await conducting.done;
    expect(ended.code).toBe(0);
    expect(existsSync(join(project.repo, "out"))).toBe(false);
  });

  it("PDEL4 where no plan is left tiers 1 and 2 make one, with the proposals before them, and it is said", async () => {
    const plan = await tutti(withScenario(apart(done), "plan", "Make a cart", "--deliberate", "--out", "-"), project);
    expect(plan.code).toBe(0);
    expect(JSON.parse(plan.stdout)).toMatchObject({ tickets: [{ id: "types", track: "own" }] });
    const log = await tutti(["log", "--repo", project.repo, "--json"], project);
    expect(log.stdout).toContain("Others were asked for a plan before you and did not agree on one.");
    expect(log.stdout).toContain("plan proposed by BETA");
  });

  it("PDEL5 REC1 its recording is played again to the same log, the answer that went back among it", async () => {
    const ring = { ...slices, tickets: [ticket("types", "all", ["cart"]), ticket("cart", "all", ["types"])] };
    const consults = {
      ...agreed.consults,
      "deliberate:BETA#1": [proposes("slices", ring), proposes("slices", slices)],
    };
    const goal = ["run", "Make a cart", "--deliberate", "--trust", "auto", "--mode", "linear", "--json"];
    const run = await tutti(withScenario({ tickets, consults }, ...goal), project);
    const recording = join(project.folder, "recording.json");
    const call = (...args: string[]) => tutti([...args, "--repo", project.repo], project);
    const first = String(parseRun(run.stdout).final["run"]);
    expect((await call("export", first, "--out", recording)).code).toBe(0);
    const replayed = await call("replay", recording, "--no-sandbox", "--json");
    expect(replayed.code).toBe(0);
    const again = String(parseRun(replayed.stdout).final["run"]);
    const same = { [project.folder]: "FOLDER", '"root":"FOLDER/repo"': '"root":""' };
    const logOf = async (id: string): Promise<readonly string[]> =>
      normalised(parseLines((await call("log", id, "--json")).stdout) as readonly Recorded[], same)
        // A part of the score is the time that was left.
        .filter((line) => !line.includes("deliberation.measured"));
    const was = await logOf(first);
    expect(was.some((line) => line.includes("consult.returned"))).toBe(true);
    expect(await logOf(again)).toEqual(was);
  });

  it("PDEL7 tickets are a plan already", async () => {
    const file = project.write("tickets.json", [{ id: "types", description: "Make types." }]);
    const run = await tutti(withScenario(agreed, "run", file, "--deliberate", "--trust", "auto"), project);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain("the tickets are the plan already");
    expect(run.stderr).toContain("Leave --deliberate away");
  });
});
