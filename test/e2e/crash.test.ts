// kill -9 at many moments, then resume: finished work stays, nothing is done twice, the result is the same.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { killLeftovers, parseLines, parseRun, startTutti, tutti, type JsonRecord } from "./support/cli.ts";
import { diamond, finish, makeProject, run, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

const runArgs = (project: Project, file: string, scenario: string): string[] => [
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

const eventsOf = async (project: Project): Promise<readonly JsonRecord[]> =>
  parseLines((await tutti(["log", "--repo", project.repo, "--json"], project)).stdout) as readonly JsonRecord[];

/** What it had printed, which was on disk before; the last line may be cut. */
const wholeLines = (stdout: string): readonly JsonRecord[] =>
  parseLines(stdout.slice(0, stdout.lastIndexOf("\n") + 1)) as readonly JsonRecord[];

const treeOf = (project: Project, run: string): string => project.git("rev-parse", `tutti/${run}/integration^{tree}`);

const count = (records: readonly JsonRecord[], type: string): number =>
  records.filter(({ event }) => event.type === type).length;

/** Moments of a diamond's life, each the first line of its kind that the run prints. */
const moments: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["as the plan is accepted", /plan\.accepted/],
  ["with a worktree just made", /attempt\.prepared/],
  ["in the first model call", /turn\.started/],
  ["with a tool just called", /tool\.called/],
  ["with a result just recorded", /tool\.returned/],
  ["as a worker reports", /finish\.reported/],
  ["in the merge queue", /merge\.queued/],
  ["right after the first merge", /merge\.published/],
  ["with two workers beside each other", /"attempt\.started","ticket":"C"/],
  ["in the second half", /"ticket\.completed","ticket":"B"/],
  ["before the last merge", /"merge\.queued","ticket":"D"/],
  ["at the very end", /run\.ended/],
];

describe("kill -9 and resume", () => {
  let project: Project;
  let wanted: string;
  let args: string[];
  beforeAll(async () => {
    project = makeProject();
    const scenario = project.write("scenario.json", diamond.scenario);
    args = runArgs(project, project.write("tickets.json", diamond.tickets), scenario);
    const undisturbed = parseRun((await tutti(args, project)).stdout);
    wanted = treeOf(project, String(undisturbed.final["run"]));
  });
  afterEach(killLeftovers);
  afterAll(() => project.remove());

  it.each(moments)("CLI16 killed %s: the same result, every ticket completed once", async (_name, pattern) => {
    const running = startTutti(args, project);
    const [, id = ""] = await running.seen(/"type":"run\.created","run":"(run_\w+)"/);
    await running.seen(pattern);
    running.kill("SIGKILL");
    const killed = await running.done;
    expect(killed.signal).toBe("SIGKILL");
    const before = wholeLines(killed.stdout)
      .filter(({ event }) => event.type === "ticket.completed")
      .map(({ seq }) => seq);
    const resumed = await tutti(["resume", id, "--repo", project.repo, "--json"], project);
    const log = await eventsOf(project);
    if (resumed.code !== 0) expect(resumed.stdout).toMatch(/has ended: completed/);
    expect(count(log, "ticket.completed")).toBe(4);
    expect(count(log, "run.ended")).toBe(1);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, place) => place + 1));
    // What was completed before is where it was: nothing of it was recorded anew.
    expect(log.filter(({ event }) => event.type === "ticket.completed").map(({ seq }) => seq)).toEqual(
      expect.arrayContaining(before),
    );
    expect(treeOf(project, id)).toBe(wanted);
  });
});

describe("a command that may have run before the crash", () => {
  let project: Project;
  beforeAll(() => {
    project = makeProject();
  });
  afterAll(() => {
    killLeftovers();
    project.remove();
  });

  it("CLI17 is not run again by itself: unknown, put to the person, and then done as they say", async () => {
    const tickets = project.write("tickets.json", [ticket("A")]);
    const lasting = run("echo once >> effects.txt; while :; do sleep 1; done");
    const scenario = project.write(
      "scenario.json",
      scenarioOf({ A: [turn(lasting), turn(write("a.txt", "a")), turn(finish())] }),
    );
    const running = startTutti([...runArgs(project, tickets, scenario), "--attended"], project);
    await running.seen(/tool\.called/);
    running.kill("SIGKILL");
    await running.done;
    const resumed = startTutti(["resume", "--repo", project.repo, "--json"], project);
    const [, approval = ""] = await resumed.seen(
      /"type":"approval\.requested"[^\n]*"approval":"(A\d+)","gate":"unknown"/,
    );
    expect((await tutti(["edit", approval, "--text", "it had run", "--repo", project.repo], project)).stdout).toContain(
      "edited",
    );
    const done = await resumed.done;
    expect(done.stderr).toMatch(/May have run before the crash/);
    expect(done.code).toBe(0);
    const log = await eventsOf(project);
    expect(count(log, "tool.lost")).toBe(1);
    expect(log.filter(({ event }) => event.type === "tool.called" && event["tool"] === "run")).toHaveLength(1);
    expect(log.find(({ event }) => event.type === "tool.returned")?.event["output"]).toBe("it had run");
  });
});
