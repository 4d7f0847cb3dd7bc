// The plan of a run changes while it goes on: by a person from a second terminal, and by tier 2 after a block. The real
// command, git and SQLite; only the models are scripted.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { killLeftovers, parseRun, startTutti, tutti, type Done, type JsonRecord, type Started } from "./support/cli.ts";
import { finish, makeProject, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
afterEach(() => {
  killLeftovers();
  project.remove();
});

const settings = '[planning]\nreplan = true\n\n[tiers.2]\nmodels = ["scripted/lead"]\n\n[limits]\nattempts = 1\n';
const withReplan = { "README.md": "# Start\n", "tutti.toml": settings };

const at = (): readonly string[] => ["--repo", project.repo];
const call = (...args: string[]): Promise<Done> => tutti([...args, ...at()], project);
const patchFile = (value: unknown): string => project.write("patch.json", value);

const made = (id: string) => [{ turns: [turn(write(`${id}.txt`, `${id}\n`)), turn(finish())] }];
const blocked = [
  { turns: [turn({ tool: "finish", args: { outcome: "blocked", summary: "this is two things at once" } })] },
];
const said = (value: unknown) => ({ text: typeof value === "string" ? value : JSON.stringify(value) });

function start(tickets: readonly unknown[], scenario: unknown, ...more: string[]): Started {
  const file = project.write("tickets.json", tickets);
  const played = project.write("scenario.json", scenario);
  const models = ["--model", "scripted/one", "--scenario", played, "--no-sandbox", "--json"];
  return startTutti(["run", file, ...at(), ...models, ...more], project);
}

const patchedBy = (records: readonly JsonRecord[]): JsonRecord | undefined =>
  records.find(({ event }) => event.type === "plan.patched");
const landed = (final: Record<string, unknown>): readonly string[] =>
  project
    .git("ls-tree", "--name-only", String(final["branch"]))
    .split("\n")
    .filter((name) => name.endsWith(".txt"));

describe("a person changes the plan", () => {
  beforeEach(() => {
    project = makeProject({ "README.md": "# Start\n" });
  });

  /** A waits for a person at its first call; B waits for A. */
  const held = (): Started =>
    start(
      [ticket("A", { trust: "step" }), ticket("B", { dependsOn: ["A"] })],
      { tickets: {}, default: [{ turns: [turn(write("{{ticket}}.txt", "x\n")), turn(finish())] }] },
      "--attended",
    );

  it("PATCH18 PATCH2 from a second terminal: looks first, then splits under a worker that is on it; the run goes on to its end", async () => {
    const running = held();
    await running.seen(/"type":"approval.requested"/);
    const patch = patchFile({
      reason: "A is two things",
      split: [{ ticket: "A", into: [ticket("A1", { trust: "auto" }), ticket("A2", { trust: "auto", needs: ["A1"] })] }],
      add: [ticket("C", { trust: "auto" })],
      rewire: [{ ticket: "B", dependsOn: ["A", "C"] }],
    });
    const looked = await call("replan", "--patch", patch, "--dry-run");
    expect(looked.code).toBe(0);
    expect(looked.stdout).toContain("/ A Ticket A  [step_paused]  becomes 2 tickets:");
    expect(looked.stdout).toMatch(/^Stops the worker on A \(attempt 1, scripted\/one, .*\)/m);
    expect(looked.stdout).toContain("nothing was changed");
    expect((await call("replan", "show")).stdout).not.toContain("A1");

    const changed = await call("replan", "--patch", patch, "--json");
    expect(JSON.parse(changed.stdout)).toMatchObject({
      did: "replanned",
      live: true,
      diff: { stopped: [{ ticket: "A", attempt: 1 }], rewired: [{ id: "B", before: ["A"], after: ["A2", "C"] }] },
    });
    // B has the policy's trust: its write asks.
    const [, asked = ""] = await running.seen(/"type":"approval.requested","ticket":"B"[^\n]*"approval":"(A\d+)"/);
    await call("approve", asked);
    const { code, stdout } = await running.done;
    const { records, final } = parseRun(stdout);
    expect([code, final["outcome"], final["dropped"]]).toEqual([0, "completed", 1]);
    expect(landed(final)).toEqual(["A1.txt", "A2.txt", "B.txt", "C.txt"]);
    expect(patchedBy(records)?.by).toMatch(/^person:/);
    expect(records.map(({ event }) => event.type)).toContain("ticket.cancelled");
    const worktrees = project.git("worktree", "list").split("\n");
    expect(worktrees).toHaveLength(1);
  });

  it("PATCH18 PATCH6 of a run that has ended: it takes the change, starts nothing, and goes on when it is resumed", async () => {
    const scenario = { tickets: { A: blocked, B: made("B"), A1: made("A1") } };
    const ended = await start([ticket("A"), ticket("B", { dependsOn: ["A"] })], scenario, "--trust", "auto").done;
    expect(ended.code).toBe(2);
    const patch = patchFile({ reason: "smaller", split: [{ ticket: "A", into: [ticket("A1")] }] });
    const changed = await call("replan", "--patch", patch);
    expect(changed.stdout).toContain("No process conducts the run");
    expect((await call("status")).stdout).toMatch(/^ready\s+A1/m);
    const resumed = await call("resume", "--json");
    const { final } = parseRun(resumed.stdout);
    expect([resumed.code, landed(final)]).toEqual([0, ["A1.txt", "B.txt"]]);
    const plan = project.write("now.json", (await call("replan", "show")).stdout);
    const again = await call("replan", "--patch", plan);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("reason: is missing") as unknown });
  });

  it("PATCH8 PATCH16 PATCH18 GATE20 bad patches: one clear error each, every fault at once, nothing changed", async () => {
    await start([ticket("A")], { tickets: { A: made("A") } }, "--trust", "auto").done;
    const refused = async (value: unknown): Promise<string> => {
      const { code, stderr } = await call("replan", "--patch", patchFile(value));
      expect(code).toBe(1);
      return stderr;
    };
    expect(await refused("{ broken")).toContain("is not JSON: line 1, column 3");
    const shape = await refused({ add: [{ id: "B" }], split: [], drp: [] });
    for (const part of ["has 2 problems", "reason: is missing", 'did you mean "drop"?']) expect(shape).toContain(part);
    const graph = await refused({
      reason: "x",
      drop: ["A"],
      add: [ticket("B", { needs: ["C"] }), ticket("C", { needs: ["B"] })],
    });
    expect(graph).toContain("drop[0]: A is completed");
    expect(graph).toContain("these tickets would wait for each other: B -> C -> B");
    const strange = await refused({ reason: "x", add: [ticket("B"), ticket("C", { models: ["nobody/x"] })] });
    expect(strange).toContain("add[1].models: model nobody/x cannot be used");
    const inside = join(project.repo, "change.json");
    writeFileSync(inside, JSON.stringify({ reason: "x", add: [ticket("B", { trust: "auto" })] }));
    const loose = await call("replan", "--patch", inside);
    expect(loose.stderr).toContain("lies in the repository and says how much these tickets are trusted: B");
    expect((await call("replan")).stderr).toContain("Name its file");
    expect((await call("replan", "--patch", "nowhere.json")).stderr).toContain("nowhere.json cannot be read (ENOENT)");
    expect((await call("log", "--json")).stdout).not.toContain("plan.patched");
  });
});

