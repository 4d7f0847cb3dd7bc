// A run on a Redis server that one machine conducts, spoken to from another: two homes, nothing shared but the server.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { describeNeeding } from "../support/needs.ts";
import { durable, startRedis, type RedisServer } from "../support/redis-server.ts";
import {
  killLeftovers,
  parseLines,
  startTutti,
  tutti,
  type Done,
  type JsonRecord,
  type Started,
} from "./support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

describeNeeding("redis", "a run of another machine", () => {
  let server: RedisServer;
  let project: Project;
  beforeAll(async () => {
    server = await startRedis(...durable);
  });
  afterAll(() => server.dispose());
  beforeEach(() => {
    project = makeProject();
    mkdirSync(join(project.folder, "nowhere"));
  });
  afterEach(() => {
    killLeftovers();
    project.remove();
  });

  /** Longer than any test stops a process for. */
  const store = () => `${server.address}?lease=120`;
  const here = () => ({ env: { ...project.env, TUTTI_STORE: store() } });
  /** No repository, no run's folder, another home. */
  const there = () => ({
    env: { ...project.env, TUTTI_STORE: store(), TUTTI_HOME: join(project.folder, "other") },
    cwd: join(project.folder, "nowhere"),
  });
  const ask = (...args: readonly string[]): Promise<Done> => tutti(args, there());
  const asked = async (...args: readonly string[]): Promise<string> => {
    const done = await ask(...args);
    expect(done, done.stderr).toMatchObject({ code: 0 });
    return done.stdout;
  };

  async function start(
    turns: Parameters<typeof scenarioOf>[0],
    ...more: string[]
  ): Promise<{ readonly running: Started; readonly run: string }> {
    const file = project.write(
      "tickets.json",
      Object.keys(turns).map((id) => ticket(id)),
    );
    const scenario = project.write("scenario.json", scenarioOf(turns));
    const settings = ["--model", "scripted/one", "--no-sandbox", "--attended", "--json", ...more];
    const running = startTutti(["run", file, "--repo", project.repo, "--scenario", scenario, ...settings], here());
    const [, run = ""] = await running.seen(/"type":"run\.created","run":"(run_\w+)"/);
    return { running, run };
  }

  it("MVW1 MVW5 is listed, looked at, answered, told, paused, driven and aborted there as where it is conducted", async () => {
    const { running, run } = await start(
      { A: [turn(write("a.txt", "one\n")), turn(write("b.txt", "two\n")), turn(finish())] },
      "--trust",
      "ask",
    );
    await running.seen(/"type":"approval\.requested"/);
    expect(await asked("runs")).toContain(run);
    expect(await asked("status")).toContain("Ticket A");
    const listed = await asked("approvals", "--json");
    const [first] = (JSON.parse(listed) as { approvals: { id: string; detail: { preview: string } }[] }).approvals;
    expect(first?.detail.preview).toMatch(/^\+one$/m);
    await asked("approve", first?.id ?? "");
    await running.seen(/"type":"approval\.answered"/);
    await asked("tell", "A", "keep it short", "--run", run);
    await running.seen(/"type":"ticket\.steered"/);
    await asked("mode", "linear");
    await running.seen(/"mode":"linear"/);
    await asked("pause", run);
    await running.seen(/"type":"run\.paused"/);
    await asked("abort", run);
    expect((await running.done).code).toBe(3);
    const log = parseLines(await asked("log", run, "--json")) as readonly JsonRecord[];
    const people = log.filter(({ event }) => /answered|steered|mode_changed|run\.paused/.test(event.type));
    expect(new Set(people.map(({ by }) => by.replace(/:.*/, "")))).toEqual(new Set(["person"]));
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, place) => place + 1));
  });

  it("MVW2 is watched there to its end, what a model says as it is said", async () => {
    const words = Array.from({ length: 40 }, (_, place) => `word${place}`).join(" ");
    const slow = { ...turn(write("a.txt", "one\n")), text: words, chunks: 40, chunkMs: 50 };
    const { running, run } = await start({ A: [slow, turn(finish())] }, "--trust", "auto");
    const watching = startTutti(["watch", run, "--json"], there());
    await watching.seen(/"type":"turn\.started"/);
    await watching.seen(/"type":"run\.ended"/);
    expect((await watching.done).code).toBe(0);
    expect((await running.done).code).toBe(0);
  });

  it("MVW4 whose process stands still is told as not answering; awake again, it does what it is asked then and nothing of before", async () => {
    const { running, run } = await start({ A: [turn(write("a.txt", "one\n")), turn(finish())] }, "--trust", "ask");
    await running.seen(/"type":"approval\.requested"/);
    running.child.kill("SIGSTOP");
    const stopped = await ask("pause", run);
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toMatch(/does not (?:answer|serve)/);
    running.child.kill("SIGCONT");
    await asked("pause", run);
    await running.seen(/"type":"run\.paused"/);
    const log = parseLines(await asked("log", run, "--json")) as readonly JsonRecord[];
    // What was taken back was never begun.
    expect(log.filter(({ event }) => event.type === "run.paused")).toHaveLength(1);
  });

  it("MVW8 MVW6 the machines of the store are listed, one is told to drain, and the doctor counts them", async () => {
    expect(await asked("machines")).toMatch(/No machine is registered.*\n {2}tutti worker --store redis:/);
    const local = await tutti(["machines", "--store", "local"], there());
    expect(local.stdout).toMatch(
      /This store has no machines\. Runs are recorded on this machine[\s\S]*tutti worker --store redis:/,
    );
    const card = {
      id: "build-1-aa",
      host: "build-1",
      pid: 7,
      version: "0.0.1",
      protocol: 0,
      labels: ["gpu"],
      capacity: 2,
      isDraining: false,
      startedAt: 1,
      load: 0.5,
      processors: 8,
      memory: { free: 2 ** 30, all: 2 ** 34 },
      working: [{ run: "run_0000000000000001", ticket: "A", attempt: 1, step: "turn:0000-1/1~1" }],
    };
    await server.link().callAll([
      ["ZADD", "tutti:machines", 1, card.id],
      ["SET", `tutti:machine:${card.id}`, JSON.stringify(card), "PX", 60_000],
    ]);
    const lines = await asked("machines");
    expect(lines).toMatch(/build-1-aa {2}1 of 2 attempts/);
    expect(lines).toMatch(/Older: takes no work/);
    expect(lines).toContain("A#1 of run_0000000000000001 waits for its model");
    const list = JSON.parse(await asked("machines", "--json")) as { machines: { id: string }[] };
    expect(list.machines.map(({ id }) => id)).toEqual(["build-1-aa"]);
    expect((await ask("machines", "drain", "build-2")).stderr).toContain('There is no machine "build-2" now');
    expect(await asked("machines", "drain", "build-1-aa")).toMatch(/told to drain\. It takes no more attempts\./);
    const told = await server.link().call("XRANGE", "tutti:inbox:build-1-aa", "-", "+");
    expect(JSON.stringify(told)).toContain("drain");
    const doctor = await tutti(["doctor", "--repo", project.repo], here());
    expect(doctor.stdout).toMatch(/note {5}machines: 1 machine for 2 attempts at a time[\s\S]*build-1-aa \(0\)/);
  });
});
