// What every test of real runs in a real browser begins and ends with: one browser for the file, a project for each test,
// and nothing left of it afterwards.

import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { killLeftovers } from "../../e2e/support/cli.ts";
import { makeProject, type Project } from "../../e2e/support/project.ts";
import { launchBrowser } from "./browser.ts";
import { openRun, type OpenRunOptions, type RealPage, type RealRun } from "./real-run.ts";

export type OnRealRuns = {
  readonly browser: () => Browser;
  /** Of the test that runs. */
  readonly project: () => Project;
  /** A session of its own on the run's page, closed with the test. */
  readonly open: (of: RealRun, options?: OpenRunOptions) => Promise<RealPage>;
};

/** To be called first in a `describe`: its own hooks then find the project there. */
export function onRealRuns(): OnRealRuns {
  let browser: Browser;
  let project: Project;
  let opened: RealPage[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(() => {
    project = makeProject();
  });
  afterEach(async () => {
    await Promise.all(opened.map((each) => each.close()));
    opened = [];
    killLeftovers();
    project.remove();
  });
  return {
    browser: () => browser,
    project: () => project,
    open: async (of, options) => {
      const page = await openRun(browser, of, options);
      opened.push(page);
      return page;
    },
  };
}