describe("tier 2 changes the plan after a block", () => {
  beforeEach(() => {
    project = makeProject(withReplan);
  });

  const tickets = [ticket("A"), ticket("B", { dependsOn: ["A"] })];
  const split = {
    reason: "A is two things",
    split: [{ ticket: "A", into: [ticket("A1"), ticket("A2", { dependsOn: ["A1"] })] }],
  };
  const scenario = {
    tickets: { A: blocked, A1: made("A1"), A2: made("A2"), B: made("B") },
    consults: { "replan:A": [said("Let me think."), said(split)] },
  };

  it("PATCH12 PATCH19 under trust auto it is taken at once, after prose went back with what is wrong with it", async () => {
    const { code, stdout } = await start(tickets, scenario, "--trust", "auto").done;
    const { records, final } = parseRun(stdout);
    expect([code, final["outcome"], final["dropped"]]).toEqual([0, "completed", 1]);
    expect(landed(final)).toEqual(["A1.txt", "A2.txt", "B.txt"]);
    expect(records.find(({ event }) => event.type === "consult.started")?.event).toMatchObject({
      purpose: "replan",
      model: "scripted/lead",
      prompt: { name: "replan" },
    });
    expect(records.find(({ event }) => event.type === "consult.returned")?.event["problems"]).toEqual([
      "The answer is not JSON. Answer with the JSON alone, without a word before or after it.",
    ]);
    const [question] = records
      .filter(({ event }) => event.type === "consult.replied")
      .map(({ event }) => event["input"]);
    for (const part of ["The ticket that is stuck: A", "this is two things at once", "- B [pending] Ticket B"])
      expect(question).toContain(part);
    expect(patchedBy(records)?.event).toMatchObject({ blocked: "A" });
  });

  it("PATCH13 a person sees the diff in a second terminal and approves it; the run goes on to its end", async () => {
    const running = start(tickets, scenario, "--attended");
    const [, id = ""] = await running.seen(/"type":"approval.requested","approval":"(A\d+)","gate":"plan"/);
    const shown = (await call("approvals")).stdout;
    for (const part of [
      "May the plan change like this?",
      "Tier 2 would get around the block of A.",
      "/ A Ticket A  [blocked]  becomes 2 tickets:",
      "> B Ticket B  waits for A2 (before: A)",
    ])
      expect(shown).toContain(part);
    expect((await call("approve", id)).stdout).toContain(`${id} approved`);
    await call("mode", "--trust", "auto");
    for (const open of await openCalls()) await call("approve", open);
    const { code, stdout } = await running.done;
    const { records, final } = parseRun(stdout);
    expect([code, final["outcome"]]).toEqual([0, "completed"]);
    expect(patchedBy(records)).toMatchObject({ event: { blocked: "A", approval: id } });
    expect(patchedBy(records)?.by).toMatch(/^person:/);
    expect(landed(final)).toEqual(["A1.txt", "A2.txt", "B.txt"]);
  });

  const openCalls = async (): Promise<readonly string[]> =>
    (JSON.parse((await call("approvals", "--json")).stdout) as { approvals: { id: string }[] }).approvals.map(
      ({ id }) => id,
    );

  it("PATCH13 a person writes another patch in its place; one with faults is refused and changes nothing", async () => {
    const running = start(tickets, scenario, "--attended");
    const [, id = ""] = await running.seen(/"type":"approval.requested","approval":"(A\d+)","gate":"plan"/);
    const wrong = await call("edit", id, "--text", JSON.stringify({ reason: "x", drop: ["A"] }));
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("B still waits for it") as unknown });
    const other = { reason: "A is not needed", drop: ["A"], rewire: [{ ticket: "B", dependsOn: [] }] };
    await call("mode", "--trust", "auto");
    expect((await call("edit", id, "--text", JSON.stringify(other))).stdout).toContain(`${id} edited`);
    const { code, stdout } = await running.done;
    const { records, final } = parseRun(stdout);
    expect([code, landed(final)]).toEqual([0, ["B.txt"]]);
    expect(patchedBy(records)?.event).toMatchObject({ patch: { drop: ["A"], add: [] }, approval: id });
  });

  it("PATCH13 rejected: the run ends blocked, as it would have without it", async () => {
    const running = start(tickets, scenario, "--attended");
    const [, id = ""] = await running.seen(/"type":"approval.requested","approval":"(A\d+)","gate":"plan"/);
    await call("reject", id, "--reason", "I will do it by hand");
    const { code, stdout } = await running.done;
    const { records, final } = parseRun(stdout);
    expect([code, final["outcome"], patchedBy(records)]).toEqual([2, "blocked", undefined]);
  });

  it("PATCH11 unattended: nobody could sign, so tier 2 is not asked and not paid; the run ends blocked", async () => {
    const { code, stdout } = await start(tickets, scenario, "--unattended").done;
    const { records, final } = parseRun(stdout);
    expect([code, final["outcome"]]).toEqual([2, "blocked"]);
    expect(records.map(({ event }) => event.type)).not.toContain("consult.started");
  });

  it("PATCH14 killed while the patch waits: a resumed run asks the same question, and its answer counts", async () => {
    const running = start(tickets, scenario, "--attended");
    const [, id = ""] = await running.seen(/"type":"approval.requested","approval":"(A\d+)","gate":"plan"/);
    running.kill("SIGKILL");
    await running.done;
    expect((await call("approvals")).stdout).toContain("Tier 2 would get around the block of A.");
    expect((await call("approve", id)).stdout).toContain("No process conducts the run");
    await call("mode", "--trust", "auto");
    const { code, stdout } = await call("resume", "--attended", "--json");
    expect([code, landed(parseRun(stdout).final)]).toEqual([0, ["A1.txt", "A2.txt", "B.txt"]]);
  });
});
