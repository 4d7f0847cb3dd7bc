// The demo's script, checked without the product: its edits fit, its red is red, its conflict conflicts.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { parse } from "smol-toml";
import {
  applyTurns,
  argument,
  callsOf,
  git,
  loadPlan,
  loadScenario,
  makeCopy,
  runCommand,
  turnsOf,
} from "./scripted-edits.ts";
import { readTrackAnswer } from "../../src/domain/plan-answer.ts";
import { parseTicketFile } from "../../src/domain/ticket-file.ts";
import type { ScriptedTurn } from "../../src/domain/scenario.ts";
import type { Ticket } from "../../src/domain/ticket.ts";

const examples = join(import.meta.dirname, "../../examples");
const sample = join(examples, "sample");
const plan = loadPlan(join(examples, "demo/tickets.json"));
const scenario = loadScenario(join(examples, "demo/scenario.json"));
const ids = plan.tickets.map((ticket) => ticket.id as string);

const removers: (() => void)[] = [];
afterEach(() => {
  for (const remove of removers.splice(0)) remove();
});

function sampleCopy(): string {
  const { root, remove } = makeCopy(sample);
  removers.push(remove);
  return root;
}

const ticketOf = (id: string): Ticket => {
  const ticket = plan.tickets.find((one) => one.id === id);
  if (ticket === undefined) throw new Error(`no ticket ${id}`);
  return ticket;
};

/** All tickets that have to be completed before this one. */
const before = (id: string): ReadonlySet<string> =>
  new Set(ticketOf(id).dependsOn.flatMap((dependency) => [dependency, ...before(dependency)]));

/** An order that respects the dependencies and, where these leave a choice, takes the earliest of `wish`. */
function orderBy(wish: readonly string[]): readonly string[] {
  const order: string[] = [];
  while (order.length < wish.length) {
    const next = wish.find((id) => !order.includes(id) && ticketOf(id).dependsOn.every((one) => order.includes(one)));
    if (next === undefined) throw new Error("the tickets have a cycle");
    order.push(next);
  }
  return order;
}

const verify = (root: string, id: string): void => {
  for (const command of ticketOf(id).verify) {
    const ran = runCommand(root, command);
    expect(ran.code, `${id}: ${String(command)}\n${ran.output}`).toBe(0);
  }
};

const testCounts = (root: string): { passed: number; failed: number } => {
  const { output } = runCommand(root, "node --test --test-reporter=tap");
  const count = (word: string): number => Number(new RegExp(`^# ${word} (\\d+)$`, "m").exec(output)?.[1]);
  return { passed: count("pass"), failed: count("fail") };
};

describe("the demo's tickets", () => {
  it("A-43 the ticket file is read without a note and gives ten tickets", () => {
    expect(plan.notes).toEqual([]);
    expect(plan.tickets).toHaveLength(10);
  });

  it("A-13 tier 1's answer is three tracks, and tier 2's answers are the very same ten tickets", () => {
    const said = (name: string): string => scenario.consults?.[name]?.[0]?.text ?? "";
    const read = readTrackAnswer(said("tracks"));
    if (!read.ok) throw new Error(read.problems.join("\n"));
    expect(read.tracks.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ["reading", []],
      ["budgets", ["reading"]],
      ["command", ["budgets"]],
    ]);
    const planned = read.tracks.flatMap(({ id }) => {
      const file = parseTicketFile(said(`tickets:${id}`));
      return file.ok ? file.plan.tickets : [];
    });
    expect(planned).toEqual(plan.tickets);
  });

  it("every ticket has a script, and every script a ticket", () => {
    expect(Object.keys(scenario.tickets).toSorted()).toEqual(ids.toSorted());
  });

  it("holds a diamond: two tickets with the same dependencies that meet again", () => {
    expect(ticketOf("PB-6").dependsOn).toEqual(ticketOf("PB-7").dependsOn);
    expect(ticketOf("PB-9").dependsOn).toEqual(expect.arrayContaining(["PB-6", "PB-7"]));
  });

  it("the ladder of agents.toml has a rung for every attempt", () => {
    const agents = parse(readFileSync(join(examples, "demo/agents.toml"), "utf8"));
    expect(agents).toMatchObject({
      archetypes: { worker: { tier: 3, models: expect.toSatisfy((one) => one.length === 3) } },
    });
    for (const attempts of Object.values(scenario.tickets)) expect(attempts.length).toBeLessThanOrEqual(3);
  });

  it("every attempt ends with a finish that says completed", () => {
    for (const attempts of Object.values(scenario.tickets)) {
      for (const { turns } of attempts) {
        const last = callsOf(turns).at(-1);
        expect(last?.tool).toBe("finish");
        expect(last?.args).toMatchObject({ outcome: "completed" });
      }
    }
  });

  it("no attempt leaves what its ticket may touch", () => {
    for (const id of ids) {
      const paths = (scenario.tickets[id] ?? [])
        .flatMap(({ turns }) => callsOf(turns))
        .filter(isChange)
        .map((call) => argument(call, "path"));
      expect(paths.length, id).toBeGreaterThan(0);
      for (const path of paths)
        expect(
          ticketOf(id).touches.some((glob) => matchesGlob(path, glob)),
          `${id}: ${path}`,
        ).toBe(true);
    }
  });

  it("only the two reports change a file that a ticket beside them changes as well", () => {
    const changes = new Map(
      ids.map((id) => [
        id,
        new Set(
          callsOf(turnsOf(scenario, id))
            .filter(isChange)
            .map((call) => argument(call, "path")),
        ),
      ]),
    );
    const beside = ids.flatMap((a, at) =>
      ids
        .slice(at + 1)
        .filter((b) => !before(a).has(b) && !before(b).has(a))
        .map((b) => [a, b]),
    );
    const meeting = beside.filter(([a = "", b = ""]) =>
      [...(changes.get(a) ?? [])].some((path) => changes.get(b)?.has(path)),
    );
    expect(meeting).toEqual([["PB-6", "PB-7"]]);
  });

  it("the one ticket that asks makes one call that can be held", () => {
    const asking = plan.tickets.filter((ticket) => ticket.archetype === "packager");
    expect(asking.map(({ id }) => id)).toEqual(["PB-10"]);
    const agents = parse(readFileSync(join(examples, "demo/agents.toml"), "utf8"));
    expect(agents).toMatchObject({ archetypes: { packager: { trust_level: "ask" } } });
    const held = callsOf(turnsOf(scenario, "PB-10")).filter(
      (call) => !["read", "list", "search", "finish"].includes(call.tool),
    );
    expect(held.map((call) => [call.tool, argument(call, "path")])).toEqual([["edit", "package.json"]]);
  });

  it("the script's own pauses stay under 20 s on the longest path", () => {
    const pause = (turns: readonly ScriptedTurn[]): number =>
      turns.reduce((sum, { delayMs = 0, chunks = 1, chunkMs = 0 }) => sum + delayMs + chunks * chunkMs, 0);
    const all = (id: string): number => (scenario.tickets[id] ?? []).reduce((sum, { turns }) => sum + pause(turns), 0);
    const until = (id: string): number => all(id) + Math.max(0, ...ticketOf(id).dependsOn.map(until));
    expect(Math.max(...ids.map(until))).toBeLessThan(20_000);
  });
});

