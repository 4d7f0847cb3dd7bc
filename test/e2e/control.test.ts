// Steering a live run from a second terminal: pause, drain, resume, modes, lanes, aborts; and signals.

import { existsSync, readFileSync } from "node:fs";
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
import { finish, makeProject, run, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

type Tickets = Readonly<Record<string, readonly unknown[]>>;

const at = (): readonly string[] => ["--repo", project.repo];
const call = (...args: string[]) => tutti([...args, ...at()], project);

function start(turns: Tickets, ...more: string[]): Started {
  const file = project.write(
    "tickets.json",
    Object.keys(turns).map((id) => ticket(id)),
  );
  const tickets = Object.fromEntries(Object.entries(turns).map(([id, each]) => [id, [{ turns: each }]]));
  const scenario = project.write("scenario.json", { tickets });
  return startTutti(
    [
      "run",
      file,
      ...at(),
      "--scenario",
      scenario,
      "--model",
      "scripted/one",
      "--trust",
      "auto",
      "--no-sandbox",
      "--json",
      ...more,
    ],
    project,
  );
}

/** Goes on only when the test says so: the command waits for a file of its own worktree's parent folder. */
const gateFile = (): string => join(project.folder, "go");
const waitForGo = (): ReturnType<typeof run> => run(`while [ ! -e '${gateFile()}' ]; do sleep 0.05; done`);
const go = (): string => project.write("go", "");

const types = (records: readonly JsonRecord[]): readonly string[] => records.map(({ event }) => event.type);

describe("steering a live run", () => {
  it("CLI11 pause starts nothing more; resume from another terminal goes on in the first", async () => {
    const running = start(
      { A: [turn(waitForGo()), turn(write("a.txt", "a")), turn(finish())], B: [turn(finish())] },
      "--lanes",
      "1",
    );
    await running.seen(/tool\.called/);
    expect((await call("pause", "--reason", "lunch")).stdout).toContain("paused");
    expect((await call("pause")).stderr).toContain("is paused");
    go();
    await running.seen(/tool\.returned/);
    const status = await call("status");
    expect(status.stdout).toContain("Paused: lunch");
    expect((await call("resume")).stdout).toContain("goes on in its own terminal");
    const { records, final } = parseRun((await running.done).stdout);
    expect(final).toMatchObject({ outcome: "completed" });
    const order = types(records);
    // Between the pause and the resumption the step under way ended and no other began.
    const between = order.slice(order.indexOf("run.paused") + 1, order.indexOf("run.resumed"));
    expect(between).toEqual(["tool.returned"]);
  });

  it("A-75 drain lets what is under way finish, starts no further ticket, and leaves a run to resume", async () => {
    const running = start(
      {
        A: [turn(waitForGo()), turn(write("a.txt", "a")), turn(finish())],
        B: [turn(write("b.txt", "b")), turn(finish())],
      },
      "--lanes",
      "1",
    );
    await running.seen(/tool\.called/);
    expect((await call("pause", "--drain")).code).toBe(0);
    go();
    const done = await running.done;
    expect(done.code).toBe(2);
    expect(parseRun(done.stdout).final).toMatchObject({ tickets: { completed: 1 }, attempts: 1, outcome: null });
    const resumed = await call("resume", "--json");
    expect(resumed.code).toBe(0);
    expect(parseRun(resumed.stdout).final).toMatchObject({ tickets: { completed: 2 }, attempts: 2 });
  });

  it("A-112 the mode, the lanes and the trust override are switched while the run goes on", async () => {
    const slow = [turn(waitForGo()), turn(finish())];
    const running = start({ A: slow, B: slow, C: slow }, "--lanes", "2");
    await running.seen(/(?:tool\.called[\s\S]*?){2}/);
    expect((await call("mode", "linear", "--trust", "step")).stdout).toContain(
      "the mode is linear, the trust override is step",
    );
    expect((await call("mode", "linear")).stderr).toContain("the mode is linear");
    expect((await call("lanes", "3")).code).toBe(0);
    expect((await call("mode", "async", "--trust", "off")).code).toBe(0);
    await running.seen(/(?:tool\.called[\s\S]*?){3}/);
    go();
    const { records } = parseRun((await running.done).stdout);
    expect(types(records).filter((type) => type === "run.mode_changed")).toHaveLength(2);
    expect(records.find(({ event }) => event.type === "run.trust_changed")?.event["trust"]).toBe("step");
  });

  it("CLI12 aborting one ticket kills its commands as a group, and the rest goes on", async () => {
    const pids = join(project.folder, "pids");
    const stubborn = run(`sh -c 'trap "" TERM; echo $$ >> ${pids}; sleep 600' & echo $$ >> ${pids}; wait`);
    const running = start({ A: [turn(stubborn), turn(finish())], B: [turn(waitForGo()), turn(finish())] });
    await running.seen(/(?:tool\.called[\s\S]*?){2}/);
    await untilLines(pids, 2);
    expect((await call("abort", "--ticket", "A", "--reason", "wrong idea")).stdout).toContain("ticket A is cancelled");
    await running.seen(/attempt\.disposed/);
    for (const pid of readFileSync(pids, "utf8").trim().split("\n")) expect(isAlive(Number(pid))).toBe(false);
    go();
    const done = await running.done;
    expect(done.code).toBe(2);
    expect(parseRun(done.stdout).final).toMatchObject({
      outcome: "cancelled",
      tickets: { completed: 1 },
      cancelled: 1,
    });
  });

  it("CLI13 aborting the run ends it with exit code 3 and leaves no worktree and no process behind", async () => {
    const pids = join(project.folder, "pids");
    const running = start({ A: [turn(run(`echo $$ > ${pids}; sleep 600`)), turn(finish())] });
    await running.seen(/tool\.called/);
    await untilLines(pids, 1);
    expect((await call("abort", "--reason", "enough")).stdout).toContain("aborted");
    const done = await running.done;
    expect(done.code).toBe(3);
    expect(parseRun(done.stdout).final).toMatchObject({ outcome: "aborted", reason: "enough" });
    expect(isAlive(Number(readFileSync(pids, "utf8")))).toBe(false);
    expect((await call("abort")).stderr).toContain("has ended: aborted");
  });

  it("CLI13 a run whose process is gone is aborted in its log, and cleared up", async () => {
    const running = start({ A: [turn(waitForGo()), turn(finish())] });
    await running.seen(/tool\.called/);
    running.kill("SIGKILL");
    await running.done;
    expect((await call("abort", "--reason", "over")).stdout).toContain("aborted");
    const log = parseLines((await call("log", "--json")).stdout) as readonly JsonRecord[];
    expect(types(log).slice(-2)).toEqual(["run.adopted", "attempt.disposed"]);
    expect(types(log)).toContain("run.aborted");
    go();
  });

  it("P10 SIGTERM drains: the step under way ends, nothing follows it, and the run is resumed where it stood", async () => {
    const running = start({ A: [turn(waitForGo()), turn(write("a.txt", "a")), turn(finish())] });
    await running.seen(/tool\.called/);
    running.kill("SIGTERM");
    await running.seen(/no further step is started/);
    go();
    const done = await running.done;
    expect(done.code).toBe(2);
    expect(types(parseRun(done.stdout).records).at(-1)).toMatch(/tool\.returned|turn\.started/);
    const resumed = await call("resume", "--json");
    expect(resumed.code).toBe(0);
    const log = parseLines((await call("log", "--json")).stdout) as readonly JsonRecord[];
    expect(types(log).filter((type) => type === "tool.called")).toHaveLength(2);
    expect(types(log)).not.toContain("tool.lost");
  });

  it("P10 a second signal ends at once, and nothing is lost", async () => {
    const pids = join(project.folder, "pids");
    const running = start({
      A: [turn(run(`echo $$ > ${pids}; while [ ! -e '${gateFile()}' ]; do sleep 0.05; done`)), turn(finish())],
    });
    await running.seen(/tool\.called/);
    await untilLines(pids, 1);
    running.kill("SIGINT");
    await running.seen(/no further step is started/);
    running.kill("SIGINT");
    expect((await running.done).code).toBe(2);
    expect(isAlive(Number(readFileSync(pids, "utf8")))).toBe(false);
    go();
    const resumed = await call("resume", "--attended", "--json");
    expect(resumed.stderr + resumed.stdout).toMatch(/tool\.lost|completed/);
  });

  it("CLI14 watch follows a live run from its first event to its end", async () => {
    const running = start({ A: [turn(waitForGo()), turn(finish())] });
    await running.seen(/tool\.called/);
    const watching = startTutti(["watch", ...at(), "--json"], project);
    await watching.seen(/tool\.called/);
    go();
    const { records } = parseRun((await running.done).stdout);
    const seen = parseLines((await watching.done).stdout) as readonly JsonRecord[];
    expect(seen).toEqual(records);
  });

  it("CLI15 a run that only a person can mend ends when nobody attends it, with the remedy", async () => {
    const quota = { faults: [{ code: "quota", detail: "the monthly limit is reached" }] };
    // The call that was refused is made again as the next turn.
    const running = start({ A: [{ ...quota, calls: [] }, turn(finish())] }, "--unattended");
    const done = await running.done;
    expect(done.code).toBe(2);
    expect(done.stdout).toContain("the monthly limit is reached");
    expect((await call("resume", "--json")).code).toBe(0);
  });
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};

/** The command under test writes its process ids as its first act. */
async function untilLines(file: string, count: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!existsSync(file) || readFileSync(file, "utf8").trim().split("\n").length < count) {
    if (Date.now() > deadline) throw new Error(`${file} has fewer than ${count} lines`);
    await new Promise((resolve) => void setTimeout(resolve, 20));
  }
}
