// What an attempt changed stays readable after the run: merged or not, by a process that only reads it.

import { globSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { AttemptDiff } from "../../src/domain/check-question.ts";
import { killLeftovers, startTutti, tutti } from "./support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

it("STREAM12 after the run every attempt's changes are shown, until its repository is gone", async () => {
  const plan = [ticket("A"), ticket("B"), ticket("C", { verify: ["false"], models: ["scripted/one"] })];
  const file = project.write("tickets.json", plan);
  const turns = (name: string) => [turn(write(`${name}.txt`, `${name} was here\n`)), turn(finish())];
  const script = project.write("scenario.json", scenarioOf({ A: turns("a"), B: turns("b"), C: turns("c") }));
  const flags = ["--scenario", script, "--model", "scripted/one", "--no-sandbox", "--trust", "auto", "--json"];
  const { stdout } = await tutti(["run", file, "--repo", project.repo, ...flags], project);
  const [, run = ""] = /"run":"(run_\w+)"/.exec(stdout) ?? [];
  expect(stdout).toContain('"quarantined":');

  const served = startTutti(["serve", "--port", "0", "--json"], project);
  await served.seen(/"page":"http[^"]*#code=/);
  const home = project.env["TUTTI_HOME"] ?? "";
  const { port, token } = JSON.parse(readFileSync(join(home, "state", "server.json"), "utf8")) as {
    port: number;
    token: string;
  };
  const ask = (of: string): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}/api/runs/${run}/tickets/${of}/attempts/1/diff`, {
      headers: { authorization: `Bearer ${token}` },
    });
  for (const name of ["a", "b", "c"]) {
    const answer = await ask(name.toUpperCase());
    expect(answer.status).toBe(200);
    const { files, patch } = (await answer.json()) as AttemptDiff;
    expect(files).toEqual([`${name}.txt`]);
    expect(patch).toContain(`+${name} was here`);
  }
  for (const repository of globSync(join(home, "state", "*", "runs", run, "repo.git")))
    rmSync(repository, { recursive: true });
  const answer = await ask("A");
  expect([answer.status, await answer.json()]).toMatchObject([404, { code: "attempt_gone" }]);
}, 90_000);
