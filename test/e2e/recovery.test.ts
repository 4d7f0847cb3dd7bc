// Chains of deliberations with the real program: one that comes to something in its third run, one that fails for good,
// and one whose processes are killed.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createDesk } from "../../src/compose/desk.ts";
import type { Handoff } from "../../src/domain/handoff.ts";
import type { PipelinesBody, RecoveredBody } from "../../src/http/pipeline-wire.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { Look } from "../../src/cli/desk.ts";
import { pipelineOf } from "../../src/views/pipeline.ts";
import { killLeftovers, startTutti, tutti, type Done } from "./support/cli.ts";
import { pairScenario, type PairOptions } from "./support/deliberation.ts";
import { makeProject, type Project } from "./support/project.ts";

let project: Project;
beforeAll(() => {
  project = makeProject();
});
afterEach(killLeftovers);
afterAll(() => project.remove());

const deskOf = (of: Project) => createDesk(of.env, of.folder);
const deliberate = (of: Project, pair: PairOptions, recover: string): string[] => [
  "deliberate",
  "--repo",
  of.repo,
  "--scenario",
  of.write("scenario.json", pairScenario(pair)),
  "--recover",
  recover,
  "--no-sandbox",
  "--plain",
];

type Marker = { readonly run: RunId; readonly exit_code: number; readonly outcome: string };

function markerOf({ stdout }: Done): Marker {
  const lines = stdout.split("\n").filter((line) => line.startsWith("ORCHESTRATION_RESULT:"));
  expect(lines).toHaveLength(1);
  return JSON.parse((lines[0] ?? "").slice("ORCHESTRATION_RESULT:".length)) as Marker;
}

/** The runs of the chain that `run` belongs to, the first one first. */
async function chainOf(of: Project, run: RunId): Promise<readonly Look[]> {
  const looks = await deskOf(of).list(of.repo);
  const byRun = new Map(looks.map((look) => [look.run, look]));
  const chain: Look[] = [];
  for (let next: RunId | null | undefined = run; next !== null && next !== undefined;) {
    const look = byRun.get(next);
    if (look === undefined) break;
    chain.unshift(look);
    next = pipelineOf(look.state)?.prior;
  }
  return chain;
}

const outcomesOf = (chain: readonly Look[]): readonly (readonly [attempt: number, outcome: string])[] =>
  chain.map(({ state }) => [pipelineOf(state)?.attempt ?? 0, pipelineOf(state)?.outcome ?? ""]);

function pipelineAt(chain: readonly Look[], place: number): ReturnType<typeof pipelineOf> {
  const look = chain[place];
  return look === undefined ? null : pipelineOf(look.state);
}

