// `tutti fork` with real git: another run from a record of this one, which stays as it is.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { plantRun } from "../../src/adapters/log/plant-run.ts";
import { encodeRecord } from "../../src/adapters/log/record.ts";
import { forkRun } from "../../src/compose/fork-run.ts";
import { placeOf } from "../../src/compose/place.ts";
import type { Recorded } from "../../src/domain/event.ts";
import { forkEditSchema } from "../../src/domain/fork-edit.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { gitRun } from "../core/story.ts";
import { killLeftovers, parseLines, parseRun, startTutti, tutti, type Done, type JsonRecord } from "./support/cli.ts";
import { finish, makeProject, ticket, turn, write, type Project } from "./support/project.ts";

const stuck = { turns: [turn({ tool: "finish", args: { outcome: "blocked", summary: "which b?" } })] };
const works = (name: string) => ({ turns: [turn(write(`${name}.txt`, `${name}\n`)), turn(finish())] });

/** B gives up twice, which ends the run; whoever tries it a third time makes it. */
const scenario = { tickets: { A: [works("a")], B: [stuck, stuck, works("b")], C: [works("c")], N: [works("n")] } };
const plan = { tickets: [ticket("A"), ticket("B", { dependsOn: ["A"] }), ticket("C", { dependsOn: ["B"] })] };

const flags = ["--model", "scripted/one", "--trust", "auto", "--no-sandbox", "--json", "--unattended"];

