// What a run may cost, with the real program, a provider on real HTTP and real git: the call that would go beyond a bound
// never reaches the provider.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startFakeProvider, type Behaviour, type FakeProvider } from "../fake-provider/fake-provider.ts";
import { killLeftovers, parseRun, startTutti, tutti, type Done, type Started } from "./support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
let provider: FakeProvider;
beforeEach(async () => {
  project = makeProject();
  provider = await startFakeProvider();
});
afterEach(async () => {
  killLeftovers();
  await provider.close();
  project.remove();
});

const at = (): readonly string[] => ["--repo", project.repo];
const call = (...args: string[]): Promise<Done> => tutti([...args, ...at()], project);

const model = "anthropic/claude-sonnet-4-5";
const says = (name: string, args: unknown): Behaviour => ({
  reply: {
    text: "So be it.",
    calls: [{ id: `toolu_${provider.received.length}_${name}`, name, args: JSON.stringify(args) }],
    usage: { input_tokens: 400_000, output_tokens: 1_000 },
  },
});
const writes = (path: string): Behaviour => says("write", { path, content: "made\n" });
const ends = (): Behaviour => says("finish", { outcome: "completed", summary: "done" });

function settings(more = ""): void {
  const key = project.write("key", "sk-test-0123456789\n");
  const base = provider.baseUrl("anthropic");
  project.write(
    "home/config/config.toml",
    `${more}\n[providers.anthropic]\nbaseUrl = "${base}"\nkey = "file:${key}"\n`,
  );
}

function start(ids: readonly string[], ...more: string[]): Started {
  const file = project.write(
    "tickets.json",
    ids.map((id) => ticket(id)),
  );
  const flags = ["--trust", "auto", "--mode", "linear", "--no-sandbox", "--json", ...more];
  return startTutti(["run", file, ...at(), "--model", model, ...flags], project);
}

const scripted = (...ids: string[]): readonly string[] => {
  const turns = Object.fromEntries(ids.map((id) => [id, [turn(write(`${id}.txt`, id)), turn(finish())]]));
  return ["--scenario", project.write("scenario.json", scenarioOf(turns)), "--model", "scripted/one"];
};

type Line = {
  readonly scope: string;
  readonly counted: { readonly tokens: number; readonly costMicros: number };
  readonly reserved: { readonly tokens: number };
  readonly spent: { readonly input: number; readonly output: number };
};
const budget = async (...more: string[]): Promise<Record<string, unknown> & { budget: { run: Line } }> =>
  JSON.parse((await call("budget", "--json", ...more)).stdout) as never;

describe("a run with a bound on money", () => {
  it("BUD5 BUD6 BUD17 GATE18 asks before the call that would overdraw; raised from a second terminal, it goes on to its end", async () => {
    settings();
    provider.will(writes("a.txt"), ends());
    // The first call used 400,000 tokens of input at the list's dearest price: the second could cost as much again.
    const running = start(["A"], "--attended", "--budget-usd", "3");
    const [, id = ""] = await running.seen(/"gate":"budget"/).then(() => running.seen(/"approval":"(A\d+)"/));
    expect(provider.received).toHaveLength(1);
    const shown = (await call("approvals")).stdout;
    expect(shown).toContain("of $3.00 is spent, and the call may cost up to");
    expect(shown).toContain(`edit ${id} --text "run usd 12.50"`);
    const before = (await budget()).budget.run;
    expect(before.spent).toMatchObject({ input: 400_000, output: 1_000 });
    expect(before.counted.costMicros).toBeGreaterThan(1_000_000);
    expect(before.reserved.tokens).toBe(0);
    expect((await call("edit", id, "--text", "run usd 2")).stderr).toContain("does not raise it");
    expect((await call("edit", id, "--text", "rum usd 12")).stderr).toContain('"rum" is no scope');
    expect((await call("budget", "raise", "run", "usd", "12.50")).stdout).toContain("run usd 12.50 from now on");
    const done = await running.done;
    expect(done.code).toBe(0);
    expect(parseRun(done.stdout).final).toMatchObject({ outcome: "completed" });
    expect(provider.received).toHaveLength(2);
    const after = (await call("budget")).stdout;
    expect(after).toContain("of $12.50 spent");
    expect(after).toContain("800000 input");
  });

  it("BUD7 BUD8 blocks the ticket where nobody attends, says how to go on, and goes on with a higher bound", async () => {
    settings();
    provider.will(writes("a.txt"), writes("a.txt"), ends());
    const blocked = await start(["A"], "--unattended", "--budget-usd", "3").done;
    expect(blocked.code).toBe(2);
    expect(provider.received).toHaveLength(1);
    const report = (await call("status")).stdout;
    expect(report).toContain("tutti resume --raise");
    expect((await call("budget", "raise", "run usd 20")).stderr).toContain("resume");
    const resumed = await call("resume", "--raise", "run usd 20", "--json");
    expect(resumed.code).toBe(0);
    expect(parseRun(resumed.stdout).final).toMatchObject({ outcome: "completed" });
  });

  it("BUD6 is stopped as a whole by an abort", async () => {
    settings();
    provider.will(writes("a.txt"));
    const running = start(["A", "B"], "--attended", "--budget-usd", "3");
    await running.seen(/"gate":"budget"/);
    await call("abort");
    expect((await running.done).code).toBe(3);
    expect(provider.received).toHaveLength(1);
  });

  it("BUD11 BUD15 is not begun with a model whose price nobody knows, and is once the person says it", async () => {
    settings();
    const tickets = project.write("tickets.json", [ticket("A")]);
    const flags = ["--trust", "auto", "--no-sandbox", "--unattended", "--json", "--budget-usd", "1", ...scripted("A")];
    const refused = await call("run", tickets, ...flags);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain("the price of scripted/one is not known");
    expect(refused.stdout).toContain("config.toml");
    expect((await call("runs", "--json")).stdout).not.toContain("run_");
    settings('[models."scripted/one"]\ninput = 3\noutput = 15\n');
    const run = await call("run", tickets, ...flags);
    expect(run.code).toBe(0);
    // The scenario names no cost; the person's own price does.
    expect((await budget()).budget.run.counted.costMicros).toBeGreaterThan(0);
  });

  it("BUD16 what cannot be a bound is one clear line, and nothing is begun", async () => {
    const tickets = project.write("tickets.json", [ticket("A")]);
    const bad = await call("run", tickets, "--budget", "tickets eur 5", ...scripted("A"));
    expect(bad.code).toBe(1);
    expect(bad.stderr).toContain('"eur" is nothing a budget bounds');
  });
});

describe("a day", () => {
  it("BUD12 is bounded over all runs: what one has used, the next cannot", async () => {
    settings("[budgets.day]\ntokens = 60_000\n");
    const tickets = project.write("tickets.json", [ticket("A")]);
    const flags = ["--trust", "auto", "--no-sandbox", "--unattended", "--json", ...scripted("A")];
    expect((await call("run", tickets, ...flags)).code).toBe(0);
    const one = (await budget())["day"];
    expect(one).toMatchObject({ held: { tokens: 0 }, turns: 2 });
    settings("[budgets.day]\ntokens = 22_000\n");
    const second = await call("run", tickets, ...flags);
    expect(second.code).toBe(2);
    const { records } = parseRun(second.stdout);
    const refused = records.find(({ event }) => event.type === "turn.refused");
    expect(refused?.event["detail"]).toContain("are used by all your runs today");
    expect(readFileSync(join(project.env["TUTTI_HOME"] ?? "", "state", "days.sqlite")).byteLength).toBeGreaterThan(0);
  });
});
