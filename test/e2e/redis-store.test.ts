// Runs of the real command that are recorded on a Redis server: killed and resumed, moved from store to store, read by
// the programs of the earlier system.

import { readFileSync, writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { createRedisLink, type RedisLink } from "../../src/adapters/log/redis/redis-link.ts";
import { describeNeeding } from "../support/needs.ts";
import { addressOf, durable, startRedis, type RedisServer } from "../support/redis-server.ts";
import { killLeftovers, parseLines, parseRun, startTutti, tutti, type Done, type JsonRecord } from "./support/cli.ts";
import { pairScenario } from "./support/deliberation.ts";
import { diamond, makeProject, type Project } from "./support/project.ts";

describeNeeding("redis", "runs on a Redis server", () => {
  let server: RedisServer;
  let link: RedisLink;
  let project: Project;
  beforeAll(async () => {
    server = await startRedis(...durable);
  });
  afterAll(() => server.dispose());
  beforeEach(async () => {
    project = makeProject();
    link = createRedisLink({ address: addressOf(server.address), password: async () => undefined });
    await link.call("FLUSHALL");
  });
  afterEach(() => {
    killLeftovers();
    link.close();
    project.remove();
  });

  const there = (): { env: Record<string, string> } => ({ env: { ...project.env, TUTTI_STORE: server.address } });
  const ask = (args: readonly string[], more: Record<string, string> = {}): Promise<Done> =>
    tutti([...args, "--repo", project.repo], { env: { ...there().env, ...more } });
  const runArgs = (): string[] => {
    const scenario = project.write("scenario.json", diamond.scenario);
    const file = project.write("tickets.json", diamond.tickets);
    const settings = ["--model", "scripted/one", "--trust", "auto", "--no-sandbox", "--json"];
    return ["run", file, "--repo", project.repo, "--scenario", scenario, ...settings];
  };
  const count = (records: readonly JsonRecord[], type: string): number =>
    records.filter(({ event }) => event.type === type).length;

  it("RDS14 killed at many moments and resumed, a run ends as it would have; every ticket is completed once", async () => {
    const args = runArgs();
    for (const moment of [/turn\.started/, /finish\.reported/, /merge\.queued/, /"ticket\.completed","ticket":"B"/]) {
      const running = startTutti(args, there());
      const [, id = ""] = await running.seen(/"type":"run\.created","run":"(run_\w+)"/);
      await running.seen(moment);
      running.kill("SIGKILL");
      await running.done;
      const resumed = await ask(["resume", id, "--json"]);
      expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
      const log = parseLines((await ask(["log", id, "--json"])).stdout) as readonly JsonRecord[];
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, place) => place + 1));
      expect([count(log, "ticket.completed"), count(log, "run.ended"), count(log, "run.adopted")]).toEqual([4, 1, 1]);
    }
    expect((await ask(["runs"])).stdout.split("\n").filter((line) => line.includes("completed 4/4"))).toHaveLength(4);
    // On this machine, in its own store, there is nothing.
    expect((await tutti(["runs", "--repo", project.repo], project)).stdout).toContain("There is no run");
  });

  it("RDS2 a server killed and started again in the middle of a run: the run goes on and ends", async () => {
    const running = startTutti(runArgs(), there());
    await running.seen(/tool\.called/);
    await server.kill();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await server.start();
    const done = await running.done;
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(parseRun(done.stdout).final).toMatchObject({ outcome: "completed" });
  });

  it("RDS14 a run with git work is looked at on another machine, resumed there, and landed where it began", async () => {
    const running = startTutti(runArgs(), there());
    const [, id = ""] = await running.seen(/"type":"run\.created","run":"(run_\w+)"/);
    await running.seen(/merge\.published/);
    running.kill("SIGKILL");
    await running.done;
    const elsewhere = { TUTTI_HOME: join(project.folder, "another-machine") };
    expect((await ask(["status", id], elsewhere)).stdout).toContain(id);
    const resumed = await ask(["resume", id, "--json"], elsewhere);
    expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
    expect((await ask(["land", id])).code).toBe(0);
    expect(project.git("ls-tree", "-r", "--name-only", "HEAD")).toContain("out/D.txt");
  });

  it("RDS12 a run goes from SQLite to the server and back, byte for byte; one that came in is conducted by nobody", async () => {
    const made = parseRun((await tutti(runArgs(), project)).stdout);
    const id = String(made.final["run"]);
    const taken = (name: string): string => readFileSync(join(project.folder, name), "utf8");
    const out = async (name: string, env: Record<string, string>): Promise<void> => {
      const args = ["export", id, "--format", "jsonl", "--out", join(project.folder, name), "--repo", project.repo];
      const done = await tutti(args, { env });
      expect(done, done.stderr).toMatchObject({ code: 0 });
    };
    await out("first.jsonl", { ...project.env });
    const brought = await ask(["import", join(project.folder, "first.jsonl")]);
    expect(brought, brought.stderr).toMatchObject({ code: 0 });
    expect((await ask(["import", join(project.folder, "first.jsonl")])).code).toBe(1);
    await out("second.jsonl", there().env);
    expect(taken("second.jsonl")).toBe(taken("first.jsonl"));
    const third = { ...project.env, TUTTI_HOME: join(project.folder, "third") };
    const back = await tutti(["import", join(project.folder, "second.jsonl"), "--repo", project.repo], { env: third });
    expect(back, back.stderr).toMatchObject({ code: 0 });
    await out("third.jsonl", third);
    expect(taken("third.jsonl")).toBe(taken("first.jsonl"));
    // Nor where nothing of this machine's folders says where it came from.
    const refused = await ask(["resume", id, "--json"], { TUTTI_HOME: join(project.folder, "fourth") });
    expect(refused.stdout).toContain("run_imported");
    expect((await ask(["clean", id])).code).toBe(0);
    // The run it came from is in its own store, whole.
    await out("again.jsonl", { ...project.env });
    expect(taken("again.jsonl")).toBe(taken("first.jsonl"));
    expect(await link.call("EXISTS", `tutti:{${id}}:meta`, `tutti:{${id}}:log`, `tutti:{${id}}:blobs`)).toBe(0);
  });

  it("RDS13 a failed deliberation and the run that recovers from it have the earlier system's keys, and none points nowhere", async () => {
    const scenario = project.write("scenario.json", pairScenario({ rounds: 1, agreesIn: 2 }));
    const args = ["deliberate", "--scenario", scenario, "--no-sandbox", "--json", "--unattended"];
    const first = await ask([...args, "--recover", "none"]);
    expect(first.code, first.stderr).not.toBe(1);
    const failed = String((await keysLike("recovery:*"))[0]).slice("recovery:".length);
    const hash = await hashOf(`pipeline:${failed}`);
    expect(hash).toMatchObject({
      is_recovery: "false",
      recovery_attempt: "1",
      handoff_key: `handoff:${failed}:agents`,
    });
    expect(await hashOf(`recovery:${failed}`)).toMatchObject({
      handoff_ref: `handoff:${failed}:agents`,
      abort_reason: "iteration_limit",
    });
    const document = String(await link.call("GET", `handoff:${failed}:agents`));
    expect(JSON.parse(document)).toMatchObject({ checksum: expect.any(String) as unknown });
    const lives = async (key: string): Promise<number> => Number(await link.call("TTL", key));
    expect(await lives(`handoff:${failed}:agents`)).toBeGreaterThan(86_000);
    // It has ended: what points goes with what is pointed at.
    expect(await lives(`pipeline:${failed}`)).toBeGreaterThan(86_000);
    await link.callAll([
      ["EXPIRE", `handoff:${failed}:agents`, 50],
      ["EXPIRE", `pipeline:${failed}`, 50],
    ]);
    const second = await ask(["recover", failed, "--rerun", "--json"]);
    expect(second.code, second.stderr).not.toBe(1);
    const [inherited = ""] = await keysLike("handoff:*:inherited");
    const recovery = inherited.split(":")[1] ?? "";
    expect(await hashOf(`pipeline:${recovery}`)).toMatchObject({
      is_recovery: "true",
      prior_pipeline: failed,
      inherited_handoff: inherited,
    });
    expect(String(await link.call("GET", inherited))).toBe(document);
    // The chain went on: what it came from is kept anew.
    expect(await lives(`handoff:${failed}:agents`)).toBeGreaterThan(86_000);
    expect(await lives(`pipeline:${failed}`)).toBeGreaterThan(86_000);
    for (const key of await keysLike("pipeline:*"))
      for (const named of Object.values(await hashOf(key)).filter((value) => value.startsWith("handoff:")))
        expect(await link.call("EXISTS", named), `${key} names ${named}`).toBe(1);
  });

  it("RDS11 the command's word counts before the environment's, and that before the settings'; a repository has none", async () => {
    const config = join(project.env["TUTTI_HOME"] ?? "", "config");
    mkdirSync(config, { recursive: true, mode: 0o700 });
    const file = join(config, "config.toml");
    const doctor = async (args: readonly string[], env: Record<string, string> = {}): Promise<string> =>
      (await tutti(["doctor", "--repo", project.repo, ...args], { env: { ...project.env, ...env } })).stdout;
    writeFileSync(file, `store = "${server.address}/1"\n`, { mode: 0o600 });
    expect(await doctor([])).toContain(`store: ${server.address}/1, version`);
    expect(await doctor([], { TUTTI_STORE: `${server.address}/2` })).toContain(`store: ${server.address}/2, version`);
    const all = await doctor(["--store", `${server.address}/3`], { TUTTI_STORE: `${server.address}/2` });
    expect(all).toContain(`store: ${server.address}/3, version`);
    expect(await doctor(["--store", "local"])).toContain("store: SQLite");
    const bad = await tutti(["runs", "--repo", project.repo, "--store", "redis://:secret@127.0.0.1"], project);
    expect(bad).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/--store has a password in it.*password=env:/s) as unknown,
    });
    expect(bad.stderr).not.toContain("secret");
    writeFileSync(file, 'store = "somewhere"\n');
    expect(await doctor([])).toMatch(/config\.toml:1:1: store is no address of a Redis server/);
    writeFileSync(file, "");
    writeFileSync(join(project.repo, "tutti.toml"), `store = "${server.address}"\n`);
    expect(await doctor([])).toMatch(/tutti\.toml.*store/);
  });

  const keysLike = async (pattern: string): Promise<readonly string[]> =>
    ((await link.call("KEYS", pattern)) as readonly string[]).toSorted();
  const hashOf = async (key: string): Promise<Record<string, string>> => {
    const flat = (await link.call("HGETALL", key)) as readonly string[];
    return Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ""]] : [])));
  };
});
