// Deliberations of the real program at their table on the page, in a real browser.

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Browser, Page } from "playwright-core";
import { killLeftovers, startTutti, tutti } from "../e2e/support/cli.ts";
import { makeProject, type Project } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { findViolations, launchBrowser, openPage } from "./support/browser.ts";
import { exampleOf, openHall, startTable, type Hall } from "./support/table.ts";

const themes = ["dark", "light"] as const;

async function violationsOf(page: Page): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const theme of themes) {
    await page.evaluate(`document.documentElement.dataset.theme = ${JSON.stringify(theme)}`);
    found.push(...(await findViolations(page)));
  }
  return found;
}

describeNeeding("chromium", "a deliberation on the page", () => {
  let browser: Browser;
  let project: Project;
  let hall: Hall | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(() => {
    project = makeProject();
  });
  afterEach(async () => {
    await hall?.close();
    hall = undefined;
    killLeftovers();
    project.remove();
  });

  const enter = async (): Promise<Hall> => (hall = await openHall(browser, project));

  it("DPG9 DPG11 B-158 is watched from the first cycle to the agreement; a word to the agents is among the messages", async () => {
    const { page, complaints } = await enter();
    const { id, running } = await startTable(project, exampleOf("agree-late", 1_500));
    await page.locator(`a[href="/runs/${id}"]`).first().click();
    await page.getByRole("region", { name: "ALPHA, proposer, working" }).waitFor();
    await page.getByRole("region", { name: "GAMMA, mediator, not seated" }).waitFor();
    await page.keyboard.press("w");
    await page.locator("[aria-label='Say a word to the agents']:focus").waitFor();
    await page.keyboard.type("Mind who runs the server.");
    await page.keyboard.press("Control+Enter");
    const log = page.getByRole("log", { name: "Messages" });
    await log.getByText("Mind who runs the server.").waitFor();
    await page.getByText("Seated because of").waitFor();
    await running.done;
    await page.getByText("consensus", { exact: true }).first().waitFor();
    await page.getByText("agreed", { exact: true }).waitFor();
    expect(await page.getByRole("region", { name: /^GAMMA, mediator/ }).count()).toBe(1);
    expect(await page.getByRole("meter", { name: "CONFLICT" }).getAttribute("aria-valuetext")).toContain("was met");
    expect(await page.getByRole("img", { name: /How near they are to agreeing, round 1/ }).count()).toBe(1);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByLabel("Version of synthesis/plan").selectOption("1");
    await page.getByLabel("Version of synthesis/plan").selectOption("2");
    await page.getByRole("button", { name: "What changed since v1" }).click();
    await page.locator("ins, del").first().waitFor();
    expect(complaints).toEqual([]);
  });

  it("ERB4 an agent that made too many errors is shown as revoked at its seat, with the reason", async () => {
    const { page } = await enter();
    const agree = exampleOf("agree");
    const prose = { text: "I would rather talk about it.", delayMs: 800 };
    const { id, running } = await startTable(project, {
      deliberation: { ...agree.deliberation, limits: { errors: 2 } },
      consults: { ...agree.consults, "deliberate:BETA": [prose] },
    });
    await page.locator(`a[href="/runs/${id}"]`).first().click();
    const seat = page.getByRole("region", { name: /^BETA, proposer, revoked/ });
    await seat.getByText("Revoked: 2 errors within 600 s of work are as many as are allowed").waitFor();
    await seat.getByText("2 of 2", { exact: true }).waitFor();
    await running.done;
  });

  it("DPG30 what each agent thinks and writes is shown at its seat while it comes, as text; who comes late misses nothing", async () => {
    const hostile = `<img src=x onerror="document.title='taken'"> **one** store`;
    const { page, origin, complaints } = await enter();
    const script = exampleOf("agree");
    const slow = (step: Record<string, unknown>, text: string) => ({
      ...step,
      reasoning: "What would a kill leave behind?",
      answer: { ...(step["answer"] as object), messages: [{ to: "all", kind: "inform", text }] },
      chunks: 100,
      chunkMs: 80,
    });
    const consults = Object.fromEntries(
      Object.entries(script.consults).map(([who, [first = {}, ...rest]]) => [
        who,
        [
          slow(first, who === "deliberate:ALPHA" ? `${hostile} ${"and so on ".repeat(200)}\n\nENDED` : "Later."),
          ...rest,
        ],
      ]),
    );
    const { id, running } = await startTable(project, { ...script, consults });
    await page.goto(`${origin}/runs/${id}`);
    const words = page.getByRole("region", { name: "What ALPHA is writing" });
    await words.getByText("What would a kill leave behind?").waitFor();
    await words.getByText("Says to all, inform").waitFor();
    await words.getByText("<img src=x onerror=").waitFor();
    await words.getByText("and so on and so on").waitFor();
    expect(await words.innerText()).not.toMatch(/["{}]progress|"messages"/);
    expect(await page.locator("main img").count()).toBe(0);
    const isAtEnd = `(() => {
      const box = document.querySelector('[aria-label="What ALPHA is writing"]');
      return box.scrollHeight > box.clientHeight + 40 && Math.abs(box.scrollTop) < 2;
    })()`;
    await expect.poll(() => page.evaluate(isAtEnd), { timeout: 10_000 }).toBe(true);
    expect(await violationsOf(page)).toEqual([]);
    await page.reload();
    await words.getByText("What would a kill leave behind?").waitFor();
    await words.getByText("<img src=x onerror=").waitFor();
    const past = await page.context().newPage();
    await past.goto(`${origin}/runs/${id}?at=4`);
    await past.getByRole("region", { name: /^ALPHA, proposer/ }).waitFor();
    expect(await past.getByText("What would a kill leave behind?").count()).toBe(0);
    await past.close();
    await running.done;
    await page.getByText("consensus", { exact: true }).first().waitFor();
    expect(await words.count()).toBe(0);
    expect(await page.title()).not.toBe("taken");
    expect(complaints).toEqual([]);
  });

  it("DPG10 DPG12 dissent is on record; of the four acts one is done by keys, one with the pointer; then neither is offered", async () => {
    const first = await startTable(project, exampleOf("dissent"));
    await first.running.done;
    const { page, origin, complaints } = await enter();
    await page.goto(`${origin}/runs/${first.id}`);
    await page.getByRole("heading", { name: "No consensus: majority with dissent" }).waitFor();
    const dissent = page.getByRole("region", { name: "Dissent" });
    await dissent.getByText("The move from one store to the other is not planned.").waitFor();
    expect(await page.getByRole("button", { name: /^(?:Run it|Accept)/ }).count()).toBe(4);
    await page.getByRole("button", { name: "Details" }).click();
    await page.getByRole("dialog").getByText("consensus failed").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Handoff" }).click();
    await page.getByRole("dialog").getByRole("heading", { name: "Proposals" }).waitFor();
    await page.keyboard.press("Escape");
    const taken = page.waitForEvent("download");
    await page.getByRole("button", { name: "Report", exact: true }).click();
    expect((await taken).suggestedFilename()).toBe(`${first.id}-deliberation.md`);

    await page.keyboard.press("c");
    await page.keyboard.press("m");
    await page.getByRole("dialog", { name: "Run it again with the mediator?" }).waitFor();
    const go = page.getByRole("button", { name: "Run it with the mediator" });
    for (let tab = 0; tab < 5 && !(await go.evaluate("(it) => it === document.activeElement")); tab += 1)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const next = page.getByRole("link", { name: /^recovered by run_/ }).first();
    await next.waitFor();
    expect(await page.getByRole("button", { name: /^(?:Run it|Accept)/ }).count()).toBe(0);
    await next.click();
    await page.getByRole("link", { name: `recovers ${first.id}` }).waitFor();
    await page.getByText("attempt 1/3").waitFor();
    await page
      .getByText(new RegExp(`from ${first.id}, `))
      .first()
      .waitFor();

    await page.getByRole("heading", { name: /^No consensus/ }).waitFor();
    await page.getByRole("button", { name: "Accept what there is" }).click();
    await page.getByLabel("Why (kept with it)").fill("It will do for now.");
    await page.getByRole("button", { name: "Accept it" }).click();
    await page.getByText("It will do for now.").waitFor();
    await page.getByText("partial result taken").first().waitFor();
    expect(complaints).toEqual([]);
  });

  it("DLB27 DPG10 an end that waits for its agents is hurried by one button, and hands over what there is", async () => {
    const script = exampleOf("deadlock", 1);
    const limits = { rounds: 5, timeout_seconds: 600, grace_seconds: 120, synthesis_seconds: 120 };
    const slow = Object.entries(script.consults).map(([who, [first]]) => [
      who,
      [first, { ...first, delayMs: 300_000 }],
    ]);
    const { id, running } = await startTable(project, {
      deliberation: { ...script.deliberation, limits },
      consults: Object.fromEntries(slow) as typeof script.consults,
    });
    await running.seen(/"type":"deliberation\.round_closed"/);
    const { page, origin, complaints } = await enter();
    await page.goto(`${origin}/runs/${id}`);
    await page.getByRole("region", { name: /^ALPHA, proposer/ }).waitFor();
    expect(await page.getByRole("button", { name: "End it now" }).count()).toBe(0);
    expect((await tutti(["abort", id, "--repo", project.repo, "--reason", "enough"], project)).code).toBe(0);
    await page.getByText("Its agents may still answer.").waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole("button", { name: "End it now" }).click();
    await page.getByRole("heading", { name: "No consensus: cancelled" }).waitFor();
    await page.getByText("Handoff stored", { exact: false }).first().waitFor();
    expect(await page.getByRole("button", { name: "End it now" }).count()).toBe(0);
    expect((await running.done).code).toBe(3);
    expect(complaints).toEqual([]);
  });

  it("DPG12 a chain of three tells in each run which attempt it is, links both ways, and says in the list how it stands", async () => {
    const first = await startTable(project, exampleOf("deadlock"), "auto");
    await first.running.done;
    const { page, origin, complaints } = await enter();
    await page.goto(`${origin}/runs/${first.id}`);
    for (const attempt of [2, 3]) {
      await page
        .getByRole("link", { name: /^recovered by run_/ })
        .first()
        .click();
      await page.getByText(`attempt ${attempt}/3`).first().waitFor();
      await page.getByRole("link", { name: /^recovers run_/ }).waitFor();
    }
    await page
      .getByText(/^from attempt 1, (?:ALPHA|BETA)/)
      .first()
      .waitFor();
    expect(await page.getByRole("link", { name: /^recovered by/ }).count()).toBe(0);
    await page.goto(`${origin}/`);
    const rows = page.locator("main li");
    await rows.filter({ hasText: "attempt 3/3" }).getByText("failed", { exact: true }).waitFor();
    await rows.filter({ hasText: "attempt 1/3" }).getByText("failed after 3/3", { exact: true }).waitFor();
    expect(
      await rows
        .filter({ hasText: "attempt 2/3" })
        .getByRole("link", { name: /recover/ })
        .count(),
    ).toBe(2);
    expect(await violationsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("FORK15 a point of its past is forked: the dialog speaks of agents and not of tickets, and the fork is at its table", async () => {
    const { id, running } = await startTable(project, exampleOf("agree-late"));
    await running.done;
    const { page, origin, complaints } = await enter();
    await page.goto(`${origin}/runs/${id}?at=20`);
    await page.getByRole("button", { name: "Fork", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: `Fork ${id} at event 20` });
    await dialog.getByText("Everything that was said, written and voted up to there comes with it.").waitFor();
    expect(await dialog.getByText(/ticket/i).count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Fork and go on" }).click();
    await page.waitForURL((url) => /\/runs\/run_\w+$/.test(url.pathname) && !url.pathname.endsWith(id));
    await page.getByText("agreed", { exact: true }).waitFor();
    await page.getByRole("region", { name: /^ALPHA, proposer/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  it("DPG13 a point of its past and an export without a network show the table, and take no act", async () => {
    const { id, running } = await startTable(project, exampleOf("dissent"));
    await running.done;
    const { page, origin } = await enter();
    await page.goto(`${origin}/runs/${id}?at=12`);
    await page.getByText("deliberating", { exact: true }).waitFor();
    expect(await page.getByRole("heading", { name: /^No consensus/ }).count()).toBe(0);
    expect(await page.getByLabel("Say a word to the agents").isDisabled()).toBe(true);

    const file = join(project.folder, "run.html");
    const args = ["export", id, "--repo", project.repo, "--format", "html", "--out", file, "--json"];
    expect((await tutti(args, project)).code).toBe(0);
    const carried = await openPage(browser, { width: 400 });
    await carried.page.context().setOffline(true);
    await carried.page.goto(`${pathToFileURL(file).href}#/runs/${id}`);
    await carried.page.getByRole("heading", { name: /^No consensus/ }).waitFor();
    expect(await carried.page.getByRole("button", { name: /^Run it again with/ }).isDisabled()).toBe(true);
    expect(carried.complaints).toEqual([]);
    await carried.page.getByRole("button", { name: "Handoff" }).click();
    await carried.page.getByRole("dialog").getByRole("heading", { name: "Proposals" }).waitFor();
    await carried.page.keyboard.press("Escape");
    const wide = await carried.page.evaluate<number>("document.documentElement.scrollWidth");
    expect(wide).toBeLessThanOrEqual(400);
    expect(await violationsOf(carried.page)).toEqual([]);
    expect(carried.complaints).toEqual([]);
    await carried.page.context().close();
  });

  it("DPG33 a deliberation inside a run is reached from the board, from its ticket and by keys, and leads back", async () => {
    const said = (more: object) => ({ status: "working", progress: 0.5, confidence: 0.5, ...more });
    const plan = { section: "synthesis", key: "plan", base: 0, text: "Write the greeting into a file of its own." };
    const vote = { key: "plan", version: 1, stance: "accept", reasoning: "It is small." };
    const slow = { reasoning: "Where would a greeting stand?", chunks: 40, chunkMs: 400 };
    const talk = {
      tickets: {
        T1: [
          {
            turns: [
              { calls: [{ tool: "write", args: { path: "greeting.txt", content: "hello\n" } }] },
              { delayMs: 1_000, calls: [{ tool: "finish", args: { outcome: "completed", summary: "done" } }] },
            ],
          },
        ],
      },
      consults: {
        "deliberate:T1/ALPHA": [{ ...slow, answer: said({ entries: [plan], votes: [vote] }) }],
        "deliberate:BETA": [{ answer: said({}) }, { answer: said({ status: "done", votes: [vote] }) }],
      },
    };
    const tickets = project.write("deliberated.json", [
      { id: "T1", title: "Greet", description: "Greet the world.", strategy: "deliberate" },
    ]);
    const { page, origin, complaints } = await enter();
    const how = ["--scenario", project.write("talk.json", talk), "--model", "scripted/one", "--trust", "auto"];
    const running = startTutti(["run", tickets, "--repo", project.repo, ...how, "--no-sandbox", "--json"], project);
    const [, id = ""] = await running.seen(/"run":"(run_[0-9a-z]+)"/);
    await page.goto(`${origin}/runs/${id}`);
    await page.locator("[role=option]").first().click();
    await page
      .getByRole("complementary", { name: "Ticket" })
      .getByRole("link", { name: "Deliberation: deliberating" })
      .click();
    await page.getByRole("heading", { name: "Deliberation about a ticket T1" }).waitFor();
    await page
      .getByRole("region", { name: "What ALPHA is writing" })
      .getByText("Where would a greeting stand?")
      .waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole("link", { name: "T1", exact: true }).click();
    await page.getByRole("heading", { name: "Greet" }).waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("d");
    await page.getByRole("heading", { name: "Deliberation about a ticket T1" }).waitFor();
    await page.getByText("consensus", { exact: true }).first().waitFor();
    await page.getByRole("link", { name: "T1", exact: true }).click();
    await page.getByRole("link", { name: "Deliberation: consensus" }).waitFor();
    expect((await running.done).code).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it("DPG32 of a run that is one deliberation the page speaks of rounds and agents, and not of tickets", async () => {
    const { page, origin, complaints } = await enter();
    const { id, running } = await startTable(project, exampleOf("dissent", 1_000));
    await page.goto(`${origin}/runs/${id}`);
    const bar = page.getByRole("banner");
    await bar.getByText(/^Round \d of 5$/).waitFor();
    await bar.getByText(/^deliberating, \d at work$/).waitFor();
    expect(await bar.getByRole("radio", { name: "Linear" }).count()).toBe(0);
    await bar.getByRole("button", { name: "Pause the run" }).click();
    await page.getByRole("menuitem", { name: /^Pause/ }).waitFor();
    expect(await page.getByRole("menuitem", { name: /^Drain/ }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.goto(`${origin}/runs/${id}/agents`);
    await page.getByText("A deliberation has no workers").waitFor();
    await page
      .getByText(/^(?:ALPHA|BETA) deliberates$/)
      .first()
      .waitFor();
    await page.goto(`${origin}/runs/${id}/models`);
    await page.getByRole("row", { name: /^ALPHA proposer scripted\/agent/ }).waitFor();
    expect(await page.getByRole("region", { name: "Models" }).innerText()).not.toMatch(/ticket|worker/i);
    expect(await violationsOf(page)).toEqual([]);
    await running.done;
    await bar.getByText("majority with dissent", { exact: true }).waitFor();
    await bar.getByText(/^majority with dissent after /).waitFor();
    await page.goto(`${origin}/runs/${id}/report`);
    const report = page.getByRole("region", { name: "Report" });
    await report.getByText("Rounds", { exact: true }).waitFor();
    expect(await report.innerText()).not.toMatch(/ticket|merge/i);
    expect(await violationsOf(page)).toEqual([]);
    await report.getByRole("link", { name: "at its table" }).click();
    await page.getByRole("heading", { name: "Deliberation", exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });
});
