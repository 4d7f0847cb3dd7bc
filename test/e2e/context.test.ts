// How full a worker's window is, seen and acted on from a second terminal while the run goes on in the first.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseGuide } from "../examples/guide-blocks.ts";
import { killLeftovers, parseRun, startTutti, tutti, type Started } from "./support/cli.ts";
import { finish, makeProject, run, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject({ "README.md": "# Start\n", "src/long.txt": "a line of a long file\n".repeat(400) });
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

/** What the guide's page has a person type, line by line. */
const page = readFileSync(join(import.meta.dirname, "../../docs/guide/context-window.md"), "utf8");
const pageLines = parseGuide(page).flatMap(({ text }) => text.split("\n"));

const call = (...args: string[]) => tutti([...args, "--repo", project.repo], project);
const read = { tool: "read", args: { path: "src/long.txt" } };
const waitForGo = (): ReturnType<typeof run> =>
  run(`while [ ! -e '${join(project.folder, "go")}' ]; do sleep 0.05; done`);

type Meter = { readonly percent: number | null; readonly compacted: number; readonly tokens: number };

const meterOf = async (): Promise<Record<string, unknown> & Meter> => {
  const { stdout } = await call("context", "parser", "--json");
  return (JSON.parse(stdout) as { workers: (Record<string, unknown> & Meter)[] }).workers[0] as never;
};

function start(turns: readonly unknown[]): Started {
  const file = project.write("tickets.json", [ticket("parser"), ticket("B", { dependsOn: ["parser"] })]);
  const scenario = project.write("scenario.json", {
    tickets: { parser: [{ turns }], B: [{ turns: [turn(finish())] }] },
  });
  const how = ["--scenario", scenario, "--model", "scripted/one", "--trust", "auto", "--no-sandbox", "--json"];
  return startTutti(["run", file, "--repo", project.repo, ...how], project);
}

describe("a worker's window", () => {
  it("WIN1 WIN5 WIN6 is seen and told in short from another terminal; the run goes on with it", async () => {
    const running = start([
      turn(read),
      turn(read, write("a.txt", "a word and another\n".repeat(60))),
      turn(read),
      turn(read),
      turn(waitForGo()),
      turn(finish()),
    ]);
    await running.seen(/"tool":"run","args"/);
    const before = await meterOf();
    expect(before).toMatchObject({
      ticket: "parser",
      turn: 5,
      isCounted: true,
      compacted: 0,
      preview: { upTo: 2, texts: 3 },
    });
    expect((await call("context")).stdout).toMatch(/^parser Ticket parser {2}attempt 1, turn 5, scripted\/one\n/);
    const typed: string[] = [];
    for (const line of pageLines) typed.push((await call(...line.split(" ").slice(1))).stdout);
    expect(typed[0]).toBe(typed[1]);
    expect((await call("context", "B")).stdout).toBe("No worker is on B now: it is pending.\n");
    expect(typed.at(-1)).toMatch(/: the old turns of parser are told in short from its next call on\.\n$/);
    const after = await meterOf();
    expect(after).toMatchObject({ compacted: 2, preview: null });
    expect(after.tokens).toBeLessThan(before.tokens * 0.7);
    const again = await call("context", "compact", "parser");
    expect(again).toMatchObject({ code: 1 });
    expect(again.stderr).toContain("turns 1 to 2 are told in short already, and the newest 3 stay whole");
    project.write("go", "");
    const { records, final } = parseRun((await running.done).stdout);
    expect(final).toMatchObject({ outcome: "completed" });
    const compacted = records.filter(({ event }) => event.type === "context.compacted");
    expect(compacted).toMatchObject([{ by: expect.stringMatching(/^person:/), event: { upTo: 2, why: "asked" } }]);
    expect((await call("context")).stdout).toMatch(/^No worker is at work in run_/);
  });

  it("WIN6 a ticket there is not, and one without a worker, are told with what to do", async () => {
    const running = start([turn(finish())]);
    expect((await running.done).code).toBe(0);
    const unknown = await call("context", "Parser");
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toMatch(/there is no ticket "Parser" in run_\w+; did you mean "parser"\?/);
    expect((await call("context", "compact", "parser")).stderr).toContain("the run has ended: completed");
  });

  it("WIN2 WIN4 old turns are told in short before a call that would fill the window, and after a provider says so", async () => {
    project.write("home/config/config.toml", '[models."scripted/one"]\nwindow = 12000\n');
    const running = start([
      ...Array.from({ length: 4 }, () => turn(read)),
      { ...turn(read), faults: [{ code: "context_overflow" }] },
      ...Array.from({ length: 2 }, () => turn(read)),
      turn(waitForGo()),
      turn(finish()),
    ]);
    await running.seen(/"tool":"run","args"/);
    expect(await meterOf()).toMatchObject({ window: 12_000, colour: expect.stringMatching(/green|yellow|red/) });
    expect((await call("context")).stdout).toMatch(/\d+ % (?:green|yellow|red): about .* of 12\.0k tokens, .* left\n/);
    expect((await call("status", "--json")).stdout).toMatch(/"context":\{"tokens":\d+,"window":12000,"percent":\d+/);
    project.write("go", "");
    const { records, final } = parseRun((await running.done).stdout);
    expect(final).toMatchObject({ outcome: "completed", attempts: 2 });
    const compacted = records.flatMap(({ event }) => (event.type === "context.compacted" ? [event] : []));
    expect(compacted.map(({ why }) => why)).toEqual(["overflow", "limit", "limit"]);
    for (const event of compacted) expect(Number(event["after"])).toBeLessThan(Number(event["before"]));
  });
});
