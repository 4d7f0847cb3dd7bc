// An abort that comes in the very act of publishing: git has moved the branch, and its caller has not heard of it yet.

import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  killLeftovers,
  parseLines,
  parseRun,
  startTutti,
  tutti,
  type JsonRecord,
  type Started,
} from "./support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  project.write("go", "");
  killLeftovers();
  project.remove();
});

const at = (): readonly string[] => ["--repo", project.repo];
const call = (...args: string[]) => tutti([...args, ...at()], project);
const path = (name: string): string => join(project.folder, name);

/** A `git` that says when it has moved the run's own branch from one commit to the next, and does not return before it is told to go. */
function holdingGit(): Readonly<Record<string, string>> {
  const git = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  mkdirSync(path("bin"));
  const file = project.write(
    "bin/git",
    `#!/bin/sh
'${git}' "$@"
code=$?
case "$*" in *"update-ref refs/heads/tutti/"*"/integration "?*" "[0-9a-f]*)
  if [ ! -e '${path("go")}' ]; then : > '${path("moved")}'; while [ ! -e '${path("go")}' ]; do sleep 0.05; done; fi;;
esac
exit $code
`,
  );
  chmodSync(file, 0o755);
  return { ...project.env, PATH: `${path("bin")}:${process.env["PATH"] ?? ""}` };
}

async function startAndHold(): Promise<Started> {
  const file = project.write("tickets.json", [ticket("A"), ticket("B", { dependsOn: ["A"] })]);
  const turns = (id: string) => [turn(write(`${id}.txt`, id)), turn(finish())];
  const scenario = project.write("scenario.json", scenarioOf({ A: turns("A"), B: turns("B") }));
  const flags = ["--scenario", scenario, "--model", "scripted/one", "--trust", "auto", "--no-sandbox", "--json"];
  const running = startTutti(["run", file, ...at(), ...flags], { env: holdingGit() });
  const deadline = Date.now() + 20_000;
  while (!existsSync(path("moved"))) {
    if (Date.now() > deadline) throw new Error("the branch was never moved");
    await new Promise((resolve) => void setTimeout(resolve, 20));
  }
  return running;
}

const published = (run: unknown): string => project.git("ls-tree", "--name-only", `tutti/${String(run)}/integration`);
const types = (records: readonly JsonRecord[]): readonly string[] => records.map(({ event }) => event.type);
const log = async (): Promise<readonly JsonRecord[]> =>
  parseLines((await call("log", "--json")).stdout) as readonly JsonRecord[];

describe("an abort in the act of publishing", () => {
  it("RUN14 of a ticket: what was published stays, and its ticket is completed", async () => {
    const running = await startAndHold();
    const aborted = await call("abort", "--ticket", "A", "--reason", "not needed");
    expect(aborted.stdout).toContain("A is being merged");
    expect((await call("status")).stdout).toContain("its merge is being stopped");
    project.write("go", "");
    const done = await running.done;
    const { records, final } = parseRun(done.stdout);
    expect(final).toMatchObject({ outcome: "completed", tickets: { completed: 2 }, merged: 2 });
    expect(types(records)).toContain("ticket.abort_requested");
    expect(types(records)).not.toContain("ticket.cancelled");
    expect(published(final["run"])).toMatch(/^A\.txt$/m);
  });

  it("RUN14 of the run: it ends aborted, with the published ticket completed and nothing started after it", async () => {
    const running = await startAndHold();
    expect((await call("abort")).code).toBe(0);
    project.write("go", "");
    const done = await running.done;
    expect(done.code).toBe(3);
    const { records, final } = parseRun(done.stdout);
    expect(final).toMatchObject({ outcome: "aborted", tickets: { completed: 1 }, merged: 1 });
    const order = types(records);
    expect(order.slice(order.indexOf("run.aborted"))).toEqual([
      "run.aborted",
      "ticket.abort_requested",
      "merge.published",
      "ticket.completed",
      "run.ended",
      "attempt.disposed",
    ]);
    expect(published(final["run"])).toMatch(/^A\.txt$/m);
  });

  it("RUN14 CLI13 of a run whose process was killed there: the refs are asked before it ends", async () => {
    const running = await startAndHold();
    running.kill("SIGKILL");
    await running.done;
    project.write("go", "");
    const aborted = await call("abort", "--json");
    expect(aborted.code).toBe(0);
    const records = await log();
    const order = types(records).filter((type) => type !== "run.adopted");
    expect(order.slice(order.indexOf("run.aborted"))).toEqual([
      "run.aborted",
      "ticket.abort_requested",
      "merge.published",
      "ticket.completed",
      "run.ended",
      "attempt.disposed",
    ]);
    expect(published((JSON.parse(aborted.stdout) as { run: string }).run)).toMatch(/^A\.txt$/m);
  });
});
