// A run is driven while it goes on: one ticket at a time, paused, drained, resumed; and what the terminal does in the
// meantime is on the page.

import { expect, it } from "vitest";
import { tutti } from "../e2e/support/cli.ts";
import { finish, scenarioOf, ticket, turn, write } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { onRealRuns } from "./support/on-real-runs.ts";
import { startRelay } from "./support/relay.ts";
import { approveIn, recordsOf, startRun, statusOf, type RealRun } from "./support/real-run.ts";

describeNeeding("chromium", "a run that is driven from the page", () => {
  const { project, open } = onRealRuns();

  const writers = (ids: readonly string[], delayMs: number) =>
    scenarioOf(
      Object.fromEntries(ids.map((id) => [id, [{ ...turn(write(`${id}.txt`, id)), delayMs }, turn(finish())]])),
    );
  type How = { readonly delayMs?: number; readonly relay?: string };
  const begin = async (ids: readonly string[], { delayMs = 0, relay }: How = {}) => {
    const of = await startRun(project(), { work: ids.map((id) => ticket(id)), scenario: writers(ids, delayMs) });
    const there = await open(of, relay === undefined ? {} : { relay });
    await there.gotoRun();
    return { of, there };
  };
  const call = (of: RealRun, ...args: string[]) => tutti([...args, "--repo", of.project.repo], of.project);

  it("PAGE7 A-115 the mode is switched while tickets run, and the run is paused, drained and resumed", async () => {
    const { of, there } = await begin(["A", "B", "C"], { delayMs: 600 });
    const { page, press } = there;
    const chosenMode = (name: string) => page.locator("label:has(input:checked)", { hasText: name });
    await there.card("A", /needs you/i).waitFor();
    await chosenMode("Async").waitFor();
    await press("Shift+L");
    await chosenMode("Linear").waitFor();
    const { board } = JSON.parse((await call(of, "status", "--json")).stdout) as { board: { mode: string } };
    expect(board.mode).toBe("linear");

    await page.getByRole("button", { name: "Pause the run" }).click();
    await page.getByRole("menuitem", { name: /^Pause/ }).click();
    const resume = page.getByRole("button", { name: "Resume" });
    await resume.waitFor();
    expect((await recordsOf(of)).some(({ event }) => event.type === "run.paused")).toBe(true);
    await resume.click();
    await page.getByRole("button", { name: "Pause the run" }).click();
    await page.getByRole("menuitem", { name: /^Drain/ }).click();
    await page.getByRole("button", { name: "Resume (draining)" }).click();
    await page.getByRole("button", { name: "Pause the run" }).waitFor();
    // The terminal drives too, and the page shows it.
    await call(of, "mode", "async");
    await chosenMode("Async").waitFor();
    expect(there.complaints).toEqual([]);
  });

  it("PAGE8 A-113 what is answered in the terminal is told where it was being looked at, and stays in sight", async () => {
    const { of, there } = await begin(["A", "B"]);
    const { page, press } = there;
    await there.card("B", /needs you/i).waitFor();
    await press("g", "i");
    await there.moveTo(/A\.txt/);
    await approveIn(of, "A");
    await page.getByText(/approved this/).waitFor();
    expect(await page.getByRole("button", { name: /^Approve/ }).isDisabled()).toBe(true);
    await page.getByRole("region", { name: "Request" }).getByText("A.txt").first().waitFor();
    await press("j");
    await there.chosen(/B\.txt/);
    expect(there.complaints).toEqual([]);
  });

  it("PAGE9 A-160 the connection is cut and comes back: told, and nothing is missing", async () => {
    const relay = await startRelay();
    const { of, there } = await begin(["A", "B", "C"], { relay: relay.address });
    const { page } = there;
    await there.card("C", /needs you/i).waitFor();
    relay.cut();
    await page.getByText(/Offline for/).waitFor();
    for (const id of ["A", "B"]) await approveIn(of, id);
    await of.running.seen(/ticket\.completed[\s\S]*ticket\.completed/);
    expect(await there.card("A").getAttribute("data-status")).toBe("step_paused");
    relay.mend();
    await there.card("A", /completed/i).waitFor();
    await page.getByText(/Offline for/).waitFor({ state: "detached" });
    const { board } = await statusOf(of);
    for (const { id, status } of board.tickets)
      expect(await there.card(id).getAttribute("data-status"), id).toBe(status);
    const last = (await recordsOf(of)).at(-1)?.seq ?? 0;
    await page.getByText(`Event ${last} of ${last}`).waitFor();
    expect(there.complaints.filter((each) => !each.includes("net::ERR"))).toEqual([]);
    await relay.close();
  });
});