describe("a chain of recoveries", () => {
  it("RCV14 B-133 B-157 succeeds in its third run, with one marker line and what each changed", async () => {
    const done = await tutti(deliberate(project, { rounds: 2, agreesIn: 5 }, "auto"), project);
    expect(done.code, done.stdout + done.stderr).toBe(0);
    const { run } = markerOf(done);
    const chain = await chainOf(project, run);
    expect(outcomesOf(chain)).toEqual([
      [1, "iteration_limit"],
      [2, "iteration_limit"],
      [3, "consensus"],
    ]);
    expect(chain.map(({ state }) => state.config?.deliberation?.setup.limits.rounds)).toEqual([2, 3, 5]);
    const [first, second, third] = chain.map(({ state }) => pipelineOf(state));
    expect(first).toMatchObject({ status: "rebooting", next: { run: chain[1]?.run } });
    expect(second).toMatchObject({ prior: chain[0]?.run, root: chain[0]?.run, next: { run } });
    expect(third).toMatchObject({ prior: chain[1]?.run, root: chain[0]?.run, status: "completed" });
    expect(third?.changes).toContain("5 rounds instead of 3");
    // They think at the same time: either may have written first.
    const inherited = chain[1]?.state.config?.deliberation?.inheritance?.entries.map(({ key }) => key);
    expect(inherited).toEqual(expect.arrayContaining(["inherited_alpha_files", "inherited_beta_server"]));
  });

  it("RCV11 RCV14 RCV16 B-133 B-157 ends FAILED after the third, and leaves the choice to the person", async () => {
    const done = await tutti(deliberate(project, { rounds: 1 }, "auto"), project);
    expect(done.code).toBe(3);
    const { run } = markerOf(done);
    const chain = await chainOf(project, run);
    expect(chain).toHaveLength(3);
    const listed = await tutti(["runs", "--repo", project.repo], project);
    const [first] = chain;
    expect(listed.stdout).toMatch(new RegExp(`${first?.run}.*iteration_limit, failed after 3/3`));
    expect(pipelineAt(chain, 2)?.status).toBe("failed");
    const again = await tutti(["recover", run, "--repo", project.repo], project);
    expect(again.code).toBe(1);
    expect(again.stderr).toMatch(
      /attempt 3 of 3: the chain has FAILED\..*--rerun, --mediated, --escalate, or --accept/s,
    );
    expect((await chainOf(project, run)).length).toBe(3);
    const taken = await tutti(
      ["recover", run, "--accept", "solutions/files", "--repo", project.repo, "--json"],
      project,
    );
    expect(taken.code, taken.stderr).toBe(0);
    expect(JSON.parse(taken.stdout)).toEqual({ run, section: "solutions", key: "files", version: 1 });
    expect(pipelineAt(await chainOf(project, run), 2)?.status).toBe("completed");
  });

  it("RCV15 X-13 B-134 with `ask` nothing follows until the person says so, and `--mediated` begins a chain of its own", async () => {
    const done = await tutti(deliberate(project, { rounds: 1 }, "ask"), project);
    const { run } = markerOf(done);
    expect(pipelineAt(await chainOf(project, run), 0)).toMatchObject({ next: null, isOpenToChoice: true });
    const chosen = await tutti(["recover", run, "--mediated", "--repo", project.repo, "--plain"], project);
    expect(chosen.code).toBe(3);
    const next = markerOf(chosen).run;
    const chain = await chainOf(project, next);
    expect(outcomesOf(chain)).toEqual([
      [1, "iteration_limit"],
      [1, "iteration_limit"],
    ]);
    expect(pipelineAt(chain, 1)).toMatchObject({ root: next, prior: run });
    expect(chain[1]?.state.config?.deliberation?.setup).toMatchObject({ mediatorAtOnce: true, limits: { rounds: 1 } });
  });

  it("RCV3 B-134 `--escalate` sits all of them on the model that is named, and is refused where no higher tier is known", async () => {
    const { run } = markerOf(await tutti(deliberate(project, { rounds: 1 }, "none"), project));
    const escalate = (...more: string[]) =>
      tutti(["recover", run, "--escalate", ...more, "--repo", project.repo, "--plain"], project);
    const unknown = await escalate();
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(/No model of a higher tier is known.*--escalate --model/s);
    expect(pipelineAt(await chainOf(project, run), 0)?.next).toBeNull();
    const chosen = await escalate("--model", "scripted/large");
    expect(chosen.code, chosen.stderr).toBe(3);
    expect(chosen.stdout).toMatch(/recovers from run_\w+: ALPHA is scripted\/large; BETA is scripted\/large/);
    const [first, second] = await chainOf(project, markerOf(chosen).run);
    const modelsOf = (look: Look | undefined): readonly (string | undefined)[] => [
      ...new Set(look?.state.config?.deliberation?.setup.seats.map(({ model }) => model)),
    ];
    expect(modelsOf(first)).toEqual(["scripted/agent"]);
    expect(modelsOf(second)).toEqual(["scripted/large"]);
    const ran = [...(second?.state.spend.keys() ?? [])];
    expect(
      ran.every((key) => key.includes("scripted/large")),
      ran.join(),
    ).toBe(true);
  });

  it("RCV9 two processes that are asked at once make one run, and one of them conducts it", async () => {
    const { run } = markerOf(await tutti(deliberate(project, { rounds: 1 }, "ask"), project));
    const ask = () => tutti(["recover", run, "--repo", project.repo, "--plain"], project);
    const both = await Promise.all([ask(), ask(), ask()]);
    const last = both.flatMap(({ stdout }) => /"run":"(run_\w+)"/.exec(stdout)?.[1] ?? []);
    const looks = await deskOf(project).list(project.repo);
    const follows = looks.filter(({ state }) => pipelineOf(state)?.prior === run);
    expect(follows).toHaveLength(1);
    expect(last).toContain(follows[0]?.run);
  });
});

