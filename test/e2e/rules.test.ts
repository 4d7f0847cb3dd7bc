// A rule made from a second terminal spares the next question of a live run.

import { afterEach, beforeEach, expect, it } from "vitest";
import { killLeftovers, parseRun, startTutti, tutti } from "./support/cli.ts";
import { typedLines, wordsOf } from "./support/guide-words.ts";
import { finish, makeProject, run, scenarioOf, ticket, turn, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

const lines = typedLines("rules");
const call = (...args: string[]) => tutti([...args, "--repo", project.repo], project);

it("RULE1 RULE5 RULE6 RULE7 a rule is looked at, made, answers what is open and spares the next question, as the guide's page says", async () => {
  const turns = [turn(run("npm test")), turn(run("npm test")), turn(run("npm test && echo done")), turn(finish())];
  const file = project.write("tickets.json", [ticket("A")]);
  const scenario = project.write("scenario.json", scenarioOf({ A: turns }));
  const how = ["--scenario", scenario, "--model", "scripted/one", "--trust", "ask", "--attended", "--no-sandbox"];
  const running = startTutti(["run", file, "--repo", project.repo, ...how, "--json"], project);
  const [, first = ""] = await running.seen(/"type":"approval\.requested"[^\n]*"approval":"(A\d+)"/);
  const [look = "", make = "", list = ""] = lines;
  const looked = await call(...wordsOf(look));
  expect(looked.stdout).toContain("is about 1 of 1 questions so far");
  expect(looked.stdout).toContain(`With --also-open it answers at once: ${first}.`);
  const made = await call(...wordsOf(make));
  expect(made.stdout).toContain(`a rule approves every call of run that is exactly "npm test"; it answers ${first}`);
  // The second is spared; the third is another command.
  const [, last = ""] = await running.seen(/"approval":"(A\d+)"[^\n]*echo done/);
  const listed = (await call(...wordsOf(list))).stdout;
  expect(listed).toMatch(/^R\d+ approves every call of run that is exactly "npm test" \(person:/);
  const [id = ""] = listed.split(" ");
  expect((await call("rules", "remove", id)).stdout).toContain(`rule ${id} counts no more`);
  expect((await call("rules", "remove", id)).stderr).toContain("there is no rule");
  expect((await call("rules", "add", "approve", "--command", "a && b")).stderr).toContain("is not one plain command");
  expect((await call("rules", "add", "approve", "--command-prefix", "find .")).stderr).toContain(
    "name the whole command",
  );
  expect((await call("approve", last)).code).toBe(0);
  const { records, final } = parseRun((await running.done).stdout);
  expect(final).toMatchObject({ outcome: "completed" });
  expect(records.filter(({ event }) => event.type === "approval.requested")).toHaveLength(2);
  expect(records.filter(({ event }) => event.type === "tool.called")).toHaveLength(3);
});
