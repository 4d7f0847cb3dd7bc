// A ticket file conducted to its end by the real command, and what is left to look at.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { findHomes, runFiles, runsFolder } from "../../src/adapters/run-files.ts";
import { createCards } from "../../src/compose/run-cards.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { killLeftovers, parseLines, parseRun, tutti, type JsonRecord } from "./support/cli.ts";
import { diamond, finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

const model = ["--model", "scripted/one", "--trust", "auto", "--no-sandbox"];

const runDiamond = (...more: string[]) => {
  const file = project.write("tickets.json", { title: "A diamond", tickets: diamond.tickets });
  const scenario = project.write("scenario.json", diamond.scenario);
  return tutti(["run", file, "--repo", project.repo, "--scenario", scenario, ...model, ...more], project);
};

describe("tutti run", () => {
  it("CLI1 conducts a diamond to the end: merged in order, exit code 0, one final object", async () => {
    const done = await runDiamond("--json");
    expect(done.stderr).toContain("--no-sandbox");
    expect(done.code).toBe(0);
    const { records, final } = parseRun(done.stdout);
    expect(records.map(({ seq }) => seq)).toEqual(records.map((_, place) => place + 1));
    expect(final).toMatchObject({
      tickets: { completed: 4, failed: 0, blocked: 0 },
      attempts: 4,
      merged: 4,
      verify: "passed",
      outcome: "completed",
      events: records.length,
    });
    const completed = records
      .filter(({ event }) => event.type === "ticket.completed")
      .map(({ event }) => event["ticket"]);
    expect(completed[0]).toBe("A");
    expect(completed.at(-1)).toBe("D");
    const branch = `tutti/${String(final["run"])}/integration`;
    expect(project.git("show", `${branch}:out/D.txt`)).toBe("made by D");
    // The checkout is the person's: nothing in it moved.
    expect(project.git("status", "--porcelain")).toBe("");
    expect(project.git("log", "--format=%s")).toBe("start");
    expect(records.find(({ event }) => event.type === "run.created")?.event["config"]).toMatchObject({
      sandbox: "none",
    });
  });

  it("HUB12 leaves its card beside its log: the same that a list makes by reading the log", async () => {
    const { final } = parseRun((await runDiamond("--json")).stdout);
    const homes = findHomes(project.env);
    const [key = ""] = readdirSync(homes.state).filter((name) => name.startsWith("repo"));
    const { card } = runFiles(runsFolder(homes, key), final["run"] as RunId);
    const left = JSON.parse(readFileSync(card, "utf8")) as object;
    rmSync(card);
    await createCards({ homes, here: new Map() }).refresh();
    expect(JSON.parse(readFileSync(card, "utf8"))).toEqual(left);
    expect(left).toMatchObject({ card: { title: "A diamond", outcome: "completed", conducted: "nobody" } });
  });

  it("CLI2 says what happened in lines, and afterwards shows it again: status, runs, log, land", async () => {
    const done = await runDiamond();
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(/^\d\d:\d\d:\d\d D#1 is completed/m);
    expect(done.stdout).toContain(`tutti --repo ${project.repo} land run_`);
    const at = ["--repo", project.repo];
    const status = JSON.parse((await tutti(["status", ...at, "--json"], project)).stdout) as {
      run: string;
      folder: string;
      board: { counts: object };
    };
    expect(status.board.counts).toMatchObject({ completed: 4 });
    const words = await tutti(["status", status.run.slice(0, 9), ...at], project);
    expect(words.stdout).toContain("4 of 4 completed");
    const runs = JSON.parse((await tutti(["runs", ...at, "--json"], project)).stdout) as {
      runs: { run: string; pid: number | null }[];
    };
    expect(runs.runs).toMatchObject([{ run: status.run, pid: null }]);
    const log = parseLines((await tutti(["log", ...at, "--json"], project)).stdout) as JsonRecord[];
    expect(log.map(({ event }) => event.type)).toContain("merge.published");
    const landed = await tutti(["land", ...at], project);
    expect(landed.stdout).toContain("main was fast-forwarded");
    expect(readFileSync(join(project.repo, "out/C.txt"), "utf8")).toBe("made by C\n");
    expect((await tutti(["land", ...at], project)).stdout).toContain("holds the result");
  });

  it("A-52 what a run keeps is the person's alone: folders 0700, files 0600, nothing in the repository", async () => {
    await runDiamond("--json");
    const { folder } = JSON.parse((await tutti(["status", "--repo", project.repo, "--json"], project)).stdout) as {
      folder: string;
    };
    const modes = readdirSync(folder).map((name) => {
      const { mode } = statSync(join(folder, name));
      return `${name} ${(mode & 0o077).toString(8)}`;
    });
    const open = modes.filter(
      (line) =>
        !line.endsWith(" 0") &&
        !/^(?:repo\.git|worktrees|attempts|trash|quarantine|blobs|log\.db-(?:shm|wal)) /.test(line),
    );
    expect(open).toEqual([]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(project.folder, "home", "state")).mode & 0o777).toBe(0o700);
    expect(readdirSync(project.repo).toSorted()).toEqual([".git", "README.md", "src"]);
  });

  it("CLI3 clean removes ended runs and keeps their branches, or deletes them when asked", async () => {
    const { final } = parseRun((await runDiamond("--json")).stdout);
    const run = String(final["run"]);
    const kept = await tutti(["clean", "--repo", project.repo], project);
    expect(kept.stdout).toContain(`removed ${run}`);
    expect(project.git("branch", "--list", "tutti/*")).toContain("integration");
    const none = await tutti(["status", "--repo", project.repo], project);
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("There is no run") as unknown });
  });

  it("CLI20 doctor says what is here and what is missing, each with its remedy", async () => {
    const here = JSON.parse((await tutti(["doctor", "--repo", project.repo, "--json"], project)).stdout) as {
      checks: { what: string; ok: boolean }[];
    };
    expect(here.checks.find(({ what }) => what === "repository")).toMatchObject({ ok: true });
    const elsewhere = await tutti(["--repo", project.folder, "doctor"], project);
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.stdout).toMatch(/^MISSING +repository: .* is not inside a git repository\.\n +Give the path/m);
  });

  it("CLI4 exit codes: failed is 1, blocked is 2; dependents of a blocked ticket count as blocked", async () => {
    const file = project.write("tickets.json", [ticket("A"), ticket("B", { dependsOn: ["A"] })]);
    const blocked = {
      tickets: { A: [{ turns: [turn({ tool: "finish", args: { outcome: "blocked", summary: "no such API" } })] }] },
    };
    const scenario = project.write("scenario.json", blocked);
    const done = await tutti(
      ["run", file, "--repo", project.repo, "--scenario", scenario, ...model, "--json"],
      project,
    );
    expect(done.code).toBe(2);
    expect(parseRun(done.stdout).final).toMatchObject({
      outcome: "blocked",
      tickets: { completed: 0, failed: 0, blocked: 2 },
    });
    const silent = project.write("silent.json", scenarioOf({ A: [{ text: "hm" }, { text: "hm" }] }));
    const failed = await tutti(
      ["run", file, "--repo", project.repo, "--scenario", silent, ...model, "--json"],
      project,
    );
    expect(failed.code).toBe(1);
    expect(parseRun(failed.stdout).final).toMatchObject({ outcome: "failed" });
  });

  it("CLI5 a blocked ticket is opened again with guidance, which its next attempt is told", async () => {
    const file = project.write("tickets.json", [ticket("A")]);
    const attempts = [
      { turns: [turn({ tool: "finish", args: { outcome: "blocked", summary: "which port?" } })] },
      { turns: [turn({ tool: "finish", args: { outcome: "blocked", summary: "which port?" } })] },
      { turns: [turn(write("port.txt", "8080\n")), turn(finish())] },
    ];
    const scenario = project.write("scenario.json", { tickets: { A: attempts } });
    const at = ["--repo", project.repo];
    expect((await tutti(["run", file, ...at, "--scenario", scenario, ...model], project)).code).toBe(2);
    const again = await tutti(["resume", ...at, "--retry", "A", "--say", "use 8080", "--json"], project);
    expect(again.code).toBe(0);
    const prepared = parseRun(again.stdout).records.filter(({ event }) => event.type === "attempt.prepared");
    expect(prepared.at(-1)?.event["prompt"]).toContain("use 8080");
    const over = await tutti(["resume", ...at], project);
    expect(over).toMatchObject({ code: 1, stderr: expect.stringContaining("has ended: completed") as unknown });
  });
});
