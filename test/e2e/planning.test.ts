// A goal, planned by tiers 1 and 2 and conducted to its end by the real command; only the models are scripted.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { killLeftovers, parseRun, startTutti, tutti } from "./support/cli.ts";
import { finish, makeProject, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

const track = (id: string, dependsOn: readonly string[] = []) => ({
  id,
  title: `Track ${id}`,
  brief: `Build ${id}.`,
  dependsOn,
  modules: ["src"],
  severity: "low",
  persona: "tech lead",
});

const said = (value: unknown) => ({ text: typeof value === "string" ? value : JSON.stringify(value) });
const made = (path: string) => [{ turns: [turn(write(path, `${path}\n`)), turn(finish())] }];

/** Two tracks, the second on the first; tier 2 answers in prose before it answers in JSON. */
const shop = {
  tickets: { "core-types": made("out/types.txt"), "shop-cart": made("out/cart.txt") },
  consults: {
    tracks: [said({ tracks: [track("core"), track("shop", ["core"])] })],
    "tickets:core": [said("Certainly!"), said({ tickets: [{ id: "core-types", description: "Make the types." }] })],
    "tickets:shop": [
      said({ tickets: [{ id: "shop-cart", description: "Make the cart.", dependsOn: ["core-types"] }] }),
    ],
  },
};

const begin = (words: readonly string[], ...more: string[]) => {
  const scenario = project.write("scenario.json", shop);
  const models = ["--model", "scripted/one", "--planner", "scripted/dear", "--no-sandbox"];
  return ["run", ...words, "--repo", project.repo, "--scenario", scenario, ...models, ...more];
};

describe("a goal", () => {
  it.each(["カートを作る", "أنشئ عربة التسوق", "Make a cart 🛒"])(
    "EPIC1 EPIC8 %s is planned, built and merged",
    async (epic) => {
      const done = await tutti(begin([epic], "--trust", "auto", "--json"), project);
      expect(done.stderr).not.toContain("error");
      expect(done.code).toBe(0);
      const { records, final } = parseRun(done.stdout);
      const consults = records.filter(({ event }) => event.type === "consult.started").map(({ event }) => event);
      expect(consults.map(({ purpose, tier, model }) => [purpose, tier, model])).toEqual([
        ["tracks", 1, "scripted/dear"],
        ["tickets", 2, "scripted/one"],
        ["tickets", 2, "scripted/one"],
      ]);
      expect(final).toMatchObject({ outcome: "completed", tickets: { completed: 2 }, merged: 2 });
      expect(project.git("show", `${String(final["branch"])}:out/cart.txt`)).toBe("out/cart.txt");
      const asked = records.find(({ event }) => event.type === "consult.replied")?.event["input"];
      expect(asked).toContain(epic);
    },
  );

  it("EPIC7 RUN10 goes on after kill -9 in the middle of tier 2's answer: what was planned stays, the call is made again", async () => {
    const slow = { ...shop, consults: { ...shop.consults } };
    slow.consults["tickets:shop"] = slow.consults["tickets:shop"].map((answer) => ({ ...answer, delayMs: 3_000 }));
    const scenario = project.write("slow.json", slow);
    const models = ["--model", "scripted/one", "--planner", "scripted/dear", "--no-sandbox", "--trust", "auto"];
    const args = ["run", "Make a shop", "--repo", project.repo, "--scenario", scenario, ...models, "--json"];
    const started = startTutti(args, project);
    await started.seen(/"purpose":"tickets"[^\n]*"track":"shop"/);
    started.kill("SIGKILL");
    expect((await started.done).signal).toBe("SIGKILL");
    const resumed = await tutti(["resume", "--repo", project.repo, "--json"], project);
    const { records, final } = parseRun(resumed.stdout);
    expect([resumed.code, final["outcome"], final["merged"]]).toEqual([0, "completed", 2]);
    const types = records.map(({ event }) => event.type);
    expect(types[0]).toBe("run.adopted");
    expect(records.find(({ event }) => event.type === "consult.failed")?.event).toMatchObject({
      code: "cut",
      usage: { costMicros: null, estimated: true },
    });
    // Tier 1 and the first track are not asked again.
    expect(types).not.toContain("consult.started");
    expect(types.filter((type) => type === "consult.replied")).toHaveLength(1);
  });

  it("EPIC8 of 200 KB comes from a file, lies beside the log and is put to the tiers whole", async () => {
    const epic = `${"長".repeat(66_000)} end of the goal`;
    const file = project.write("goal.txt", epic);
    const done = await tutti(begin([], "--epic-file", file, "--trust", "auto", "--json"), project);
    expect(done.code).toBe(0);
    const { records } = parseRun(done.stdout);
    const config = records[0]?.event["config"] as { goal: { epic: { bytes: number } } };
    expect(config.goal.epic.bytes).toBe(Buffer.byteLength(epic));
    expect(JSON.stringify(records.find(({ event }) => event.type === "consult.replied")?.event["input"])).toContain(
      "blob",
    );
  });

  it("EPIC9 CLI6 without models nothing is written, and every missing one is named", async () => {
    const done = await tutti(["run", "Make a cart", "--repo", project.repo], project);
    expect(done.code).toBe(1);
    for (const said of ["tier 1", "tier 2", "archetype worker", "--planner"]) expect(done.stderr).toContain(said);
    const unknown = await tutti(
      [
        "run",
        "Make a cart",
        "--repo",
        project.repo,
        "--model",
        "scripted/one",
        "--lead",
        "nobody/x",
        "--scenario",
        project.write("s.json", shop),
      ],
      project,
    );
    expect(unknown.stderr).toContain("Model nobody/x cannot be used");
    const runs = join(project.folder, "home", "state");
    expect(existsSync(runs) ? readdirSync(runs).filter((name) => name !== "compile-cache") : []).toEqual([]);
  });

  it("GATE17 EPIC6 GATE20 waits for a signature from another terminal, and works by the plan that is written there", async () => {
    const started = startTutti(begin(["Make a cart"], "--attended", "--plain"), project);
    const at = ["--repo", project.repo];
    const [id = ""] = (await started.seen(/\bA\d+\b/)) ?? [];
    const open = JSON.parse((await tutti(["approvals", ...at, "--json"], project)).stdout) as {
      approvals: { id: string; gate: string; detail: { preview: string; editable: string } }[];
    };
    expect(open.approvals).toMatchObject([{ id, gate: "plan" }]);
    const plan = JSON.parse(open.approvals[0]?.detail.editable ?? "") as { tickets: { id: string; trust?: string }[] };
    const cyclic = project.write("cyclic.json", { tickets: [{ id: "A", description: "x", dependsOn: ["A"] }] });
    const refused = await tutti(["edit", id, ...at, "--file", cyclic], project);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("waits for itself");
    const ghost = project.write("ghost.json", { tickets: [{ id: "A", description: "x", archetype: "ghost" }] });
    expect((await tutti(["edit", id, ...at, "--file", ghost], project)).stderr).toContain('"ghost" is no archetype');
    const named = project.write("named.json", {
      tickets: [{ id: "A", description: "x", models: ["scripted/one", "nobody/x"] }],
    });
    const unusable = await tutti(["edit", id, ...at, "--file", named], project);
    expect([unusable.code, unusable.stderr]).toEqual([1, expect.stringContaining("model nobody/x cannot be used")]);
    expect(unusable.stderr).toContain("ticket 0 (A): models");
    const mine = project.write("mine.json", {
      ...plan,
      tickets: plan.tickets.filter((each) => each.id === "core-types").map((each) => ({ ...each, trust: "auto" })),
    });
    expect((await tutti(["edit", id, ...at, "--file", mine], project)).stdout).toContain("edited");
    const done = await started.done;
    expect(done.stdout).toContain("ended completed: its ticket is completed");
    expect(done.code).toBe(0);
  });
});

describe("tutti plan", () => {
  const plan = (...more: string[]) => {
    const scenario = project.write("scenario.json", shop);
    const args = ["plan", "Make a cart", "--repo", project.repo, "--scenario", scenario, "--model", "scripted/one"];
    return tutti([...args, ...more], { ...project, cwd: project.folder });
  };

  it("EPIC10 stops after the plan, prints it, and writes a file that `tutti run` takes", async () => {
    const done = await plan();
    expect(done.code).toBe(0);
    for (const said of [
      "2 tracks, 2 tickets",
      "<- core-types",
      "Longest path, 2 tickets: core-types > shop-cart",
      "run tutti-plan.json",
    ])
      expect(done.stdout).toContain(said);
    const runs = await tutti(["runs", "--repo", project.repo], project);
    expect(runs.stdout).toContain("planned, 2 tickets");
    const file = join(project.folder, "tutti-plan.json");
    const models = ["--scenario", join(project.folder, "scenario.json"), "--model", "scripted/one", "--trust", "auto"];
    const ran = await tutti(["run", file, "--repo", project.repo, ...models, "--no-sandbox", "--json"], project);
    expect(parseRun(ran.stdout).final).toMatchObject({ outcome: "completed", tickets: { completed: 2 } });
    expect(project.git("branch", "--list", "tutti/*").split("\n")).toHaveLength(1);
  });

  it("EPIC10 CLI6 writes over nothing, and says so before it has asked any model", async () => {
    project.write("tutti-plan.json", "mine");
    const done = await plan();
    expect(done.code).toBe(1);
    expect(done.stderr).toContain("tutti-plan.json is there already");
    expect((await tutti(["runs", "--repo", project.repo], project)).stdout).toContain("There is no run");
    expect((await plan("--force")).code).toBe(0);
    expect(readFileSync(join(project.folder, "tutti-plan.json"), "utf8")).toContain("core-types");
    expect((await plan("--out", "nowhere/plan.json")).stderr).toContain("the folder of nowhere/plan.json is not there");
  });

  it("EPIC10 with --json prints one object; with --out - the ticket file alone", async () => {
    const done = await plan("--json");
    expect(JSON.parse(done.stdout)).toMatchObject({
      outcome: "planned",
      tracks: [{ id: "core" }, { id: "shop" }],
      plan: { title: "Make a cart", tickets: [{ id: "core-types", track: "core" }, { id: "shop-cart" }] },
      edges: [{ from: "core-types", to: "shop-cart" }],
      criticalPath: ["core-types", "shop-cart"],
      spend: { tiers: [{ tier: 1 }, { tier: 2 }] },
    });
    expect(existsSync(join(project.folder, "tutti-plan.json"))).toBe(false);
    const piped = await plan("--out", "-");
    expect(piped.stdout).toBe(`${JSON.stringify(JSON.parse(done.stdout).plan, undefined, 2)}\n`);
  });

  it("EPIC5 EPIC10 where no plan comes of it, says why, keeps what was paid for, and writes nothing", async () => {
    const scenario = project.write("bad.json", { tickets: {}, consults: { tracks: [said("I would rather not.")] } });
    const done = await plan("--scenario", scenario, "--json");
    expect(done.code).toBe(2);
    const final = JSON.parse(done.stdout) as { outcome: string; plan: unknown; spend: { total: { input: number } } };
    expect(final).toMatchObject({ outcome: "blocked", plan: null });
    expect(final.spend.total.input).toBeGreaterThan(0);
    const words = await plan("--scenario", scenario);
    expect(words.stderr).toContain("there is no plan");
    expect(existsSync(join(project.folder, "tutti-plan.json"))).toBe(false);
  });
});