describe("fork", () => {
  let project: Project;
  let origin: string;
  let records: readonly JsonRecord[];
  const runsFolder = (): string => {
    const state = join(project.folder, "home", "state");
    const key = readdirSync(state).find((name) => existsSync(join(state, name, "runs")));
    return join(state, key ?? "", "runs");
  };
  const seqOf = (type: string, more: Record<string, unknown> = {}): number => {
    const found = records.find(
      ({ event }) => event.type === type && Object.entries(more).every(([name, value]) => event[name] === value),
    );
    if (found === undefined) throw new Error(`no ${type}`);
    return found.seq;
  };
  const fork = (...args: readonly string[]): Promise<Done> =>
    tutti(["fork", origin, "--repo", project.repo, "--json", "--unattended", ...args], project);
  const logOf = async (run: string): Promise<readonly JsonRecord[]> =>
    parseLines((await tutti(["log", run, "--repo", project.repo, "--json"], project)).stdout) as readonly JsonRecord[];
  const filesOf = (run: string): readonly string[] =>
    project.git("ls-tree", "-r", "--name-only", `tutti/${run}/integration`).split("\n");
  const bytesOf = (run: string): string =>
    createHash("sha256")
      .update(readFileSync(join(runsFolder(), run, "log.db")))
      .digest("hex");

  beforeAll(async () => {
    project = makeProject();
    const tickets = project.write("tickets.json", plan);
    const script = project.write("scenario.json", scenario);
    const done = await tutti(["run", tickets, "--repo", project.repo, "--scenario", script, ...flags], project);
    const { final, records: log } = parseRun(done.stdout);
    expect(final["outcome"]).toBe("blocked");
    origin = String(final["run"]);
    records = log;
  });
  afterEach(killLeftovers);
  afterAll(() => project.remove());

  it("FORK10 of an ended run with guidance comes to another end; the run it came from keeps its log, byte by byte", async () => {
    const before = bytesOf(origin);
    const done = await fork("--guide", "B=The one after a.");
    const { final } = parseRun(done.stdout);
    expect(final).toMatchObject({ outcome: "completed", tickets: { completed: 3 } });
    expect(filesOf(String(final["run"]))).toEqual(expect.arrayContaining(["a.txt", "b.txt", "c.txt"]));
    expect(bytesOf(origin)).toBe(before);
    expect(await logOf(origin)).toEqual(records);
    const log = await logOf(String(final["run"]));
    expect(log.slice(0, records.length)).toEqual(records);
    expect(log[records.length]).toMatchObject({ event: { type: "run.forked", from: origin, at: records.length } });
  });

  it("FORK10 in the middle of an attempt begins at the last commit before it, and both runs can be landed", async () => {
    const done = await fork("--at", String(seqOf("turn.started", { ticket: "B" })));
    const { final, records: told } = parseRun(done.stdout);
    expect(final).toMatchObject({ outcome: "completed" });
    const prepared = told.find(({ event }) => event.type === "attempt.prepared" && event["ticket"] === "B");
    const completed = records.find(({ event }) => event.type === "ticket.completed" && event["ticket"] === "A");
    expect(prepared?.event["base"]).toBe(completed?.event["commit"]);
    for (const [branch, run] of [
      ["of-origin", origin],
      ["of-fork", String(final["run"])],
    ] as const) {
      project.git("branch", branch, "main");
      const landed = await tutti(["land", run, "--into", branch, "--repo", project.repo, "--json"], project);
      expect(landed.code, landed.stderr).toBe(0);
      expect(project.git("ls-tree", "-r", "--name-only", branch)).toContain("a.txt");
    }
  });

  it("FORK6 takes a patch of the plan from a file", async () => {
    const patch = project.write("patch.json", {
      reason: "b is not needed",
      drop: ["B"],
      add: [ticket("N")],
      rewire: [{ ticket: "C", dependsOn: ["N"] }],
    });
    const done = await fork("--at", String(seqOf("ticket.completed", { ticket: "A" })), "--patch", patch);
    const { final } = parseRun(done.stdout);
    expect(final).toMatchObject({ outcome: "completed", dropped: 1 });
    expect(filesOf(String(final["run"]))).toEqual(expect.arrayContaining(["a.txt", "c.txt", "n.txt"]));
  });

  it("FORK11 stands by itself: it goes on after the run it came from is removed with its branch", async () => {
    const copy = await fork("--at", String(seqOf("turn.started", { ticket: "B" })));
    const first = String(parseRun(copy.stdout).final["run"]);
    const paused = await tutti(
      [
        "fork",
        first,
        "--at",
        String(seqOf("attempt.prepared", { ticket: "B" })),
        "--repo",
        project.repo,
        "--json",
        "--unattended",
      ],
      project,
    );
    const second = String(parseRun(paused.stdout).final["run"]);
    const removed = await tutti(["clean", first, "--delete-branch", "--repo", project.repo], project);
    expect(removed.code, removed.stderr).toBe(0);
    expect(project.git("fsck", "--connectivity-only", `tutti/${second}/integration`)).not.toMatch(/missing|broken/);
    const own = join(runsFolder(), second, "repo.git");
    expect(project.git("--git-dir", own, "fsck", "--connectivity-only")).not.toMatch(/missing|broken/);
  });

  it("FORK12 says what is wrong with a record that is not there, a ticket that is done, a fork with nothing to do", async () => {
    const said = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout } = await fork(...args);
      expect(code).toBe(1);
      return stdout;
    };
    expect(await said("--at", "99999")).toContain("there is no record 99999");
    expect(await said("--guide", "A=again")).toContain("ticket A is completed");
    expect(await said()).toContain("it would end at once");
    expect(await said("--at", "1")).toContain("the plan of the run was not yet recorded");
    expect(await said("--guide", "B")).toContain("a ticket and words for it are needed");
  });

  it("FORK12 of work whose commit is gone is refused, and nothing is left of it", async () => {
    const home = join(project.folder, "elsewhere");
    mkdirSync(home);
    const other = { env: { ...project.env, TUTTI_HOME: home } };
    const tickets = project.write("tickets2.json", plan);
    const script = project.write("scenario2.json", scenario);
    const made = await tutti(["run", tickets, "--repo", project.repo, "--scenario", script, ...flags], other);
    const run = String(parseRun(made.stdout).final["run"]);
    const key = readdirSync(join(home, "state")).find((name) => existsSync(join(home, "state", name, "runs"))) ?? "";
    const runs = join(home, "state", key, "runs");
    rmSync(join(runs, run, "repo.git"), { recursive: true });
    project.git("update-ref", "-d", `refs/heads/tutti/${run}/integration`);
    project.git("reflog", "expire", "--expire=now", "--all");
    project.git("gc", "--prune=now", "--quiet");
    const before = readdirSync(runs);
    const refused = await tutti(["fork", run, "--guide", "B=x", "--repo", project.repo, "--unattended"], other);
    expect(refused.stderr).toMatch(/where the work stood, is not there/);
    expect(readdirSync(runs).filter((name) => name !== ".planting")).toEqual(before);
    expect(readdirSync(join(runs, ".planting"))).toEqual([]);
  });

  it("FORK13 killed at any moment leaves a whole run or none, and the next fork clears up", async () => {
    const at = String(seqOf("turn.started", { ticket: "B" }));
    for (const delay of [350, 450, 550, 650, 750, 900]) {
      const before = new Set(readdirSync(runsFolder()));
      const started = startTutti(
        ["fork", origin, "--at", at, "--repo", project.repo, "--json", "--unattended"],
        project,
      );
      await new Promise((resolve) => setTimeout(resolve, delay));
      started.kill("SIGKILL");
      await started.done;
      const fresh = readdirSync(runsFolder()).filter((name) => !before.has(name) && name.startsWith("run_"));
      expect(fresh.length).toBeLessThan(2);
      for (const run of fresh) {
        const resumed = await tutti(["resume", run, "--repo", project.repo, "--json", "--unattended"], project);
        const log = await logOf(run);
        if (resumed.code !== 0) expect(resumed.stderr + resumed.stdout).toMatch(/has ended: completed/);
        expect(log.at(-1)?.event.type === "run.ended" || log.some(({ event }) => event.type === "run.ended")).toBe(
          true,
        );
        expect(log.filter(({ event }) => event.type === "run.forked")).toHaveLength(1);
      }
    }
    const after = await fork("--at", at);
    expect(parseRun(after.stdout).final).toMatchObject({ outcome: "completed" });
    expect(readdirSync(join(runsFolder(), ".planting"))).toEqual([]);
  });
});

