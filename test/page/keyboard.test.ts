// A person who has no pointer: every kind of request is found, read and answered with keys alone, on real runs.

import { expect, it } from "vitest";
import { startTutti } from "../e2e/support/cli.ts";
import { finish, run, scenarioOf, ticket, turn, write } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { onRealRuns } from "./support/on-real-runs.ts";
import { recordsOf, startRun, statusOf, typeOver, type RealRun } from "./support/real-run.ts";

const asks = { tool: "finish", args: { outcome: "needs_input", summary: "Which colour?" } };
const abort = "Control+Shift+Backspace";

describeNeeding("chromium", "answers by the keyboard alone", () => {
  const { project, open } = onRealRuns();
  const branch = ({ id }: RealRun): string => `tutti/${id}/integration`;

  it("INBOX21 a request that was moved on from takes no answer, however soon the key comes", async () => {
    const scenario = scenarioOf({ A: [turn(finish())], B: [turn(finish())] });
    const of = await startRun(project(), { work: [ticket("A"), ticket("B")], scenario, trust: "step" });
    const there = await open(of);
    await there.gotoRun("/inbox");
    await there.page.getByRole("option").nth(1).waitFor();
    await there.chosen(/Ticket A/);
    // The second key is heard when the list has moved on, and before the next request is drawn.
    await there.page.evaluate(`(async () => {
      const press = (key, ctrlKey) => document.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true }));
      press("j", false);
      for (let turns = 0; turns < 10; turns += 1) await Promise.resolve();
      press("Enter", true);
    })()`);
    await there.chosen(/Ticket B/);
    expect((await recordsOf(of)).map(({ event }) => event.type)).not.toContain("approval.answered");
    await there.press("Control+Enter");
    await there.page
      .getByRole("option")
      .filter({ hasText: /Ticket B.*before it starts/s })
      .waitFor({ state: "detached" });
    const answered = (await recordsOf(of)).map(({ event }) => event).filter(({ type }) => type === "approval.answered");
    expect(answered).toMatchObject([{ ticket: "B", decision: "approve" }]);
    await there.page.waitForURL(/inbox\?approval=/);
    expect(there.complaints).toEqual([]);
  });

  it("PAGE4 PAGE5 A-107 spawn, call, result, question, a no with its reason, an abort", async () => {
    const scenario = scenarioOf({
      A: [turn(write("a.txt", "by the model\n")), turn(finish())],
      B: [turn(asks), turn(finish())],
      C: [turn(write("c.txt", "c\n")), turn(finish())],
      D: [turn(write("d.txt", "d\n")), turn(finish())],
      E: [turn(finish())],
    });
    const after = (id: string, before: string) => ticket(id, { dependsOn: [before] });
    const work = [ticket("A"), after("B", "A"), after("C", "B"), after("D", "B"), after("E", "B")];
    const of = await startRun(project(), { work, scenario, trust: "step" });
    const there = await open(of);
    const { page, press, chosen, moveTo } = there;
    await there.gotoRun();
    await there.card("A", /needs you/i).waitFor();

    // Three keys from the board.
    await press("g", "i");
    await chosen(/Start a worker/);
    await press("Control+Enter");

    await chosen(/write.*a\.txt.*before it runs/s);
    await press("e");
    const editor = page.getByRole("textbox", { name: "Edit arguments" });
    await editor.waitFor();
    await typeOver(page, '{ "path": 7 }');
    await there.see(/content/);
    expect(await page.getByRole("button", { name: /Run with my arguments/ }).isDisabled()).toBe(true);
    await typeOver(page, JSON.stringify({ path: "mine.txt", content: "by the person\n" }));
    await page.getByText("Valid JSON, and what the tool takes").waitFor();
    await press("Control+Enter");

    await chosen(/after it ran/);
    await page.getByRole("region", { name: "Output" }).getByText("mine.txt").waitFor();
    await press("e");
    await page.getByRole("textbox", { name: "Edit output" }).waitFor();
    await typeOver(page, "It was made as the person wanted.");
    await press("Control+Enter");

    await chosen(/Ticket B.*before it starts/s);
    await press("Control+Enter");
    await chosen(/Question/);
    await press("e");
    await page.keyboard.type("Green, like the old one.");
    await press("Control+Enter");

    // Three at once from here on.
    await moveTo(/Ticket C.*before it starts/s);
    await press("Control+Enter");
    await moveTo(/c\.txt/);
    await press("Control+Backspace");
    await page.getByRole("textbox", { name: /Why/ }).waitFor();
    await page.keyboard.type("Not into this file.");
    await press("Control+Enter");

    await moveTo(/Ticket D.*before it starts/s);
    await press("Control+Enter");
    await moveTo(/d\.txt/);
    await press(abort);
    await page.getByRole("textbox", { name: "Why" }).waitFor();
    // Nothing goes without a reason.
    await press("Control+Enter");
    await page.keyboard.type("It is not wanted any more.");
    await press("Control+Enter");
    await chosen(/Ticket E/);
    await press("g", "b");
    await there.card("D", /cancelled/i).waitFor();

    const said = (await recordsOf(of)).map(({ event }) => event);
    const answers = said.filter(({ type }) => type === "approval.answered");
    expect(answers.map(({ decision }) => decision)).toEqual([
      "approve",
      "edit",
      "edit",
      "approve",
      "edit",
      "approve",
      "reject",
      "approve",
      "abort",
    ]);
    expect(answers.map(({ reason }) => reason).filter((each) => each !== "")).toEqual([
      "Not into this file.",
      "It is not wanted any more.",
    ]);
    // What was edited is what was done, and nothing else.
    expect(project().git("show", `${branch(of)}:mine.txt`)).toBe("by the person");
    expect(project().git("ls-tree", "--name-only", branch(of))).not.toMatch(/^[acd]\.txt/m);
    expect(JSON.stringify(said.filter(({ type }) => type === "tool.called"))).toContain("by the person");
    expect(JSON.stringify(said)).toContain("It was made as the person wanted.");
    expect(JSON.stringify(said)).toContain("Green, like the old one.");
    expect(there.complaints).toEqual([]);
  });

  it("PAGE4 EPIC4 a plan out of a goal: looked at, edited, signed", async () => {
    const said = (value: unknown) => [{ text: JSON.stringify(value) }];
    const track = { id: "core", title: "Core", brief: "Build it.", dependsOn: [], modules: ["src"], severity: "low" };
    const scenario = {
      tickets: {},
      default: [{ turns: [turn(finish())] }],
      consults: {
        tracks: said({ tracks: [{ ...track, persona: "tech lead" }] }),
        "tickets:core": said({ tickets: [{ id: "core-a", description: "Make A." }] }),
      },
    };
    const flags = ["--planner", "scripted/dear"];
    const of = await startRun(project(), { work: "Make a cart", scenario, trust: "step", flags });
    const there = await open(of);
    const { page, press, chosen } = there;
    await there.gotoRun();
    await press("g", "i");
    await chosen(/Plan/);
    await page.getByRole("region", { name: "Plan" }).getByText("core-a").waitFor();
    await press("e");
    const editor = page.getByRole("textbox", { name: "Edit plan" });
    await editor.waitFor();
    const plan = JSON.parse(
      (await page.evaluate<string>(`document.querySelector(".cm-content").cmTile?.view?.state.doc.toString() ?? ""`)) ||
        "null",
    );
    expect(plan).not.toBeNull();
    const [first] = plan.tickets;
    const mine = { ...plan, tickets: [first, { ...first, id: "core-b", title: "Core B", dependsOn: ["core-a"] }] };
    await typeOver(page, JSON.stringify(mine));
    await page.getByText("Valid JSON").waitFor();
    await press("Control+Enter");
    await chosen(/Start a worker/);
    await press("g", "b");
    await page.getByRole("option", { name: /Core B/ }).waitFor();
    expect((await statusOf(of)).board.tickets.map(({ id }) => id)).toEqual(["core-a", "core-b"]);
    expect(there.complaints).toEqual([]);
  });

  it("PAGE4 BUD6 a bound that is reached: raised where it is asked, with the words it offers", async () => {
    const dear = { ...turn(write("a.txt", "a\n")), usage: { input: 20_000, output: 10 } };
    // The question of B keeps the process alive.
    const scenario = scenarioOf({ A: [dear, turn(finish())], B: [turn(asks), turn(finish())] });
    const work = [ticket("A"), ticket("B", { dependsOn: ["A"] })];
    const of = await startRun(project(), { work, scenario, trust: "auto", flags: ["--budget-tokens", "25000"] });
    const there = await open(of);
    const { page, press, chosen } = there;
    await there.gotoRun();
    await press("g", "i");
    await chosen(/Budget/);
    await press("e");
    const bounds = page.getByRole("textbox", { name: "New bounds" });
    expect(await bounds.inputValue()).toMatch(/^run tokens \d+$/);
    await typeOver(page, "run tokens 900000");
    await press("Control+Enter");
    await chosen(/Question/);
    const raised = (await recordsOf(of)).find(({ event }) => event.type === "budget.raised");
    expect(JSON.stringify(raised)).toContain("900000");
    expect(there.complaints).toEqual([]);
  });

  it("PAGE4 CLI17 a command that may have run when the process was killed: asked, and answered with its output", async () => {
    const scenario = scenarioOf({
      A: [turn(run("echo ran >> ran.txt; while :; do sleep 1; done")), turn(finish())],
      B: [turn(asks), turn(finish())],
    });
    const work = [ticket("A"), ticket("B", { dependsOn: ["A"] })];
    const dead = await startRun(project(), { work, scenario, trust: "auto" });
    await dead.running.seen(/"type":"tool\.called"/);
    dead.running.kill("SIGKILL");
    await dead.running.done;
    const running = startTutti(["resume", dead.id, "--repo", project().repo, "--json", "--attended"], project());
    await running.seen(/"gate":"unknown"/);
    const of = { ...dead, running };
    const there = await open(of);
    const { page, press, chosen } = there;
    await there.gotoRun();
    await press("g", "i");
    await chosen(/may have run/);
    await press("e");
    await page.getByRole("textbox", { name: "Write its output" }).waitFor();
    await typeOver(page, "It ran once; the file is there.");
    await press("Control+Enter");
    await chosen(/Question/);
    const said = JSON.stringify(await recordsOf(of));
    expect(said).toContain("It ran once; the file is there.");
    expect(said.match(/"tool\.called"/g)).toHaveLength(1);
    expect(there.complaints).toEqual([]);
  });
});
