// The pictures of the guide, taken from real runs in a real browser: `node test/page/pictures.ts`, and with `machines` after it
// that one alone. It needs a Redis server's program.
// A person's part is played: some questions are answered, some are left open to be seen.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { makeSample } from "../../src/compose/sample.ts";
import { startTutti, type CliOptions } from "../e2e/support/cli.ts";
import { startMachine } from "../e2e/support/machines.ts";
import { finish, makeProject, scenarioOf, ticket, turn } from "../e2e/support/project.ts";
import { durable, startRedis } from "../support/redis-server.ts";
import { setup as buildPage } from "./support/build-page.ts";
import { launchBrowser, openPage } from "./support/browser.ts";
import { exampleOf } from "./support/table.ts";

const top = join(import.meta.dirname, "../..");
const out = join(top, "docs/images/page");
const home = mkdtempSync(join(tmpdir(), "tutti-pictures-"));
const options: CliOptions = {
  env: { TUTTI_HOME: home, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", CI: "1" },
};

type Approvals = {
  readonly approvals: readonly { readonly id: string; readonly gate: string; readonly ticket: string | null }[];
};

type Shown = { readonly page: Page; readonly origin: string; readonly run: string };

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function ask<T>({ page }: Shown, path: string, body?: unknown): Promise<T> {
  return page.evaluate(
    async ([path, body]) => {
      const init =
        body === undefined
          ? {}
          : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      return (await fetch(path, init)).json() as Promise<T>;
    },
    [path, body] as const,
  );
}

const openOf = async (shown: Shown): Promise<Approvals["approvals"]> =>
  (await ask<Approvals>(shown, `/api/runs/${shown.run}/approvals`)).approvals;

const approve = (shown: Shown, id: string): Promise<unknown> =>
  ask(shown, `/api/runs/${shown.run}/approvals/${id}/answer`, { decision: "approve" });

/** Shown in both themes in the guide. */
const inBothThemes: ReadonlySet<string> = new Set(["board", "inbox", "table", "machines"]);

async function shoot(shown: Shown, name: string, path: string): Promise<void> {
  const { page, origin, run } = shown;
  await page.goto(`${origin}${path.replace("$run", `/runs/${run}`)}`);
  await page.locator("main").first().waitFor();
  await page
    .getByText(/^Loading/)
    .first()
    .waitFor({ state: "detached" });
  await pause(900);
  await shootHere(shown, name);
}

async function shootHere({ page }: Shown, name: string): Promise<void> {
  for (const theme of inBothThemes.has(name) ? (["light", "dark"] as const) : (["dark"] as const)) {
    await page.evaluate(`document.documentElement.dataset.theme = ${JSON.stringify(theme)}`);
    await pause(150);
    await page.screenshot({ path: join(out, `${name}-${theme}.png`) });
  }
}

/** Until `enough`, everything that is asked is approved. */
async function answerUntil(
  shown: Shown,
  enough: (open: Approvals["approvals"]) => boolean | Promise<boolean>,
): Promise<void> {
  for (;;) {
    const open = await openOf(shown);
    if (await enough(open)) return;
    for (const { id } of open) await approve(shown, id);
    await pause(400);
  }
}

type Board = { readonly outcome: string | null; readonly counts: { readonly completed: number } };

const boardOf = async (shown: Shown): Promise<Board> =>
  (await ask<{ readonly board: Board }>(shown, `/api/runs/${shown.run}`)).board;

const isOver = async (shown: Shown): Promise<boolean> => (await boardOf(shown)).outcome !== null;

const isHalfway = async (shown: Shown): Promise<boolean> => (await boardOf(shown)).counts.completed >= 4;

/** One of the examples, so slow that its agents are seen at work. */
function slowly(name: string): object {
  const { deliberation, consults } = exampleOf(name);
  const slow = Object.entries(consults).map(([who, steps]) => [
    who,
    steps.map((step) => ({ ...step, chunks: 60, chunkMs: 60 })),
  ]);
  return {
    deliberation: { ...deliberation, limits: { ...(deliberation["limits"] as object), timeout_seconds: 300 } },
    consults: Object.fromEntries(slow) as object,
  };
}

/** Resolves once the run has a name. */
async function startTable(repo: string, script: object) {
  const scenario = join(home, "table.json");
  writeFileSync(scenario, JSON.stringify(script));
  const how = ["--recover", "none", "--no-sandbox", "--json"];
  const running = startTutti(["deliberate", "--repo", repo, "--scenario", scenario, ...how], options);
  const [, run = ""] = await running.seen(/"run":"(run_[0-9a-z]+)"/);
  return { running, run };
}

/** A table while its mediator is at work, and one that ended with dissent. */
async function takeTables(shown: Shown, repo: string): Promise<void> {
  const mediated = await startTable(repo, slowly("agree-late"));
  const { page, origin } = shown;
  await page.goto(`${origin}/runs/${mediated.run}`);
  await page.getByText("Seated because of").waitFor();
  await page.getByRole("region", { name: "What GAMMA is writing" }).waitFor();
  await pause(1_200);
  await shootHere(shown, "table");
  mediated.running.kill("SIGTERM");
  await mediated.running.done;
  const { running, run } = await startTable(repo, exampleOf("dissent"));
  await running.done;
  await shoot({ ...shown, run }, "dissent", "$run");
}

const theirWork = {
  parser: "Read quoted fields",
  totals: "Show totals per month",
  export: "Write the table as CSV",
  readme: "Say in the README which quotes are read",
};

/** Two machines at work, of which one is drained while its models write. */
async function takeMachines(browser: Browser): Promise<void> {
  const server = await startRedis(...durable);
  const project = makeProject();
  const store = server.address;
  const [first, second] = await Promise.all([
    startMachine(project, { store, name: "first", args: ["--capacity", "4", "--label", "gpu"] }),
    startMachine(project, { store, name: "second", args: ["--capacity", "2"] }),
  ]);
  const slow = { ...turn(finish()), text: "word ".repeat(120), chunks: 120, chunkMs: 500 };
  const files = [
    project.write(
      "tickets.json",
      Object.entries(theirWork).map(([id, title]) => ({ ...ticket(id), title })),
    ),
    project.write("scenario.json", scenarioOf(Object.fromEntries(Object.keys(theirWork).map((id) => [id, [slow]])))),
  ] as const;
  const how = ["--scenario", files[1], "--model", "scripted/one", "--trust", "auto", "--no-sandbox", "--json"];
  const running = startTutti(["run", files[0], "--repo", project.repo, "--store", store, ...how], project);
  const serving = startTutti(["serve", "--store", store, "--port", "0", "--json"], project);
  try {
    const [, run = ""] = await running.seen(/"run":"(run_[0-9a-z]+)"/);
    const [, link = ""] = await serving.seen(/"(http:[^"]*#code=[^"]*)"/);
    const { page } = await openPage(browser, { width: 1440, height: 900 });
    await page.goto(link);
    await page.locator("nav").first().waitFor();
    const shown: Shown = { page, origin: new URL(link).origin, run };
    await page.goto(`${shown.origin}/machines`);
    await page.getByText("waits for its model").nth(3).waitFor();
    await ask(shown, `/api/machines/${second.id}/drain`, {});
    await page.getByText("Draining").waitFor();
    await shootHere(shown, "machines");
    await page.close();
  } finally {
    for (const { kill, done } of [running, serving, first.process, second.process]) {
      kill("SIGKILL");
      await done;
    }
    project.remove();
    await server.dispose();
  }
}

async function takeMachinesAlone(): Promise<void> {
  await buildPage();
  const browser = await launchBrowser();
  try {
    await takeMachines(browser);
  } finally {
    await browser.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function takeAll(): Promise<void> {
  await buildPage();
  mkdirSync(out, { recursive: true });
  const sample = await makeSample(top);
  const args = ["--repo", sample.repo, "--scenario", sample.scenario, "--trust", "ask", "--attended", "--json"];
  const running = startTutti(["run", sample.epic, ...args], options);
  const [, run = ""] = await running.seen(/"run":"(run_[0-9a-z]+)"/);
  const serving = startTutti(["serve", "--port", "0", "--json"], options);
  const browser = await launchBrowser();
  try {
    const [, link = ""] = await serving.seen(/"(http:[^"]*#code=[^"]*)"/);
    const { page } = await openPage(browser, { width: 1440, height: 900 });
    await page.goto(link);
    await page.locator("nav").first().waitFor();
    const shown: Shown = { page, origin: new URL(link).origin, run };
    await answerUntil(shown, (open) => open.some(({ gate }) => gate === "plan"));
    await shoot(shown, "plan", "$run/inbox");
    await answerUntil(shown, (open) => open.length >= 3 && open.every(({ gate }) => gate === "call"));
    await shoot(shown, "inbox", "$run/inbox");
    await shoot(shown, "runs", "/");
    const [held] = await openOf(shown);
    await shoot(shown, "worker", `$run/tickets/${held?.ticket ?? ""}`);
    await shoot(shown, "models", "$run/models");
    await ask(shown, `/api/runs/${run}/commands`, { type: "trust", trust: "auto" });
    for (const { id } of await openOf(shown)) await approve(shown, id);
    await shoot(shown, "agents", "$run/agents");
    await answerUntil(shown, () => isHalfway(shown));
    await shoot(shown, "board", "$run?d=3");
    await answerUntil(shown, () => isOver(shown));
    await shoot(shown, "report", "$run/report");
    await shoot(shown, "spend", "$run/spend");
    await shoot(shown, "timeline", "$run?view=timeline");
    await shoot(shown, "list", "$run?view=list");
    await shoot(shown, "past", "$run?at=150&d=3");
    await shoot(shown, "compare", "$run?at=150&compare=300");
    await takeTables(shown, sample.repo);
    await takeMachines(browser);
  } finally {
    await browser.close();
    for (const { kill, done } of [running, serving]) {
      kill("SIGTERM");
      await done;
    }
    rmSync(home, { recursive: true, force: true });
  }
}

await (process.argv[2] === "machines" ? takeMachinesAlone() : takeAll());
