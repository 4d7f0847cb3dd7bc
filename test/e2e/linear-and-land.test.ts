// Linear mode's snapshots, and bringing a result over to the person's branch.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { killLeftovers, parseRun, tutti, type Done } from "./support/cli.ts";
import { diamond, finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

const conduct = (plan: { tickets: unknown; scenario: unknown }, ...more: string[]): Promise<Done> => {
  const file = project.write("tickets.json", plan.tickets);
  const scenario = project.write("scenario.json", plan.scenario);
  const args = [
    "run",
    file,
    "--repo",
    project.repo,
    "--scenario",
    scenario,
    "--model",
    "scripted/one",
    "--trust",
    "auto",
    "--no-sandbox",
    "--json",
  ];
  return tutti([...args, ...more], project);
};

const folderOf = async (run: string): Promise<string> =>
  (JSON.parse((await tutti(["status", run, "--repo", project.repo, "--json"], project)).stdout) as { folder: string })
    .folder;

describe("linear mode", () => {
  it("A-115 two runs of one plan leave the same debug_state.json, byte for byte but for the run's own id", async () => {
    const texts: string[] = [];
    for (let round = 0; round < 2; round += 1) {
      const { records, final } = parseRun((await conduct(diamond, "--mode", "linear")).stdout);
      const run = String(final["run"]);
      const started = records.filter(
        ({ event }) => event.type === "attempt.started" || event.type === "ticket.completed",
      );
      // one ticket is done with before the next worker exists.
      expect(started.map(({ event }) => event.type)).toEqual(
        started.map((_, place) => (place % 2 === 0 ? "attempt.started" : "ticket.completed")),
      );
      texts.push(readFileSync(join(await folderOf(run), "debug_state.json"), "utf8").replaceAll(run, "run"));
    }
    expect(texts[1]).toBe(texts[0]);
    const state = JSON.parse(texts[0] ?? "") as { mode: string; tier_usage: object; tickets: { status: string }[] };
    expect(state.mode).toBe("linear");
    expect(Object.keys(state.tier_usage)).toEqual(["Tier 1", "Tier 2", "Tier 3", "Tier 4"]);
    expect(state.tickets.map(({ status }) => status)).toEqual(["completed", "completed", "completed", "completed"]);
  });
});

describe("tutti land", () => {
  const single = { tickets: [ticket("A")], scenario: scenarioOf({ A: [turn(write("a.txt", "a\n")), turn(finish())] }) };
  const land = (...more: string[]): Promise<Done> => tutti(["land", "--repo", project.repo, ...more], project);

  it("CLI18 a branch that has moved on takes a merge, and only when asked", async () => {
    await conduct(single);
    writeFileSync(join(project.repo, "mine.txt"), "mine\n");
    project.git("add", "mine.txt");
    project.git("commit", "--quiet", "--message", "mine");
    const refused = await land();
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/tutti --repo \S+ land --merge/) as unknown,
    });
    expect(project.git("log", "-1", "--format=%s")).toBe("mine");
    const merged = JSON.parse((await land("--merge", "--json")).stdout) as { how: string; into: string };
    expect(merged).toMatchObject({ how: "merge", into: "main" });
    expect(readFileSync(join(project.repo, "a.txt"), "utf8")).toBe("a\n");
    expect(readFileSync(join(project.repo, "mine.txt"), "utf8")).toBe("mine\n");
    expect(project.git("status", "--porcelain")).toBe("");
  });

  it("CLI18 lands on another branch without touching the checkout", async () => {
    await conduct(single);
    project.git("branch", "results");
    expect((await land("--into", "results")).stdout).toContain("results was fast-forwarded");
    expect(project.git("show", "results:a.txt")).toBe("a");
    expect(project.git("log", "--format=%s")).toBe("start");
  });

  it("CLI18 what would be lost is refused with a clear word: local changes in the way, a branch that is not there", async () => {
    await conduct(single);
    writeFileSync(join(project.repo, "a.txt"), "precious\n");
    const refused = await land();
    expect(refused.code).toBe(1);
    expect(readFileSync(join(project.repo, "a.txt"), "utf8")).toBe("precious\n");
    expect((await land("--into", "nowhere")).stderr).toContain('no branch "nowhere"');
  });
});
