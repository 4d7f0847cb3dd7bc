// A run of the real program, and its page in a real browser: begun as a person begins it, entered by its one-time link.

import type { Browser, Locator, Page } from "playwright-core";
import { parseLines, startTutti, tutti, type JsonRecord, type Started } from "../../e2e/support/cli.ts";
import type { Project } from "../../e2e/support/project.ts";
import { openPage, type Opened, type OpenOptions } from "./browser.ts";

export type RunPlan = {
  /** A goal in words, or the tickets. */
  readonly work: string | readonly unknown[];
  readonly scenario: unknown;
  readonly trust?: "step" | "ask" | "auto";
  readonly flags?: readonly string[];
};

export type RealRun = {
  readonly id: string;
  readonly project: Project;
  readonly running: Started;
};

let written = 0;

/** Resolves as soon as its first record is printed. */
export async function startRun(
  project: Project,
  { work, scenario, trust = "ask", flags = [] }: RunPlan,
): Promise<RealRun> {
  written += 1;
  const what = typeof work === "string" ? work : project.write(`tickets-${written}.json`, work);
  const script = project.write(`scenario-${written}.json`, scenario);
  const how = ["--model", "scripted/one", "--trust", trust, "--no-sandbox", "--attended", "--json"];
  const running = startTutti(["run", what, "--repo", project.repo, "--scenario", script, ...how, ...flags], project);
  const [, id = ""] = await running.seen(/"run":"(run_[0-9a-z]+)"/);
  return { id, project, running };
}

export type StatusBody = {
  readonly board: {
    readonly phase: string;
    readonly outcome: string | null;
    readonly tickets: readonly { readonly id: string; readonly status: string }[];
  };
};

/** What the terminal says of it. */
export const statusOf = async ({ id, project }: RealRun): Promise<StatusBody> =>
  JSON.parse((await tutti(["status", id, "--repo", project.repo, "--json"], project)).stdout) as StatusBody;

export const recordsOf = async ({ id, project }: RealRun): Promise<readonly JsonRecord[]> =>
  parseLines((await tutti(["log", id, "--repo", project.repo, "--json"], project)).stdout) as readonly JsonRecord[];

export type AskedThere = { readonly id: string; readonly ticket: string };

/** What waits, as the terminal says. */
export async function askedOf({ id, project }: RealRun): Promise<readonly AskedThere[]> {
  const { stdout } = await tutti(["approvals", id, "--repo", project.repo, "--json"], project);
  return (JSON.parse(stdout) as { approvals: readonly AskedThere[] }).approvals;
}

/** In the terminal. The ticket has one open request. */
export async function approveIn(of: RealRun, ticket: string): Promise<void> {
  const { id = "" } = (await askedOf(of)).find((each) => each.ticket === ticket) ?? {};
  const { code, stderr } = await tutti(["approve", id, "--repo", of.project.repo], of.project);
  if (code !== 0) throw new Error(stderr);
}

export type RealPage = Opened & {
  /** Of the server that let it in, such as `http://127.0.0.1:4000`. */
  readonly origin: string;
  /** A screen of the run it was opened on, by its address below the run's. */
  readonly gotoRun: (path?: string) => Promise<void>;
  readonly see: (words: string | RegExp) => Promise<void>;
  readonly press: (...keys: string[]) => Promise<void>;
  readonly card: (ticket: string, words?: RegExp) => Locator;
  /** Moves with J and K to such a request of the inbox, once it is there; then it is in view and takes answers. */
  readonly moveTo: (words: RegExp) => Promise<void>;
  /** Waits until such a request is in view and takes answers, without a key. */
  readonly chosen: (words: RegExp) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** `by`: whose server shows the run; left out: its own. */
export type OpenRunOptions = OpenOptions & { readonly by?: RealRun };

/** A new browser session, let in by `tutti link`. */
export async function openRun(browser: Browser, run: RealRun, options: OpenRunOptions = {}): Promise<RealPage> {
  const host = options.by ?? run;
  const { stdout } = await tutti(["link", host.id, "--repo", host.project.repo, "--json"], host.project);
  const link = new URL((JSON.parse(stdout) as { link: string }).link);
  const opened = await openPage(browser, options);
  const { page } = opened;
  page.setDefaultTimeout(20_000);
  await page.goto(link.href);
  await page.locator("nav").first().waitFor();
  return around(opened, { origin: link.origin, run: run.id });
}

function around(opened: Opened, { origin, run }: { readonly origin: string; readonly run: string }): RealPage {
  const { page } = opened;
  return {
    ...opened,
    origin,
    gotoRun: async (path = "") => {
      await page.goto(`${origin}/runs/${run}${path}`);
      await page.locator("main").first().waitFor();
    },
    see: (words) => page.getByText(words).first().waitFor(),
    press: async (...keys) => {
      for (const key of keys) await page.keyboard.press(key);
    },
    card: (ticket, words = /./) =>
      page
        .locator('[role="option"][data-status]')
        .filter({ hasText: `Ticket ${ticket}` })
        .filter({ hasText: words }),
    moveTo: (words) => moveTo(page, words),
    chosen: (words) => chosen(page, words),
    close: async () => {
      const pictures = process.env["TUTTI_PICTURES"];
      if (pictures !== undefined) await page.screenshot({ path: `${pictures}/${run}.png` });
      await page.context().close();
    },
  };
}

const requests = (page: Page): Locator => page.getByRole("listbox", { name: "Waiting for you" }).getByRole("option");

/** Of the buttons that refuse: one of them stands at every gate. */
const noWords = /Abort|Reject|Withhold|Turn down|No answer|Do without|Do not/;

async function chosen(page: Page, words: RegExp): Promise<void> {
  await requests(page).and(page.locator('[aria-selected="true"]')).filter({ hasText: words }).waitFor();
  // A request takes answers only once it has been in view for a moment.
  const inView = "[aria-busy=false] section[aria-label=Request]";
  const answers = page.locator(`${inView} footer button:not(:disabled)`, { hasText: noWords });
  await answers.first().waitFor();
}

type Row = { readonly textContent: string | null; readonly getAttribute: (name: string) => string | null };

/** In one look: the list changes while it is read. */
const readRows = (rows: unknown): { readonly text: string; readonly isChosen: boolean }[] =>
  (rows as readonly Row[]).map((row) => ({
    text: row.textContent ?? "",
    isChosen: row.getAttribute("aria-selected") === "true",
  }));

async function moveTo(page: Page, words: RegExp): Promise<void> {
  await requests(page).filter({ hasText: words }).first().waitFor();
  // A request that comes or goes between the look and the keys leads elsewhere: then it is gone from there.
  for (let tries = 0; tries < 8; tries += 1) {
    const rows = await requests(page).evaluateAll(readRows);
    const way = rows.findIndex(({ text }) => words.test(text)) - rows.findIndex(({ isChosen }) => isChosen);
    if (way === 0) break;
    for (let step = 0; step < Math.abs(way); step += 1) await page.keyboard.press(way < 0 ? "k" : "j");
    await page.waitForTimeout(150);
  }
  await chosen(page, words);
}

/** Types over all that stands in the editor that has the focus. */
export async function typeOver(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+A");
  await page.keyboard.insertText(text);
}
