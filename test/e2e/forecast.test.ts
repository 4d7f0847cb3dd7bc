// Forecasts as a person meets them: before the first run, after it, and the fact beside them.

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseGuide } from "../examples/guide-blocks.ts";
import { killLeftovers, parseRun, tutti } from "./support/cli.ts";
import { diamond, finish, makeProject, scenarioOf, turn, write, type Project } from "./support/project.ts";

let project: Project;
let tickets = "";
let scenario = "";
beforeEach(() => {
  project = makeProject();
  tickets = project.write("tickets.json", { title: "A diamond", tickets: diamond.tickets });
  scenario = project.write("scenario.json", paid);
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

const usage = { input: 900, cachedRead: 40_000, cacheWrite: 500, output: 120, costMicros: 5_000 };

/** Each attempt of two turns says what it used. */
const paid = scenarioOf(
  Object.fromEntries(
    ["A", "B", "C", "D"].map((id) => [
      id,
      [
        { ...turn(write(`out/${id}.txt`, `made by ${id}\n`)), usage },
        { ...turn(finish()), usage },
      ],
    ]),
  ),
);

const model = ["--model", "scripted/one"];
const forecast = (...more: string[]) =>
  tutti(["forecast", tickets, "--repo", project.repo, ...model, ...more], project);
const run = (...more: string[]) =>
  tutti(
    [
      "run",
      tickets,
      "--repo",
      project.repo,
      "--scenario",
      scenario,
      ...model,
      "--trust",
      "auto",
      "--no-sandbox",
      ...more,
    ],
    project,
  );

type Json = {
  readonly chosen: string;
  readonly basis: { readonly runs: number; readonly passedOver: number; readonly models: readonly object[] };
  readonly parallel: { readonly costMicros: { readonly likely: number } | null; readonly tokens: object };
  readonly criticalPath: { readonly ids: readonly string[] };
};

const parse = (text: string): Json => JSON.parse(text) as Json;

const runsFolder = (): string => {
  const state = join(project.folder, "home", "state");
  return join(state, readdirSync(state).find((name) => name.startsWith("repo-")) ?? "", "runs");
};

describe("tutti forecast", () => {
  it("FORE2 FORE5 FORE7 before the first run it states its figures; the second forecast rests on the first run, and the fact lies beside it", async () => {
    const first = await forecast();
    expect(first).toMatchObject({ code: 0, stderr: "" });
    expect(first.stdout).toContain("A diamond: 4 tickets on 4 lanes");
    expect(first.stdout).toMatch(/^price +unknown$/m);
    expect(first.stdout).toContain("It rests on no past run of this project.");

    const done = await run();
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(
      /^Forecast: about .*price unknown\.\sNo past run here: by\sstated figures\.\nCritical path: A > [BC] > D$/m,
    );
    expect(done.stdout).toMatch(/^Forecast and fact:\n +forecast +fact\n {2}time /m);
    expect(done.stdout).toMatch(/^ {2}price +unknown +\$0\.0400$/m);
    // 320,000 tokens came from the cache; of a scripted model nothing of the kind was stated.
    expect(done.stdout).toMatch(/^ {2}read from cache +.* 320k +more than forecast$/m);

    const second = parse((await forecast("--json")).stdout);
    expect(second).toMatchObject({
      basis: { runs: 1, passedOver: 0, models: [{ model: "scripted/one", tier: 3, ground: "own", attempts: 4 }] },
    });
    expect(second.criticalPath.ids).toHaveLength(3);
    expect(second.parallel.costMicros?.likely).toBeGreaterThan(38_000);
    expect(second.parallel.costMicros?.likely).toBeLessThan(70_000);

    const again = parseRun((await run("--json")).stdout);
    const created = again.records.find(({ event }) => event.type === "run.created");
    expect(created?.event["config"]).toMatchObject({ priors: { runs: 1, passedOver: 0 } });
    expect(again.final["forecast"]).toMatchObject({ isDone: true, completed: 4, forecast: { basis: { runs: 1 } } });
    const figures = (again.final["forecast"] as { figures: { figure: string; fact: number; verdict: string }[] })
      .figures;
    const figureOf = (name: string) => figures.find(({ figure }) => figure === name);
    expect(figureOf("costMicros")).toMatchObject({ fact: 40_000, verdict: "within" });
    expect(figureOf("cachedRead")).toMatchObject({ fact: 320_000, verdict: "within" });
    expect(figureOf("attempts")).toMatchObject({ fact: 4, verdict: "within" });

    const status = await tutti(["status", "--repo", project.repo], project);
    expect(status.stdout).toMatch(/^ {2}price +\$.* to \$.* +\$0\.0400 +as forecast$/m);
    const json = JSON.parse((await tutti(["status", "--repo", project.repo, "--json"], project)).stdout) as {
      forecast: object;
    };
    expect(json.forecast).toEqual(again.final["forecast"]);
  });

  it("FORE8 it needs no key, starts nothing and writes nothing; what is wrong with the file is told as `run` tells it", async () => {
    const keyless = await tutti(
      ["forecast", tickets, "--repo", project.repo, "--model", "anthropic/claude-sonnet-4-5", "--json"],
      project,
    );
    expect(keyless.code).toBe(0);
    expect(parse(keyless.stdout).basis.models).toMatchObject([{ ground: "stated" }]);
    expect(existsSync(join(project.folder, "home", "state")) && existsSync(runsFolder())).toBe(false);
    expect(project.git("branch", "--list", "tutti/*")).toBe("");
    tickets = project.write("cycle.json", [{ ...diamond.tickets[0], dependsOn: ["A"] }]);
    const refused = await forecast();
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toContain("cycle.json has 1 problem");
  });

  it("FORE8 a past run that cannot be read is left out and said; what was learned from the others is kept beside their logs", async () => {
    await run("--json");
    await run("--json");
    const [broken = "", whole = ""] = readdirSync(runsFolder());
    expect(statSync(join(runsFolder(), whole, "observed.json")).mode & 0o777).toBe(0o600);
    writeFileSync(join(runsFolder(), broken, "log.db"), "this is no database");
    const { stdout, code } = await forecast();
    expect(code).toBe(0);
    expect(stdout).toContain("It rests on 1 past run of this project: 4 attempts of scripted/one.");
    expect(stdout).toContain("1 past run could not be read and is left out.");
    // What is kept is only a copy: without it, or with nonsense in its place, the log is read again.
    writeFileSync(join(runsFolder(), whole, "observed.json"), "{");
    expect((await forecast()).stdout).toBe(stdout);
    expect(
      (JSON.parse(readFileSync(join(runsFolder(), whole, "observed.json"), "utf8")) as { seq: number }).seq,
    ).toBeGreaterThan(20);
  });

  it("FORE1 the guide's commands do what it says", async () => {
    const [block] = parseGuide(readFileSync(join(import.meta.dirname, "../../docs/guide/forecast.md"), "utf8"));
    const config = join(project.folder, "home", "config");
    mkdirSync(config, { recursive: true, mode: 0o700 });
    writeFileSync(join(config, "config.toml"), '[defaults]\nmodels = ["scripted/one"]\n', { mode: 0o600 });
    const lines = (block?.text ?? "").split("\n").map((line) => line.split(" "));
    expect(lines).toHaveLength(3);
    const said: string[] = [];
    for (const [program, ...args] of lines) {
      expect(program).toBe("tutti");
      const done = await tutti([...args, "--repo", project.repo], { env: project.env, cwd: project.folder });
      expect(done).toMatchObject({ code: 0, stderr: "" });
      said.push(done.stdout);
    }
    expect(said[0]).toContain("4 tickets on 4 lanes");
    expect(said[1]).toContain("4 tickets on 2 lanes");
    expect(parse(said[2] ?? "").chosen).toBe("linear");
  });
});
