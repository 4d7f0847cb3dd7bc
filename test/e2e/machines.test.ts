// A run whose attempts are worked on by other processes: real conductors, real machines, a real server.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeNeeding, isFound } from "../support/needs.ts";
import { durable, startRedis, type RedisServer } from "../support/redis-server.ts";
import {
  killLeftovers,
  parseLines,
  parseRun,
  startTutti,
  tutti,
  type JsonRecord,
  type Started,
} from "./support/cli.ts";
import { startMachine, type TestMachine } from "./support/machines.ts";
import { diamond, finish, makeProject, run, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

type Turns = Readonly<Record<string, readonly ReturnType<typeof turn>[]>>;

describeNeeding("redis", "a run over several machines", () => {
  let server: RedisServer;
  let project: Project;
  let store: string;
  beforeAll(async () => {
    server = await startRedis(...durable);
  });
  afterAll(() => server.dispose());
  beforeEach(async () => {
    project = makeProject();
    store = `${server.address}?lease=3`;
    await server.link().call("FLUSHALL");
  });
  afterEach(() => {
    killLeftovers();
    project.remove();
  });

  const machine = (name: string, ...args: string[]): Promise<TestMachine> =>
    startMachine(project, { store, name, args: ["--capacity", "2", ...args] });
  const ask = (args: readonly string[]): ReturnType<typeof tutti> =>
    tutti([...args, "--repo", project.repo, "--store", store], project);
  const conduct = (tickets: unknown, scenario: unknown, ...more: string[]): Started => {
    const files = [project.write("tickets.json", tickets), project.write("scenario.json", scenario)] as const;
    const shown = more.includes("--plain") ? [] : ["--json"];
    const how = ["--scenario", files[1], "--model", "scripted/one", ...shown];
    const trust = more.includes("--trust") ? [] : ["--trust", "auto"];
    return startTutti(["run", files[0], "--repo", project.repo, "--store", store, ...how, ...trust, ...more], project);
  };
  const conductTurns = (turns: Turns, ...more: string[]): Started =>
    conduct(
      Object.keys(turns).map((id) => ticket(id)),
      scenarioOf(turns),
      ...more,
    );
  const types = (records: readonly JsonRecord[], type: string): readonly JsonRecord["event"][] =>
    records.flatMap(({ event }) => (event.type === type ? [event] : []));
  const holderOf = (records: readonly JsonRecord[], id: string): unknown =>
    types(records, "attempt.prepared").find(({ ticket: of }) => of === id)?.["machine"];
  const idOf = async (running: Started): Promise<string> =>
    (await running.seen(/"type":"run\.created","run":"(run_\w+)"/))[1] ?? "";

  /** Of the only run, where none is named. */
  const logOf = async (id?: string): Promise<readonly JsonRecord[]> =>
    parseLines((await ask(["log", ...(id === undefined ? [] : [id]), "--json"])).stdout) as readonly JsonRecord[];
  const serverOf = async (id: string): Promise<{ readonly port: number; readonly token: string }> => {
    const state = join(project.env["TUTTI_HOME"] ?? "", "state");
    for (;;) {
      const all = readdirSync(state, { recursive: true, encoding: "utf8" });
      const file = all.find((path) => path.endsWith(join(id, "server.json")));
      if (file !== undefined) return JSON.parse(readFileSync(join(state, file), "utf8")) as never;
      await pause(50);
    }
  };

  it("WRK1 WRK8 three machines do all of the work, git brings it together, and nothing is left on them", async () => {
    const machines = await Promise.all(["one", "two", "three"].map((name) => machine(name)));
    const running = conduct(diamond.tickets, diamond.scenario);
    const done = await running.done;
    expect(done, done.stderr).toMatchObject({ code: 0 });
    const { records, final } = parseRun(done.stdout);
    expect(final).toMatchObject({ outcome: "completed" });
    const ids = new Set(machines.map(({ id }) => id));
    const prepared = types(records, "attempt.prepared");
    expect(prepared).toHaveLength(4);
    for (const { machine: by } of prepared) expect(ids).toContain((by as { id: string }).id);
    const branch = `tutti/${String(final["run"])}/integration`;
    expect(project.git("ls-tree", "-r", "--name-only", branch).split("\n")).toEqual(
      expect.arrayContaining(["out/A.txt", "out/B.txt", "out/C.txt", "out/D.txt"]),
    );
    const told = machines.flatMap(({ news }) => news());
    expect(told.filter(({ kind }) => kind === "took")).toHaveLength(4);
    for (const each of machines) each.process.kill("SIGTERM");
    for (const each of machines) {
      expect(await each.process.done).toMatchObject({ code: 0 });
      expect(readdirSync(join(each.home, "state", "machine"))).toEqual([]);
    }
  });

  it("WRK5 WRK8 drained by SIGTERM in the middle of its work, a machine gives it back within ten seconds", async () => {
    const first = await machine("one");
    const running = conductTurns(
      { A: [turn(write("a.txt", "a")), turn(run("sleep 30")), turn(finish())] },
      "--no-sandbox",
    );
    await running.seen(/"type":"tool\.called"[^\n]*sleep/);
    const second = await machine("two");
    const begun = performance.now();
    first.process.kill("SIGTERM");
    const ended = await first.process.done;
    expect(ended, ended.stderr).toMatchObject({ code: 0 });
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(first.news().map(({ kind }) => kind)).toContain("gave_back");
    await second.told("took", "A");
    running.kill("SIGKILL");
  });

  it("WRK14 what a person says reaches a machine within a second: approval, words, mode, pause, abort", async () => {
    const far = await machine("one");
    const running = conductTurns(
      { A: [turn(write("a.txt", "a")), turn(run("sleep 60")), turn(finish())] },
      "--trust",
      "step",
      "--attended",
      "--no-sandbox",
    );
    const id = await idOf(running);
    const answer = async (): Promise<void> => {
      const waiting = JSON.parse((await ask(["approvals", id, "--json"])).stdout) as { approvals: { id: string }[] };
      for (const { id: approval } of waiting.approvals) await ask(["approve", approval, "--run", id]);
    };
    await running.seen(/approval\.requested[^\n]*"gate":"spawn"/);
    await answer();
    await running.seen(/approval\.requested[^\n]*"gate":"call"/);
    expect((await ask(["tell", "A", "Mind the tests.", "--run", id])).code).toBe(0);
    expect((await ask(["mode", "--trust", "auto", "--run", id])).code).toBe(0);
    await answer();
    await running.seen(/"type":"tool\.called"[^\n]*sleep/);
    await far.told("took", "A");
    expect((await ask(["abort", id])).code).toBe(0);
    await running.done;
    const log = parseLines((await ask(["log", id, "--json"])).stdout) as readonly (JsonRecord & { at: number })[];
    const at = (type: string, from = 0): number =>
      log.find((one) => one.seq > from && one.event.type === type)?.at ?? 0;
    const answered = log.filter(({ event }) => event.type === "approval.answered");
    expect(answered.length).toBeGreaterThan(0);
    for (const { at: said, seq } of answered) {
      const next = log.find(
        (one) => one.seq > seq && /^(?:turn\.started|tool\.called|turn\.replied)$/.test(one.event.type),
      );
      expect((next?.at ?? 0) - said).toBeLessThan(1_000);
    }
    expect(at("run.ended") - at("run.aborted")).toBeLessThan(1_500);
    expect(types(log, "ticket.steered")).toHaveLength(1);
    await far.told("finished", "A");
  });

  it("WRK14 the text of a machine's model is on the conductor's one stream while it comes", async () => {
    await machine("one");
    const slow = { text: "one two three four five six", chunks: 6, chunkMs: 300, calls: [finish()] };
    const running = conductTurns({ A: [slow] });
    const id = await idOf(running);
    const { port, token } = await serverOf(id);
    const answer = await fetch(`http://127.0.0.1:${port}/api/stream?run=${id}&after=0`, {
      headers: { authorization: `Bearer ${token}` },
    });
    let heard = "";
    const deltas: number[] = [];
    for await (const part of answer.body as unknown as AsyncIterable<Uint8Array>) {
      heard += new TextDecoder().decode(part);
      if (/"kind":"text"/.test(heard) && !/"turn\.replied"/.test(heard)) deltas.push(performance.now());
      if (/"turn\.replied"/.test(heard)) break;
    }
    expect(deltas.length, heard.slice(-2_000)).toBeGreaterThan(0);
    expect((await running.done).code).toBe(0);
  });

  it("WRK16 a machine without the label takes nothing, and the run says for what it waits", async () => {
    const plain = await machine("plain");
    const running = conduct([ticket("A", { labels: ["gpu"] })], scenarioOf({ A: [turn(finish())] }), "--plain");
    await running.seen(/waits for a machine with labels? [^\n]*gpu/);
    expect(plain.news().filter(({ kind }) => kind === "took")).toEqual([]);
    const fitting = await machine("fitting", "--label", "gpu");
    const done = await running.done;
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(holderOf(await logOf(), "A")).toMatchObject({ id: fitting.id });
  });

  it("WRK11 a conductor killed: a machine takes the run over within the lease and two seconds, and it ends as it would have", async () => {
    const far = await machine("one");
    const running = conductTurns({
      A: [turn(write("a.txt", "a")), { ...turn(write("b.txt", "b")), delayMs: 3_000 }, turn(finish())],
      B: [turn(write("c.txt", "c")), turn(finish())],
    });
    const id = await idOf(running);
    await running.seen(/"type":"turn\.started"[^\n]*"turn":2/);
    const killedAt = performance.now();
    running.kill("SIGKILL");
    await far.told("conducting");
    expect(performance.now() - killedAt).toBeLessThan(3_000 + 2_000);
    await far.process.seen(/"kind":"conducted"[^\n]*"ending":"ended"/);
    const log = await logOf(id);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, at) => at + 1));
    expect(types(log, "run.adopted")).toHaveLength(1);
    expect(types(log, "ticket.completed")).toHaveLength(2);
    expect(types(log, "run.ended")).toEqual([expect.objectContaining({ outcome: "completed" })]);
    // That machine has nothing of the project: its own machine shows the result when it is asked.
    expect(project.git("branch", "--list", `tutti/${id}/integration`)).toBe("");
    expect(await ask(["land", id])).toMatchObject({ code: 0 });
    expect(project.git("show", "HEAD:c.txt")).toBe("c");
  });

  it("WRK12 a run that was stopped or paused by a person is left alone", async () => {
    const far = await machine("one");
    const slow = { ...turn(write("a.txt", "a")), delayMs: 2_000 };
    const stopped = conductTurns({ A: [slow, turn(finish())] });
    await stopped.seen(/"type":"turn\.started"/);
    stopped.kill("SIGINT");
    expect((await stopped.done).code).toBe(2);
    const paused = conductTurns({ A: [slow, turn(finish())] });
    const id = await idOf(paused);
    await paused.seen(/"type":"turn\.started"/);
    expect((await ask(["pause", id])).code).toBe(0);
    paused.kill("SIGKILL");
    await pause(5_000);
    expect(far.news().filter(({ kind }) => kind === "conducting")).toEqual([]);
    expect(await server.link().call("KEYS", "tutti:q:conduct*:run_*")).toEqual([]);
  });

  it("WRK17 a machine that is older than every conductor is told what to install, and takes nothing", async () => {
    const [seconds] = (await server.link().call("TIME")) as readonly string[];
    await server.link().call("ZADD", "tutti:protocols", (Number(seconds) + 600) * 1_000, "99");
    const refused = await tutti(["worker", "--store", store, "--json"], project);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/machine_outdated.*speak 99 and newer.*Install the version/);
    // One conductor that speaks with it is enough.
    await server.link().call("ZADD", "tutti:protocols", (Number(seconds) + 600) * 1_000, "1");
    (await machine("one")).process.kill("SIGTERM");
  });

  describe.skipIf(!isFound("bubblewrap"))("in the sandbox", () => {
    it.each([
      ["a tool", /"type":"tool\.called"[^\n]*sleep/],
      ["a model call", /"type":"turn\.started"[^\n]*"turn":2/],
    ])(
      "WRK15 a machine killed in the middle of %s: another one goes on from its last checkpoint",
      async (_, moment) => {
        const first = await machine("one");
        const slow = { ...turn(run("sleep 2; cat a.txt")), delayMs: 1_500 };
        const running = conductTurns({ A: [turn(write("a.txt", "made by the first\n")), slow, turn(finish())] });
        await running.seen(moment);
        const second = await machine("two");
        const killedAt = performance.now();
        first.process.kill("SIGKILL");
        await second.told("took", "A");
        // Lease and two seconds, and what the killed one's own lease had left.
        expect(performance.now() - killedAt).toBeLessThan(3_000 + 2_000 + 1_000);
        const done = await running.done;
        expect(done, done.stderr).toMatchObject({ code: 0 });
        const { records, final } = parseRun(done.stdout);
        expect(types(records, "ticket.completed")).toHaveLength(1);
        expect(types(records, "attempt.prepared")).toHaveLength(1);
        expect(project.git("show", `tutti/${String(final["run"])}/integration:a.txt`)).toBe("made by the first");
      },
    );

    it("WRK21 the only machine killed: what it had begun comes home from its checkpoint, and the run ends", async () => {
      const far = await machine("one");
      const slow = { ...turn(run("cat a.txt && git rev-parse HEAD > head.txt")), delayMs: 1_500 };
      const running = conductTurns({
        A: [turn(write("a.txt", "made far away\n")), slow, turn(write("b.txt", "made at home\n")), turn(finish())],
      });
      await running.seen(/"type":"turn\.started"[^\n]*"turn":2/);
      far.process.kill("SIGKILL");
      const done = await running.done;
      expect(done, done.stderr).toMatchObject({ code: 0 });
      const { records, final } = parseRun(done.stdout);
      expect(final).toMatchObject({ outcome: "completed" });
      expect(types(records, "attempt.prepared")).toEqual([
        expect.objectContaining({ machine: expect.objectContaining({ id: far.id }) as unknown }),
      ]);
      expect(types(records, "ticket.completed")).toHaveLength(1);
      const branch = `tutti/${String(final["run"])}/integration`;
      expect(project.git("show", `${branch}:a.txt`)).toBe("made far away");
      expect(project.git("show", `${branch}:b.txt`)).toBe("made at home");
      // Its own repository is seen in the sandbox.
      expect(project.git("show", `${branch}:head.txt`)).toMatch(/^[0-9a-f]{40}$/);
    });
  });

  it("WRK18 the demo starts a server and machines, says who worked on what, and ends all of them", async () => {
    const env = { ...project.env, TMPDIR: project.folder };
    const demo = startTutti(["demo", "--workers", "3", "--store", "redis", "--plain"], { env });
    const [, port = ""] = await demo.seen(/A Redis server of the demo's own: redis:\/\/127\.0\.0\.1:(\d+)/);
    const done = await demo.done;
    expect(done, done.stderr).toMatchObject({ code: 0 });
    expect(done.stdout.match(/ worked on PB-\d+#\d/g)?.length).toBeGreaterThan(1);
    expect(done.stdout).toMatch(/The sample's own tests pass on the merged result/);
    await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow();
    expect(readdirSync(project.folder).filter((name) => name.startsWith("tutti-demo-machines"))).toEqual([]);
  });

  it("WRK1 a machine that could do nothing does not start, and says what is missing", async () => {
    const bare = await tutti(["worker", "--json"], project);
    expect(bare).toMatchObject({ code: 1, stdout: expect.stringContaining("store_needed") as unknown });
    const away = await tutti(["worker", "--store", "redis://127.0.0.1:1", "--json"], project);
    expect(away).toMatchObject({ code: 1, stdout: expect.stringContaining("store_unreachable") as unknown });
    const unsafe = await tutti(["worker", "--store", store, "--json"], {
      env: { ...project.env, PATH: gitAlone() },
    });
    expect(unsafe).toMatchObject({ code: 1, stdout: expect.stringContaining("sandbox_unavailable") as unknown });
    expect(existsSync(join(project.env["TUTTI_HOME"] ?? "", "state", "machine"))).toBe(false);
  });

  /** A PATH with git and nothing else. */
  function gitAlone(): string {
    const folder = join(project.folder, "bin");
    mkdirSync(folder);
    symlinkSync(execFileSync("which", ["git"], { encoding: "utf8" }).trim(), join(folder, "git"));
    return folder;
  }
});