describe("the demo's scenario on the sample", () => {
  it("every ticket's last attempt fits and passes its verify, in file order", () => {
    const root = sampleCopy();
    const first = testCounts(root);
    expect(first).toMatchObject({ failed: 0 });
    for (const id of orderBy(ids)) {
      applyTurns(root, turnsOf(scenario, id));
      verify(root, id);
    }
    const last = testCounts(root);
    expect(last.failed).toBe(0);
    expect(last.passed).toBeGreaterThan(first.passed);
  }, 60_000);

  it("the whole suite passes as well after another order of the tickets, first attempts where they work", () => {
    const root = sampleCopy();
    const order = orderBy(ids.toReversed());
    expect(order.indexOf("PB-7")).toBeLessThan(order.indexOf("PB-6"));
    for (const id of order) applyTurns(root, turnsOf(scenario, id, id === "PB-2" ? 2 : 1));
    expect(testCounts(root)).toMatchObject({ failed: 0 });
  }, 60_000);

  it("PB-2 fails its verify twice on the first attempt, each time for another reason", () => {
    const root = sampleCopy();
    const outputs = splitAtFinish(turnsOf(scenario, "PB-2", 1)).map((turns) => {
      applyTurns(root, turns);
      const ran = runCommand(root, ticketOf("PB-2").verify[0] ?? "");
      expect(ran.code).not.toBe(0);
      return ran.output;
    });
    expect(outputs).toHaveLength(2);
    expect(outputs[0]).toMatch(/(not ok|✖).*a decimal comma is refused/);
    expect(outputs[1]).not.toMatch(/(not ok|✖).*a decimal comma is refused/);
    expect(outputs[1]).toMatch(/(not ok|✖).*digits in odd groups/);
  });

  it("PB-6 and PB-7 conflict in the registry when both start from the same commit", () => {
    const root = sampleCopy();
    for (const id of orderBy(ids).filter((one) => before("PB-6").has(one))) applyTurns(root, turnsOf(scenario, id));
    git(root, "init", "--quiet", "--initial-branch=main");
    commitAll(root, "base");
    for (const id of ["PB-6", "PB-7"]) {
      git(root, "checkout", "--quiet", "-b", id, "main");
      applyTurns(root, turnsOf(scenario, id, 1));
      verify(root, id);
      commitAll(root, id);
    }
    const merge = spawnSync("git", ["merge-tree", "--write-tree", "--name-only", "PB-6", "PB-7"], {
      cwd: root,
      encoding: "utf8",
    });
    expect(merge.status).toBe(1);
    expect(merge.stdout.split("\n\n")[0]?.split("\n").slice(1)).toEqual(["src/reports.js"]);
  }, 60_000);

  it("the merged command does what the epic asked for", () => {
    const root = sampleCopy();
    for (const id of orderBy(ids)) applyTurns(root, turnsOf(scenario, id));
    const ran = runCommand(root, "node bin/pennybook.js overruns data/household.csv --budgets data/budgets.csv");
    expect(ran.output.trimEnd().split("\n").slice(2)).toEqual([
      "2026-01  food         4.65",
      "2026-02  leisure     14.00",
      "2026-03  travel      64.25",
    ]);
  });
});

const isChange = (call: { readonly tool: string }): boolean => call.tool === "edit" || call.tool === "write";

/** The turns up to each finish: what stands when the verify commands run. */
function splitAtFinish(turns: readonly ScriptedTurn[]): readonly (readonly ScriptedTurn[])[] {
  const parts: ScriptedTurn[][] = [[]];
  for (const turn of turns) {
    parts.at(-1)?.push(turn);
    if (callsOf([turn]).some((call) => call.tool === "finish")) parts.push([]);
  }
  return parts.filter((part) => part.length > 0);
}

function commitAll(root: string, message: string): void {
  git(root, "add", "--all");
  git(root, "commit", "--quiet", "--message", message);
}
