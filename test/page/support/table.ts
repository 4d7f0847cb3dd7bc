// Deliberations of the real program, and their table in a real browser, shown by a server that stays.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { startTutti, type Started } from "../../e2e/support/cli.ts";
import type { Project } from "../../e2e/support/project.ts";
import { openPage, type Opened } from "./browser.ts";

type Step = Readonly<Record<string, unknown>>;
type Script = {
  readonly deliberation: Readonly<Record<string, unknown>>;
  readonly consults: Readonly<Record<string, readonly Step[]>>;
};

const examples = join(import.meta.dirname, "../../../examples/deliberations");

/** One of the examples; `delayMs`: at least so long before every answer, so that it can be watched. */
export function exampleOf(name: string, delayMs = 0): Script {
  const script = JSON.parse(readFileSync(join(examples, name, "scenario.json"), "utf8")) as Script;
  const slow = Object.entries(script.consults).map(([who, steps]) => [
    who,
    steps.map((step) => ({ ...step, delayMs: Math.max(delayMs, Number(step["delayMs"] ?? 0)) })),
  ]);
  return { ...script, consults: Object.fromEntries(slow) as Script["consults"] };
}

export type RunningTable = { readonly id: string; readonly running: Started };

/** Resolves as soon as the run has a name. */
export async function startTable(project: Project, script: Script, recover = "none"): Promise<RunningTable> {
  const file = project.write("table.json", script);
  const how = ["--recover", recover, "--no-sandbox", "--json"];
  const running = startTutti(["deliberate", "--repo", project.repo, "--scenario", file, ...how], project);
  const [, id = ""] = await running.seen(/"run":"(run_[0-9a-z]+)"/);
  return { id, running };
}

export type Hall = Opened & { readonly origin: string; readonly close: () => Promise<void> };

/** A browser session at a server of all runs of the project. */
export async function openHall(browser: Browser, project: Project): Promise<Hall> {
  const serving = startTutti(["serve", "--port", "0", "--json", "--repo", project.repo], project);
  const [, link = ""] = await serving.seen(/"(http:[^"]*#code=[^"]*)"/);
  const opened = await openPage(browser, { reducedMotion: true });
  opened.page.setDefaultTimeout(15_000);
  await opened.page.goto(link);
  await opened.page.locator("nav").first().waitFor();
  return {
    ...opened,
    origin: new URL(link).origin,
    close: async () => {
      await opened.page.context().close();
      serving.kill("SIGTERM");
      await serving.done;
    },
  };
}
