// A real run that tells a webhook of this machine what waits and how it ended.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startHook, type HookServer } from "../adapters/notify/hook-server.ts";
import { killLeftovers, startTutti, tutti } from "./support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
let hook: HookServer;
beforeEach(async () => {
  project = makeProject();
  hook = await startHook();
  const folder = join(project.env["TUTTI_HOME"] ?? "", "config");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "config.toml"), `[notify]\nwebhook = "${hook.url}"\nsecret = "env:HOOK_SECRET"\n`);
});
afterEach(async () => {
  killLeftovers();
  await hook.close();
  project.remove();
});

const withSecret = () => ({ env: { ...project.env, HOOK_SECRET: "s3cret" } });
const bodies = () => hook.told.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe("a run with a webhook", () => {
  it("NOTIFY1 NOTIFY2 NOTIFY4 tells what waits, then its end, and no code; doctor looks at it", async () => {
    const file = project.write("tickets.json", [ticket("A")]);
    const turns = { A: [turn(write("a.txt", "one")), turn(finish())] };
    const scenario = project.write("scenario.json", scenarioOf(turns));
    const how = ["--model", "scripted/one", "--trust", "ask", "--no-sandbox", "--attended", "--json"];
    const running = startTutti(["run", file, "--repo", project.repo, "--scenario", scenario, ...how], withSecret());
    const [, run = ""] = await running.seen(/"run":"(run_[0-9a-z]+)"/);
    await running.seen(/"type":"approval.requested"/);
    await expect.poll(() => hook.told.length, { timeout: 10_000 }).toBe(1);
    const [waiting] = bodies();
    expect(waiting).toMatchObject({ event: "waiting", run, waiting: 1 });
    expect(waiting?.["page"]).toMatch(new RegExp(`^http://127\\.0\\.0\\.1:\\d+/runs/${run}$`));
    const questions = (waiting?.["questions"] ?? []) as readonly { readonly approval: string }[];
    const approval = questions[0]?.approval ?? "";
    await tutti(["approve", approval, "--repo", project.repo], project);
    await running.seen(/"type":"run.ended"/);
    await expect.poll(() => hook.told.length, { timeout: 10_000 }).toBe(2);
    expect(bodies()[1]).toMatchObject({ event: "ended", outcome: "completed", completed: 1, tickets: 1 });
    for (const { headers, body } of hook.told) {
      expect(headers["x-tutti-signature"]).toMatch(/^sha256=[0-9a-f]{64}$/);
      expect(body).not.toMatch(/code|s3cret|one/);
    }

    const looked = await tutti(["doctor", "--repo", project.repo, "--json"], withSecret());
    const { checks } = JSON.parse(looked.stdout) as { checks: { what: string; ok: boolean; detail: string }[] };
    expect(checks.find(({ what }) => what === "webhook")).toMatchObject({
      ok: true,
      detail: expect.stringContaining("signed with env:HOOK_SECRET"),
    });
    expect(looked.stdout).not.toContain("CANARY");
    const blind = await tutti(["doctor", "--repo", project.repo], project);
    expect(blind.stdout).toMatch(/MISSING {2}webhook: .*HOOK_SECRET is not set/);
  }, 60_000);

  it("NOTIFY3 a webhook that is at fault is a notice, and the run ends as it would", async () => {
    hook.answers = [404];
    const file = project.write("tickets.json", [ticket("A")]);
    const scenario = project.write("scenario.json", scenarioOf({ A: [turn(write("a.txt", "one")), turn(finish())] }));
    const how = ["--model", "scripted/one", "--trust", "auto", "--no-sandbox", "--json"];
    const ended = await tutti(["run", file, "--repo", project.repo, "--scenario", scenario, ...how], withSecret());
    expect(ended.code).toBe(0);
    expect(hook.told).toHaveLength(1);
  }, 60_000);
});
