// The run's board in a real browser, used as a person uses it: by keys, at three densities, with many tickets.

import { afterAll, beforeAll, expect, it } from "vitest";
import type { Browser, Page } from "playwright-core";
import { describeNeeding } from "../support/needs.ts";
import { answers, goalRun, ticketsAnswer, tracksAnswer } from "../core/planned-story.ts";
import { findViolations, launchBrowser, openPage, type Opened } from "./support/browser.ts";
import { makeBillingRun } from "./support/billing-run.ts";
import { carry, serveCarried, type CarriedPage } from "./support/carried-page.ts";

const sample = makeBillingRun({ tickets: 500, share: 0.3 });
const many = makeBillingRun({ tickets: 2_000, share: 0.1 });

describeNeeding("chromium", "the board in a browser", () => {
  let browser: Browser;
  let served: CarriedPage;
  let servedMany: CarriedPage;

  beforeAll(async () => {
    [browser, served, servedMany] = await Promise.all([
      launchBrowser(),
      serveCarried(carry(sample)),
      serveCarried(carry(many)),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([served.close(), servedMany.close()]);
  });

  const open = async (query: string, of = { address: served.address, run: sample.run }): Promise<Opened> => {
    const opened = await openPage(browser, {});
    await opened.page.goto(`${of.address}#/runs/${of.run}${query}`);
    await opened.page.locator("[role=option], [role=row]").first().waitFor();
    return opened;
  };
  const focused = (page: Page): Promise<string | null> =>
    page.evaluate<string | null>("document.activeElement?.dataset?.index ?? null");
  const indexOf = (id: string): string => String(sample.state.graph.indexOf.get(id as never));

  it("BOARD6 N, arrows and Enter: from what needs a person along its dependencies into the inspector, without a pointer", async () => {
    const { page, complaints } = await open("?d=3");
    await page.keyboard.press("n");
    const first = await page.waitForFunction("document.activeElement?.dataset?.status === 'step_paused'");
    expect(await first.jsonValue()).toBe(true);
    const start = await focused(page);
    await page.keyboard.press("n");
    expect(await focused(page)).not.toBe(start);
    await page.keyboard.press("Shift+n");
    expect(await focused(page)).toBe(start);
    await page.keyboard.press("ArrowRight");
    const next = Number(await focused(page));
    expect(sample.state.graph.dependents[Number(start)]).toContain(next);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.getByRole("complementary", { name: "Ticket" }).waitFor();
    // The focus stays on the board, so that the next arrow moves on.
    expect(await page.evaluate("document.activeElement?.getAttribute('role')")).toBe("option");
    await page.keyboard.press("Escape");
    await page.getByRole("complementary", { name: "Ticket" }).waitFor({ state: "detached" });
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("BOARD7 T traces the lineage: everything else stands back, nothing moves, and the address says so", async () => {
    const { page } = await open("?d=1&ticket=T-137");
    const places = (): Promise<string> =>
      page.evaluate<string>(
        "[...document.querySelectorAll('[data-index]')].map((e) => e.dataset.index + e.style.transform).join()",
      );
    await page.getByRole("complementary", { name: "Ticket" }).waitFor();
    await page.waitForTimeout(300);
    const before = await places();
    await page.keyboard.press("t");
    await page.locator("[data-dim]").first().waitFor();
    expect((await places()) === before).toBe(true);
    expect(page.url()).toContain("trace=1");
    const standing = await page.evaluate<string[]>(
      "[...document.querySelectorAll('[data-index]:not([data-dim])')].map((e) => e.dataset.index)",
    );
    const { graph } = sample.state;
    const ancestors = (id: string): string[] => {
      const ticket = graph.tickets[Number(indexOf(id))];
      return ticket === undefined ? [] : ticket.dependsOn.flatMap((each) => [indexOf(each), ...ancestors(each)]);
    };
    for (const index of ancestors("T-137")) expect(standing).toContain(index);
    expect(standing.length).toBeLessThan(graph.tickets.length / 2 + graph.tickets.length / 3);
    await page.keyboard.press("t");
    await page.locator("[data-dim]").first().waitFor({ state: "detached" });
    await page.context().close();
  });

  it("BOARD3 1, 2 and 3 change the density; the ticket looked at stays in sight", async () => {
    const { page } = await open("?d=3");
    await page.keyboard.press("n");
    const start = await focused(page);
    for (const [key, density] of [
      ["1", "1"],
      ["2", "2"],
      ["3", "3"],
    ] as const) {
      await page.keyboard.press(key);
      const cell = page.locator(`[data-index="${start}"][data-density="${density}"]`);
      await cell.waitFor();
      const box = await cell.boundingBox();
      expect(box !== null && box.x > 200 && box.x < 1_600 && box.y > 80 && box.y < 950).toBe(true);
    }
    await page.context().close();
  });

  it("BOARD4 2,000 tickets: at most 4,000 elements in every density, scrolled anywhere", async () => {
    const { page, complaints } = await open("?d=1", { address: servedMany.address, run: many.run });
    for (const density of ["1", "2", "3"]) {
      await page.keyboard.press(density);
      for (const [left, top] of [
        [0, 0],
        [3_000, 400],
        [1e6, 1e6],
      ] as const) {
        await page.evaluate(
          `document.querySelector('[role=listbox]').closest('.overflow-auto').scrollTo(${left}, ${top})`,
        );
        await page.waitForTimeout(150);
        expect(await page.evaluate<number>("document.querySelectorAll('*').length")).toBeLessThan(4_000);
        expect(await page.locator("[role=option]").count()).toBeGreaterThan(3);
      }
    }
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("BOARD10 the list: a status chosen above stands alone, V changes to it, a press on a head orders it", async () => {
    const { page } = await open("?d=2");
    await page.keyboard.press("v");
    await page.getByRole("treegrid", { name: "Tickets" }).waitFor();
    await page.getByRole("button", { name: /^Needs you/ }).click();
    const rows = page.locator("[role=row][aria-level='2']");
    await expect.poll(() => rows.count()).toBe(sample.state.counts.step_paused);
    expect(page.url()).toContain("status=step_paused");
    await page.getByRole("button", { name: /^Id/ }).click();
    await page.locator("[role=columnheader][aria-sort=ascending]").waitFor();
    await rows.first().click();
    await page.getByRole("complementary", { name: "Ticket" }).waitFor();
    await page.context().close();
  });

  it("BOARD6 / finds a ticket by its words, Enter goes to it; N works in the list as well", async () => {
    const { page } = await open("?d=2");
    await page.keyboard.press("/");
    await page.keyboard.type("T-77");
    await page.keyboard.press("Enter");
    await expect.poll(() => focused(page)).toBe(indexOf("T-77"));
    await page.keyboard.press("v");
    await page.getByRole("treegrid", { name: "Tickets" }).waitFor();
    expect(await page.locator("[role=row][aria-level='2']").count()).toBe(1);
    await page.getByRole("searchbox").fill("");
    await page.getByRole("treegrid", { name: "Tickets" }).focus();
    await page.keyboard.press("n");
    await page.waitForFunction("/Needs you/.test(document.activeElement?.textContent ?? '')");
    await page.context().close();
  });

  it("BOARD9 the timeline has a row for each ticket that was begun, holds marked", async () => {
    const { page } = await open("?view=list");
    await page.getByRole("radio", { name: "Timeline" }).check({ force: true });
    await page.getByRole("region", { name: "Attempts over time" }).waitFor();
    await page.locator(".board-bar[data-end=completed]").first().waitFor();
    expect(await page.locator(".board-bar").count()).toBeGreaterThan(10);
    await page.context().close();
  });

  it("BOARD11 on a narrow screen the list stands for the graph, and a ticket takes the whole screen", async () => {
    const { page } = await openPage(browser, { width: 380, height: 800 });
    await page.goto(`${served.address}#/runs/${sample.run}`);
    await page.getByRole("treegrid", { name: "Tickets" }).waitFor();
    await page.locator("[role=row][aria-level='2']").first().click();
    const panel = page.getByRole("complementary", { name: "Ticket" });
    await panel.waitFor();
    expect((await panel.boundingBox())?.width).toBe(380);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.context().close();
  });

  it("BOARD14 while the plan is made its tracks stand on the board; a plan that waits leads to the inbox", async () => {
    const asked = goalRun();
    const tracked = asked.when(answers(asked, tracksAnswer("core", "shop:core")));
    const one = goalRun();
    const planned = one.when(answers(one, tracksAnswer("core")));
    const signed = planned.when(answers(planned, ticketsAnswer("S", "T:S")));
    for (const [story, words] of [
      [tracked, ["Track core", "asked of tier 2", "Track shop", "waits for core"]],
      [signed, ["The plan waits for you", "is this the plan to work by? It has 2 tickets.", "after S"]],
    ] as const) {
      const planning = await serveCarried(
        carry({ run: story.state.run ?? sample.run, state: story.state, records: story.records }),
      );
      const { page, complaints } = await openPage(browser, {});
      await page.goto(`${planning.address}#/runs/${story.state.run}`);
      for (const each of words) await page.getByText(each).first().waitFor();
      expect(await findViolations(page)).toEqual([]);
      if (story === signed) {
        await page.getByRole("link", { name: "Look at it in the inbox" }).click();
        await page.waitForURL(/inbox\?approval=A\d+/);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
      await planning.close();
    }
  });
});
