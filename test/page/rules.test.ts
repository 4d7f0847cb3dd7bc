// A rule is made in the inbox with keys alone: first what it would have decided so far is shown, then it answers what was
// ticked, and what it lets run from then on says so.

import { beforeEach, expect, it } from "vitest";
import { finish, run, scenarioOf, ticket, turn, write } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { onRealRuns } from "./support/on-real-runs.ts";
import { recordsOf, startRun, type RealPage, type RealRun } from "./support/real-run.ts";

describeNeeding("chromium", "a rule made in the inbox", () => {
  const { project, open } = onRealRuns();
  let of: RealRun;
  let there: RealPage;

  /** A, B and C wait with a file each; D follows C, and its other call keeps the run from ending. */
  beforeEach(async () => {
    const scenario = scenarioOf({
      A: [turn(write("out/a.txt", "a\n")), turn(finish())],
      B: [turn(write("out/b.txt", "b\n")), turn(finish())],
      C: [turn(write("out/c.txt", "c\n")), turn(finish())],
      D: [turn(write("out/d.txt", "d\n")), turn(run("echo done")), turn(finish())],
    });
    const work = [...["A", "B", "C"].map((id) => ticket(id)), ticket("D", { dependsOn: ["C"] })];
    of = await startRun(project(), { work, scenario });
    there = await open(of);
    await there.gotoRun();
    for (const id of ["A", "B", "C"]) await there.card(id, /needs you/i).waitFor();
    await there.press("g", "i");
    await there.moveTo(/a\.txt/);
    await there.press("Control+Enter");
    await of.running.seen(/"type":"approval\.answered"/);
  });

  /** Opens the dialog on B's request and makes it about all files of the folder, in the whole run. */
  const choose = async () => {
    const { page, press } = there;
    await there.moveTo(/b\.txt/);
    await press("r");
    const dialog = page.getByRole("dialog", { name: "Make this a rule" });
    await dialog.getByRole("radio", { name: "This file, out/b.txt" }).and(page.locator(":focus")).waitFor();
    await press("ArrowDown");
    await dialog.getByRole("radio", { name: "Files below out/" }).and(page.locator(":focus")).waitFor();
    await press("Tab", "ArrowDown", "ArrowDown");
    await dialog.getByRole("radio", { name: "The whole run" }).and(page.locator(":checked")).waitFor();
    const past = dialog.getByRole("region", { name: "What it would have decided" });
    await past.getByText(/it is about 3: 1 answered as it would have, 0 otherwise/).waitFor();
    const rows = await past.getByRole("listitem").allTextContents();
    expect(rows.toSorted()).toEqual([
      expect.stringMatching(/^A.*a\.txt.*would approve.*approved by /),
      expect.stringMatching(/^B.*b\.txt.*would approve.*waits$/),
      expect.stringMatching(/^C.*c\.txt.*would approve.*waits$/),
    ]);
    return { dialog, tick: dialog.getByRole("checkbox", { name: "Also let it answer the 2 that wait now" }) };
  };
  const events = async () => (await recordsOf(of)).map(({ event }) => event);

  it("INBOX8 RULE5 RULE8 what waits and was ticked is answered by it, and the next such call passes and names it", async () => {
    const { page, press } = there;
    const { dialog, tick } = await choose();
    expect(await tick.isChecked()).toBe(true);
    expect((await events()).filter(({ type }) => type === "rule.added")).toEqual([]);
    await press("Control+Enter");
    await dialog.waitFor({ state: "detached" });
    await there.moveTo(/echo done/);
    const said = await events();
    const rule = String(said.find(({ type }) => type === "rule.added")?.["id"]);
    const answers = said.filter(({ type }) => type === "approval.answered");
    expect(answers.map(({ reason }) => reason)).toEqual(["", `by rule ${rule}`, `by rule ${rule}`]);
    const written = said.filter((each) => each.type === "tool.called" && each["ticket"] === "D");
    expect(written).toMatchObject([{ tool: "write", rule }]);
    // The only question of D is about the command.
    const asked = said.filter((each) => each.type === "approval.requested" && each["ticket"] === "D");
    expect(asked).toMatchObject([{ tool: "run" }]);
    await there.gotoRun("/tickets/D");
    const card = page.getByRole("log").getByRole("button", { name: /write.*out\/d\.txt/ });
    await card.getByText(`rule ${rule}`).waitFor();
    expect(there.complaints).toEqual([]);
  });

  it("INBOX8 RULE5 what waits and was not ticked stays the person's", async () => {
    const { press, page } = there;
    const { dialog, tick } = await choose();
    await tick.focus();
    await press("Space");
    expect(await tick.isChecked()).toBe(false);
    await press("Control+Enter");
    await dialog.waitFor({ state: "detached" });
    await there.chosen(/b\.txt/);
    await page.getByRole("option", { name: /c\.txt/ }).waitFor();
    const said = await events();
    expect(said.filter(({ type }) => type === "rule.added")).toHaveLength(1);
    expect(said.filter(({ type }) => type === "approval.answered")).toHaveLength(1);
    expect(there.complaints).toEqual([]);
  });
});