describe("export and import", () => {
  let project: Project;
  beforeAll(() => {
    project = makeProject();
  });
  afterEach(killLeftovers);
  afterAll(() => project.remove());

  it("EXP2 EXP5 a run goes out and comes in elsewhere byte by byte, is looked at and forked there, and not conducted", async () => {
    const tickets = project.write("tickets.json", plan);
    const script = project.write("scenario.json", scenario);
    const done = await tutti(["run", tickets, "--repo", project.repo, "--scenario", script, ...flags], project);
    const run = String(parseRun(done.stdout).final["run"]);
    const file = join(project.folder, "run.jsonl");
    const out = await tutti(["export", run, "--format", "jsonl", "--out", file, "--repo", project.repo], project);
    expect(out.code, out.stderr).toBe(0);

    const there = { env: { ...project.env, TUTTI_HOME: join(project.folder, "there") } };
    const at = (...args: string[]): Promise<Done> => tutti([...args, "--repo", project.repo, "--json"], there);
    expect(JSON.parse((await at("import", file)).stdout)).toMatchObject({ run });
    expect((await at("log", run)).stdout).toBe(
      (await tutti(["log", run, "--repo", project.repo, "--json"], project)).stdout,
    );
    expect((await at("export", run, "--format", "jsonl")).stdout).toBe(readFileSync(file, "utf8"));
    expect((await at("import", file)).stdout).toContain("run_exists");
    for (const refused of [
      ["resume", run, "--retry", "B"],
      ["land", run],
      ["pause", run],
      ["abort", run],
    ])
      expect((await at(...refused)).stdout, refused.join(" ")).toContain("run_imported");

    const fork = await at("fork", run, "--guide", "B=The one after a.", "--unattended");
    const { records } = parseRun(fork.stdout);
    expect(records[0]?.event).toMatchObject({ type: "run.forked", from: run, config: { sandbox: "bwrap", rules: [] } });
    expect(records[1]?.event).toMatchObject({ type: "run.trust_changed", trust: "ask" });
  });

  it("EXP5 what a file calls a commit never becomes an option of git", async () => {
    const env = { ...project.env, TUTTI_HOME: join(project.folder, "hostile") };
    const place = placeOf(project.repo, env);
    const run = "run_00000000000000ff" as RunId;
    const bad = join(project.folder, "written-by-git");
    const [created, ...rest] = gitRun(["A"], {
      project: { root: project.repo, branch: "main", base: `--output=${bad}` },
    }).records;
    const named = { ...created, event: { ...created?.event, run } } as Recorded;
    await plantRun({ dir: place.runs, run, createdAt: 1 }, async (planting) => {
      for (const record of [named, ...rest]) planting.add(encodeRecord(record));
    });
    const before = readdirSync(place.runs);
    const edit = forkEditSchema.parse({});
    const refused = forkRun(place, { run, edit, by: "person:ann" }, env);
    await expect(refused).rejects.toMatchObject({
      code: "commit_missing",
      message: expect.stringContaining("that is none"),
    });
    expect(existsSync(bad)).toBe(false);
    expect(readdirSync(place.runs)).toEqual(before);
  });
});
