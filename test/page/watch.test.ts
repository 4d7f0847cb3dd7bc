// A run is watched from its first ticket to its end, as it happens; what the page shows is what the terminal says.

import { expect, it } from "vitest";
import { finish, scenarioOf, ticket, turn, write } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { onRealRuns } from "./support/on-real-runs.ts";
import { startRun, statusOf, type RealRun } from "./support/real-run.ts";

const words = Array.from({ length: 60 }, (_, place) => `word${place}`).join(" ");

describeNeeding("chromium", "a run that is watched", () => {
  const { project, open } = onRealRuns();

  /** A run that waits all the while, so that its process goes on serving the page. */
  const startHost = (): Promise<RealRun> =>
    startRun(project(), {
      work: [ticket("H", { title: "Host" })],
      scenario: scenarioOf({ H: [turn(finish())] }),
      trust: "step",
    });

  it("PAGE6 A-134 from the first ticket to the end: statuses change, words come while they are written, both faces agree", async () => {
    const host = await startHost();
    const there = await open(host, { reducedMotion: true });
    const { page } = there;
    await page.goto(`${there.origin}/`);
    const slow = { ...turn(write("a.txt", "a\n")), text: words, chunks: 30, chunkMs: 200 };
    const scenario = scenarioOf({
      A: [slow, turn(finish())],
      B: [{ ...turn(write("b.txt", "b\n")), delayMs: 1_500 }, turn(finish())],
      C: [
        {
          ...turn({ tool: "finish", args: { outcome: "blocked", summary: "There is no such thing." } }),
          delayMs: 1_000,
        },
      ],
    });
    const work = [ticket("A"), ticket("B", { dependsOn: ["A"] }), ticket("C", { dependsOn: ["B"] })];
    const of = await startRun(project(), { work, scenario, trust: "auto" });
    // It comes to the list of runs by itself.
    await page.locator(`a[href="/runs/${of.id}"]`).first().click();
    await there.card("A", /running/i).waitFor();
    await there.card("B", /after A|pending/i).waitFor();
    expect(await page.evaluate<number>("document.getAnimations().length")).toBe(0);
    await there.card("A").dblclick();
    const log = page.getByRole("log").first();
    await log.getByText(/word0 word1/).waitFor();
    expect(await log.textContent()).not.toContain("word59");
    expect(await page.evaluate<number>("document.getAnimations().length")).toBe(0);
    await log.getByText(/word59/).waitFor();
    await there.card("A", /completed|done/i).waitFor();
    await there.card("B", /running/i).waitFor();
    await of.running.done;
    await there.see(/blocked after/);
    const { board } = await statusOf(of);
    for (const { id, status } of board.tickets)
      expect(await there.card(id).getAttribute("data-status"), id).toBe(status);
    expect(await page.locator("[role=option][data-status]").count()).toBe(board.tickets.length);
    expect(board.outcome).toBe("blocked");
    expect(there.complaints).toEqual([]);
  });
});
