// A person steers one worker of a live run from a second terminal.

import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { killLeftovers, parseRun, startTutti, tutti, type JsonRecord, type Started } from "./support/cli.ts";
import { typedLines, wordsOf } from "./support/guide-words.ts";
import { finish, makeProject, run, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

const pageLines = typedLines("steering");

const call = (...args: string[]) => tutti([...args, "--repo", project.repo], project);
const waitFor = (name: string): ReturnType<typeof run> =>
  run(`while [ ! -e '${join(project.folder, name)}' ]; do sleep 0.05; done`);

function start(turns: Readonly<Record<string, readonly ReturnType<typeof turn>[]>>, ...more: string[]): Started {
  const file = project.write(
    "tickets.json",
    Object.keys(turns).map((id) => ticket(id)),
  );
  const scenario = project.write("scenario.json", scenarioOf(turns));
  const how = ["--scenario", scenario, "--model", "scripted/one", "--trust", "auto", "--no-sandbox", "--json"];
  return startTutti(["run", file, "--repo", project.repo, ...how, ...more], project);
}

const of = (records: readonly JsonRecord[], name: string): readonly string[] =>
  records.filter(({ event }) => event["ticket"] === name).map(({ event }) => event.type);

describe("one worker of a live run", () => {
  it("STEER1 STEER4 STEER7 is told, held and let go on as the guide's page says; the others go on meanwhile", async () => {
    const running = start({
      parser: [turn(waitFor("go")), turn(write("p.txt", "p")), turn(finish())],
      B: [turn(waitFor("go")), turn(write("b.txt", "b")), turn(finish())],
    });
    await running.seen(/(?:tool\.called[\s\S]*?){2}/);
    const [tell = "", pause = "", resume = "", ...others] = pageLines;
    const told = await call(...wordsOf(tell));
    expect(told.stdout).toMatch(/: the worker of parser is told before its next call\.\n$/);
    expect((await call(...wordsOf(pause))).stdout).toContain("parser is paused; its step under way ends, none follows");
    project.write("go", "");
    await running.seen(/"type":"ticket\.completed","ticket":"B"/);
    const board = JSON.parse((await call("status", "--json")).stdout) as {
      board: { tickets: { id: string; paused: string | null; waitsFor: unknown }[] };
    };
    expect(board.board.tickets.find(({ id }) => id === "parser")).toMatchObject({
      paused: "let me look at its diff",
      waitsFor: { kind: "pause", reason: "let me look at its diff", own: true },
    });
    expect((await call("status")).stdout).toContain("paused: let me look at its diff");
    expect((await call(...wordsOf(resume))).code).toBe(0);
    expect(others).toHaveLength(3);
    const { records, final } = parseRun((await running.done).stdout);
    expect(final).toMatchObject({ outcome: "completed" });
    const order = of(records, "parser");
    expect(order.slice(order.indexOf("tool.called") + 1, order.lastIndexOf("turn.started") + 1)).toEqual([
      "ticket.steered",
      "ticket.paused",
      "tool.returned",
      "attempt.parked",
      "ticket.resumed",
      "note.added",
      "turn.started",
      "turn.replied",
      "tool.called",
      "tool.returned",
      "turn.started",
    ]);
    const said = records.find(({ event }) => event.type === "ticket.steered");
    expect(said?.by).toMatch(/^person:/);
    const note = records.find(({ event }) => event.type === "note.added");
    expect(note?.event).toMatchObject({
      kind: "steering",
      said: said?.seq,
      text: "Leave the old parser as it is; add a new one beside it.",
    });
  });

  it("STEER8 STEER9 STEER11 gets another model from its next attempt on, as the guide's page says", async () => {
    const blocked = { tool: "finish", args: { outcome: "blocked", summary: "too hard for me" } };
    const running = start({
      parser: [turn(waitFor("go")), turn(blocked)],
      B: [turn(waitFor("go")), turn(blocked)],
    });
    await running.seen(/(?:tool\.called[\s\S]*?){2}/);
    const [show = "", ticketLine = "", tierLine = ""] = pageLines.slice(3);
    expect((await call(...wordsOf(show))).stdout).toBe('workers "worker" (tier 3): scripted/one\n');
    expect((await call(...wordsOf(ticketLine))).stdout).toContain("scripted/two from the next attempt of parser on");
    expect((await call(...wordsOf(tierLine))).code).toBe(0);
    expect((await call(...wordsOf(show))).stdout).toBe(
      'workers "worker" (tier 3): scripted/one, scripted/three\nparser: scripted/two\n',
    );
    const unusable = await call("models", "--ticket", "B", "--model", "nobody/new");
    expect(unusable).toMatchObject({ code: 1, stderr: expect.stringContaining("model nobody/new cannot be used") });
    expect((await call("models", "--tier", "3")).stderr).toContain("whose models, and which ones, go together");
    project.write("go", "");
    const { records } = parseRun((await running.done).stdout);
    const started = records.filter(({ event }) => event.type === "attempt.started").map(({ event }) => event);
    const modelsOf = (id: string): unknown[] => started.filter(({ ticket }) => ticket === id).map(({ model }) => model);
    expect(modelsOf("parser").slice(0, 2)).toEqual(["scripted/one", "scripted/two"]);
    expect(modelsOf("B").slice(0, 2)).toEqual(["scripted/one", "scripted/three"]);
  });

  it("STEER3 STEER6 STEER7 words and pauses outlive a kill -9; what is said to a dead run counts when it is resumed", async () => {
    const running = start({ A: [turn(waitFor("go")), turn(finish())], B: [turn(finish())] }, "--lanes", "1");
    await running.seen(/tool\.called/);
    expect((await call("tell", "B", "mind the tests")).stdout).toContain("the next worker of B is told with its brief");
    expect((await call("pause", "--ticket", "B")).code).toBe(0);
    running.kill("SIGKILL");
    await running.done;
    expect((await call("tell", "A", "again, please")).code).toBe(0);
    project.write("go", "");
    const resumed = await call("resume", "--ticket", "B", "--json", "--unattended");
    expect(parseRun(resumed.stdout).final).toMatchObject({ tickets: { completed: 1 } });
    const log = (await call("log", "--json")).stdout;
    expect(log).toContain('"type":"ticket.resumed","ticket":"B"');
    expect(log).toMatch(/"type":"attempt.prepared","ticket":"B"[^\n]*mind the tests/);
  });

  it("STEER7 CLI6 what cannot be is told with what to do", async () => {
    const running = start({ A: [turn(waitFor("go")), turn(finish())] });
    await running.seen(/tool\.called/);
    expect((await call("tell", "nobody", "x")).stderr).toContain('there is no ticket "nobody"');
    expect((await call("tell", "A", " ")).stderr).toContain("there is nothing to tell");
    expect((await call("resume", "--ticket", "A")).stderr).toContain("A is not paused");
    expect((await call("pause", "--ticket", "A", "--drain")).code).toBe(1);
    project.write("go", "");
    expect((await running.done).code).toBe(0);
  });
});
