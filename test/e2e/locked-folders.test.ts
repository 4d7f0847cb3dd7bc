// What a worker locked behind it: a plain user, unlike root, cannot open such folders or remove what is in them.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeNeeding, withoutPrivileges } from "../support/needs.ts";
import { killLeftovers, parseRun, tutti, type CliOptions } from "./support/cli.ts";
import { finish, makeProject, run, scenarioOf, ticket, turn, type Project } from "./support/project.ts";

const cache = "mkdir -p cache/a; echo x > cache/a/x; echo cache > .gitignore; chmod 000 cache/a; chmod 555 cache .";
const secret = "mkdir secret; echo x > secret/x; chmod 000 secret";
const look = [
  { tool: "list", args: { depth: 5 } },
  { tool: "search", args: { pattern: "base" } },
  { tool: "read", args: { path: "cache/a/x" } },
];

describeNeeding("privileges", "folders a worker locked", () => {
  let project: Project;
  let options: CliOptions;
  beforeEach(() => {
    project = makeProject();
    options = { env: project.env, prefix: withoutPrivileges };
  });
  afterEach(() => {
    killLeftovers();
    project.remove();
  });

  const conduct = async (turns: readonly unknown[]) => {
    const scenario = project.write("scenario.json", scenarioOf({ A: turns as never }));
    const file = project.write("tickets.json", [ticket("A")]);
    const args = [
      "run",
      file,
      "--repo",
      project.repo,
      "--scenario",
      scenario,
      "--trust",
      "auto",
      "--model",
      "scripted/one",
    ];
    return tutti([...args, "--no-sandbox", "--json"], options);
  };
  const listRuns = (): readonly string[] =>
    readdirSync(join(project.folder, "home/state")).flatMap((key) =>
      key.startsWith("repo-") ? readdirSync(join(project.folder, "home/state", key, "runs")) : [],
    );

  it("G-03 A-23 do not stop the tools, the merge or the removal of the worktree", async () => {
    const done = await conduct([turn(run(cache)), turn(...look), turn(finish())]);
    expect(done.stderr).not.toContain("error");
    expect(done.code).toBe(0);
    const { records, final } = parseRun(done.stdout);
    const outputs = records.flatMap(({ event }) => (event.type === "tool.returned" ? [String(event["output"])] : []));
    expect(outputs[1]).toContain("[cache/a/ may not be entered]");
    expect(outputs[2]).toMatch(/src\/base\.txt:1: base\n\[1 files or folders could not be opened\]/);
    expect(outputs[3]).toContain('"cache/a/x" cannot be reached (EACCES)');
    expect(project.git("ls-tree", "--name-only", String(final["branch"]))).toContain(".gitignore");
    expect((await tutti(["clean", "--repo", project.repo], options)).code).toBe(0);
    expect(listRuns()).toEqual([]);
  });

  it("WS7 P22 are named where they would be missing from the result, and kept for the person", async () => {
    const done = await conduct([turn(run(secret)), turn(finish())]);
    expect(done.code).toBe(2);
    const { records } = parseRun(done.stdout);
    expect(JSON.stringify(records.find(({ event }) => event.type === "attempt.failed"))).toContain(
      "git cannot take: secret/",
    );
    expect(records.some(({ event }) => typeof event["quarantined"] === "string")).toBe(true);
    expect((await tutti(["clean", "--repo", project.repo], options)).code).toBe(0);
    expect(listRuns()).toEqual([]);
  });
});