const moments: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["as it is opened", /"run\.created"/],
  ["with an agent's call under way", /"consult\.started"/],
  ["as it is aborted", /"deliberation\.aborting"/],
  ["with its handoff stored", /"deliberation\.handed_off"/],
  ["between revocations", /"deliberation\.revoked"/],
  ["with its failure recorded", /"deliberation\.failure_recorded"/],
  ["as it has ended", /"run\.ended"/],
];

describe("kill -9 on the way to a recovery", () => {
  it.each(moments)(
    "RCV9 killed %s: one recovery for each failed run, however often it is resumed",
    async (_, pattern) => {
      const own = makeProject();
      try {
        const running = startTutti([...deliberate(own, { rounds: 1 }, "auto"), "--json"], own);
        const [, id = ""] = await running.seen(/"type":"run\.created","run":"(run_\w+)"/);
        await running.seen(pattern);
        running.kill("SIGKILL");
        await running.done;
        const resume = () => tutti(["resume", id, "--repo", own.repo, "--json"], own);
        await Promise.all([resume(), resume()]);
        for (let tried = 0; tried < 6; tried += 1) {
          const looks = await deskOf(own).list(own.repo);
          const open =
            looks.find(({ state }) => state.ended === null) ?? looks.find(({ state }) => isOwed(looks, state));
          if (open === undefined) break;
          await tutti(["resume", open.run, "--repo", own.repo, "--json"], own);
        }
        const looks = await deskOf(own).list(own.repo);
        expect(looks).toHaveLength(3);
        expect(looks.map(({ state }) => pipelineOf(state)?.attempt)).toEqual(expect.arrayContaining([1, 2, 3]));
        const last = looks.find(({ state }) => pipelineOf(state)?.attempt === 3);
        expect(outcomesOf(await chainOf(own, last?.run ?? ("" as RunId)))).toHaveLength(3);
      } finally {
        own.remove();
      }
    },
  );
});

/** Its policy wants another run, and it is not there. */
const isOwed = (looks: readonly Look[], state: Look["state"]): boolean => {
  const pipeline = pipelineOf(state);
  const next = pipeline?.next?.run;
  return (
    (pipeline?.isOpenToChoice === true && pipeline.attempt < 3) ||
    (next !== undefined && !looks.some(({ run }) => run === next))
  );
};

describe("a server that is asked", () => {
  it("PIPE10 RCV14 recovers once however often it is asked, conducts the rest of the chain, and lists it", async () => {
    const own = makeProject();
    try {
      // Its process dies before anything can follow; or a moment after, which must be the same.
      const dying = startTutti([...deliberate(own, { rounds: 1 }, "auto"), "--json"], own);
      const [, id = ""] = await dying.seen(/"type":"run\.created","run":"(run_\w+)"/);
      const run = id as RunId;
      await dying.seen(/"run\.ended"/);
      dying.kill("SIGKILL");
      await dying.done;
      const server = startTutti(["serve", "--port", "0", "--json"], own);
      await server.seen(/"page":"http[^"]*#code=/);
      const file = join(own.env["TUTTI_HOME"] ?? "", "state", "server.json");
      const { port, token } = JSON.parse(readFileSync(file, "utf8")) as { port: number; token: string };
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const ask = async <T>(path: string, body?: unknown): Promise<T> => {
        const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, init);
        expect(answer.status, path).toBe(200);
        return (await answer.json()) as T;
      };
      const recover = () => ask<RecoveredBody>(`/api/pipeline/${run}/recover`, { why: "policy" });
      const all = await Promise.all([recover(), recover(), recover()]);
      expect(new Set(all.map((each) => each.run)).size).toBe(1);
      expect(all.filter(({ isNew }) => isNew).length).toBeLessThanOrEqual(1);
      expect(all[0]).toMatchObject({ attempt: 2 });
      const third = await expectEventually(async () => {
        const { pipelines } = await ask<PipelinesBody>("/api/pipeline");
        return pipelines.find((each) => each.recovery_attempt === 3 && each.status === "failed");
      });
      expect(third).toMatchObject({ prior_pipeline: all[0]?.run, root_pipeline: run, max_attempts: 3 });
      const { pipelines } = await ask<PipelinesBody>("/api/pipeline");
      expect(pipelines.map(({ recovery_attempt: attempt }) => attempt)).toEqual([3, 2, 1]);
      const handoff = await ask<Handoff>(`/api/pipeline/${run}/handoff`);
      expect(new Set(handoff.proposals.map(({ value }) => value))).toEqual(new Set(["One file.", "A server."]));
      server.kill("SIGTERM");
      await server.done;
    } finally {
      own.remove();
    }
  });
});

