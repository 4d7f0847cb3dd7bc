// One worker in a real browser, of a real run: its words come as they are written, a call waits and is seen through, a
// word reaches it, and what it wrote never becomes markup.

import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { describeNeeding } from "../support/needs.ts";
import { finish, scenarioOf, ticket, turn, write } from "../e2e/support/project.ts";
import { onRealRuns } from "./support/on-real-runs.ts";
import { approveIn, startRun, type RealPage, type RealRun } from "./support/real-run.ts";

const hostile = 'Look: <img src=x onerror="window.hit=1"> [here](javascript:alert(1)) ![p](http://evil.example/p.png)';
const words = Array.from({ length: 120 }, (_, place) => `word${place}`).join(" ");

describeNeeding("chromium", "a worker in the page", () => {
  const { project, open } = onRealRuns();
  let of: RealRun;
  let there: RealPage;

  const start = async (turns: Parameters<typeof scenarioOf>[0], trust: "ask" | "auto"): Promise<Page> => {
    const work = Object.keys(turns).map((id) => ticket(id));
    of = await startRun(project(), { work, scenario: scenarioOf(turns), trust });
    await of.running.seen(/"type":"turn\.started"/);
    there = await open(of);
    await there.gotoRun("/tickets/A");
    return there.page;
  };

  it("PANE7 A-134 A-135 A-145 shows its words while they are written, in a stream of its own name", async () => {
    const slow = { ...turn(finish()), text: `First paragraph.\n\n${words}`, chunks: 100, chunkMs: 60 };
    // The other ticket waits for a person, so that the run does not end.
    const page = await start({ A: [slow], B: [turn(write("b.txt", "b\n"))] }, "ask");
    const log = page.getByRole("log", { name: "Tier 3 (Worker): A, attempt 1" });
    await log.getByText("First paragraph.").waitFor();
    await log.getByText(/word0 word1 /).waitFor();
    expect(await log.textContent()).not.toContain("word119");
    await log.getByText(/word119/).waitFor();
    await page.getByText("Completed", { exact: true }).first().waitFor();
    expect(await log.getByText(/word119/).count()).toBe(1);
    expect(there.complaints).toEqual([]);
  }, 60_000);

  it("PANE7 shows a call that waits with its change, what a person said to the worker, and runs it when it is let", async () => {
    const first = { ...turn(write("a.txt", "one\ntwo\n")), text: hostile };
    const page = await start({ A: [first, turn(finish("all is well"))], B: [turn(write("b.txt", "b\n"))] }, "ask");
    const log = page.getByRole("log");
    await log.getByText("needs you").waitFor();
    await log.getByRole("region", { name: "Change of a.txt" }).getByText("two").waitFor();
    await page.keyboard.press("m");
    await page.getByRole("dialog", { name: "Edit the model's last message" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("textbox", { name: "Say something to the worker of A" }).fill("Mind the line ends.");
    await page.keyboard.press("Control+Enter");
    await log.getByText(/has a word by .* for its worker/i).waitFor();
    expect(await log.locator("img, a[href^='javascript'], a[href*='evil']").count()).toBe(0);
    expect(await page.evaluate("window.hit")).toBeUndefined();
    await log.getByText('<img src=x onerror="window.hit=1">').waitFor();
    await approveIn(of, "A");
    await log.getByText("Mind the line ends.").first().waitFor();
    await page.getByText("all is well").first().waitFor();
    expect(there.complaints).toEqual([]);
  }, 60_000);

  it("PANE7 A-107 puts one worker on another trust, pauses it, and gives its next attempt another model", async () => {
    const page = await start({ A: [turn(write("a.txt", "a\n"))], B: [turn(write("b.txt", "b\n"))] }, "ask");
    await page.getByRole("log").getByText("needs you").waitFor();
    await page.getByText("Step", { exact: true }).click();
    await of.running.seen(/"type":"ticket\.trust_changed"[^\n]*"trust":"step"/);
    await page.getByRole("button", { name: "Pause after this step" }).click();
    await of.running.seen(/"type":"ticket\.paused"/);
    await page.getByRole("button", { name: "Resume" }).first().waitFor();
    await page.getByRole("button", { name: "More about this worker" }).click();
    await page.getByRole("menuitem", { name: /Change its model/ }).click();
    const dialog = page.getByRole("dialog", { name: "Model of A's next attempt" });
    await dialog.getByRole("combobox").fill("scripted/two");
    await dialog.getByRole("button", { name: "Change model" }).click();
    await of.running.seen(/"type":"ticket\.models_changed"[^\n]*scripted\/two/);
    expect(there.complaints).toEqual([]);
  }, 60_000);

  it("PANE8 A-146 shows all workers side by side, and those alone that need the person", async () => {
    const plan = {
      A: [turn(write("a.txt", "a\n"))],
      B: [{ ...turn(finish()), text: words, chunks: 100, chunkMs: 100 }],
    };
    const page = await start(plan, "ask");
    await page.getByRole("link", { name: "Agents" }).click();
    await page.getByRole("heading", { name: "Agents" }).waitFor();
    const other = page.getByRole("log", { name: "Tier 3 (Worker): B, attempt 1" });
    await other.getByText(/word0 word1 /).waitFor();
    const own = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: /Ticket A/ }) });
    await own.getByRole("link", { name: "Review" }).waitFor();
    await page.getByText("Needs you", { exact: true }).click();
    await other.waitFor({ state: "detached" });
    expect(there.complaints).toEqual([]);
  }, 60_000);
});
