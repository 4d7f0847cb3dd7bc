// The board of a real run: its plan is changed from it, several tickets are acted on at once, and what comes is shown.

import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeNeeding } from "../support/needs.ts";
import { finish, scenarioOf, ticket, turn, write } from "../e2e/support/project.ts";
import { onRealRuns } from "./support/on-real-runs.ts";
import { startRun, statusOf, type RealPage, type RealRun } from "./support/real-run.ts";

describeNeeding("chromium", "the board of a run that is going", () => {
  const { project, open } = onRealRuns();
  let of: RealRun;
  let there: RealPage;

  /** A and C come to a gate with their first call; B waits for A. */
  const start = async (query = ""): Promise<Page> => {
    const held = (id: string) => [turn(write(`${id}.txt`, `${id}\n`)), turn(finish())];
    const work = [ticket("A"), ticket("B", { dependsOn: ["A"] }), ticket("C")];
    const scenario = scenarioOf({ A: held("a"), B: held("b"), C: held("c"), D: held("d") });
    of = await startRun(project(), { work, scenario });
    await of.running.seen(/"type":"approval.requested"[\s\S]*"type":"approval.requested"/);
    there = await open(of);
    await there.gotoRun(query);
    return there.page;
  };
  const card = (page: Page, words: RegExp) => page.getByRole("option", { name: words });

  it("BOARD12 a ticket is added from the board: first what the change would do, then the change, then the event", async () => {
    const page = await start();
    await card(page, /A.*Needs you/s).waitFor();
    await card(page, /B.*after A/s).waitFor();
    await page.getByRole("button", { name: "Change the plan" }).click();
    const dialog = page.getByRole("dialog", { name: "Change the plan" });
    const send = dialog.getByRole("button", { name: "Change the plan" });
    await dialog.getByLabel("Id", { exact: true }).fill("D");
    await dialog.getByLabel("What is to be done").fill("Write d.txt.");
    await dialog.getByLabel("Waits for").fill("B");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Put it in" }).click();
    await dialog.getByLabel("Why the plan changes").fill("It was forgotten.");
    expect(await send.isDisabled()).toBe(true);
    await dialog.getByRole("button", { name: "Show what it does" }).click();
    await dialog.getByRole("region", { name: "What the change would do" }).getByText("3 before, 4 after").waitFor();
    expect((await statusOf(of)).board.tickets.map(({ id }) => id)).not.toContain("D");
    await send.click();
    await card(page, /D.*after B/s).waitFor();
    await dialog.waitFor({ state: "detached" });
    expect(there.complaints).toEqual([]);
  }, 60_000);

  it("BOARD12 a change that cannot be is refused with every fault, and nothing is sent", async () => {
    const page = await start("?ticket=A");
    await page.getByRole("button", { name: "Change the plan" }).click();
    const dialog = page.getByRole("dialog", { name: "Change the plan" });
    await dialog.getByText("Dependencies", { exact: true }).click();
    await dialog.getByLabel("Waits for, from now on").fill("B");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: "Change it" }).click();
    await dialog.getByLabel("Why the plan changes").fill("Round and round.");
    await dialog.getByRole("button", { name: "Show what it does" }).click();
    const refusal = dialog.getByRole("alert");
    await refusal
      .getByText(/rewire\[0\]/)
      .first()
      .waitFor();
    expect(await dialog.getByRole("button", { name: "Change the plan" }).isDisabled()).toBe(true);
  }, 60_000);

  it("BOARD13 tickets chosen in the list are aborted together, once it was asked", async () => {
    const page = await start("?view=list");
    for (const id of ["A", "C"]) await page.getByRole("checkbox", { name: `Choose ${id}` }).check();
    const bar = page.getByRole("region", { name: "Chosen tickets" });
    await bar.getByRole("button", { name: "Abort 2" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Abort 2 tickets" }).click();
    await page.getByRole("row", { name: /Cancelled.*\bA\b/s }).waitFor();
    await page.getByRole("row", { name: /Cancelled.*\bC\b/s }).waitFor();
    await page.getByRole("row", { name: /Pending.*\bB\b.*needs A/s }).waitFor();
    // The run ends with that, and its process with it.
    expect(there.complaints.filter((each) => !each.includes("net::ERR"))).toEqual([]);
  }, 60_000);
});