/** A run that failed, whose process died before it began the recovery. Returns its id. */
async function leaveOwed(own: Project): Promise<string> {
  const dying = startTutti([...deliberate(own, { rounds: 1 }, "auto"), "--json"], own);
  const [, id = ""] = await dying.seen(/"type":"run\.created","run":"(run_\w+)"/);
  await dying.seen(/"run\.ended"/);
  dying.kill("SIGKILL");
  await dying.done;
  return id;
}

describe("a server that starts", () => {
  it("RCV17 begins the recovery that a dead process left owed, once, however many servers start at once", async () => {
    const own = makeProject();
    try {
      const id = await leaveOwed(own);
      const serve = () => startTutti(["serve", "--port", "0", "--json"], own);
      const servers = [serve(), serve()];
      await Promise.all(servers.map((server) => server.seen(/"page":"http[^"]*#code=/)));
      const looks = await expectEventually(async () => {
        const all = await deskOf(own).list(own.repo);
        return all.some(({ state }) => pipelineOf(state)?.status === "failed") ? all : undefined;
      });
      expect(looks.map(({ state }) => pipelineOf(state)?.attempt)).toEqual([3, 2, 1]);
      expect(looks.at(-1)?.run).toBe(id);
      for (const { run } of looks) {
        const told = await tutti(["log", run, "--json", "--repo", own.repo], own);
        expect(told.stdout.match(/deliberation\.recovery_claimed/g)?.length ?? 0).toBeLessThanOrEqual(1);
        expect(told.stdout.match(/"run\.adopted"/g)?.length ?? 0, run).toBeLessThanOrEqual(1);
      }
      for (const server of servers) server.kill("SIGTERM");
      await Promise.all(servers.map((server) => server.done));
    } finally {
      own.remove();
    }
  });
});

describe("the next deliberation of a project", () => {
  it("RCV17 begins beside itself the recovery that a dead process left owed, and stays until its chain is over", async () => {
    const own = makeProject();
    try {
      const id = await leaveOwed(own);
      // Its own process would have been about to begin it.
      await pause(3_500);
      const other = own.write("other.json", pairScenario({ rounds: 12, agreesIn: 9 }));
      const next = ["deliberate", "--scenario", other, "--recover", "none", "--no-sandbox", "--plain"];
      const done = await tutti([...next, "--repo", own.repo], own);
      expect(done.code, done.stderr).toBe(0);
      const looks = await deskOf(own).list(own.repo);
      const chain = looks.filter(({ state }) => pipelineOf(state)?.root === id || pipelineOf(state)?.prior !== null);
      expect(new Set(chain.map(({ state }) => pipelineOf(state)?.attempt))).toEqual(new Set([1, 2, 3]));
      expect([chain.length, looks.length]).toEqual([3, 4]);
    } finally {
      own.remove();
    }
  });
});

/** What is there within twenty seconds. */
async function expectEventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (let tried = 0; tried < 200; tried += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(100);
  }
  throw new Error("it did not come");
}
