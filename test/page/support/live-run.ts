// A real run of the real command with a page to answer it from: one ticket, whose worker plays given turns.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { ApprovalsBody } from "../../../src/http/wire.ts";
import { startTutti, type JsonRecord, type Started } from "../../e2e/support/cli.ts";
import { makeProject, scenarioOf, ticket, type Project } from "../../e2e/support/project.ts";
import { openPage, type Opened } from "./browser.ts";

export type LiveRun = {
  readonly run: string;
  readonly project: Project;
  /** What was recorded so far of one type. */
  readonly recorded: (type: string) => readonly JsonRecord["event"][];
  /** Waits until the command has printed a record that fits. */
  readonly until: (pattern: RegExp) => Promise<void>;
  /** The API, as who holds the token. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<Response>;
  /** The open request's id, once there is one. */
  readonly openRequest: () => Promise<string>;
  /** Lets a new browser in by a one-time code, at a path below the run's address. */
  readonly visit: (browser: Browser, path?: string) => Promise<Opened>;
  readonly done: Started["done"];
  readonly stop: () => Promise<void>;
};

type Turns = Parameters<typeof scenarioOf>[0][string];

type ServerFile = { readonly port: number; readonly token: string };

export async function startLive(turns: Turns, trust: "step" | "ask" | "auto"): Promise<LiveRun> {
  const project = makeProject();
  const file = project.write("tickets.json", [ticket("A", { trust })]);
  const scenario = project.write("scenario.json", scenarioOf({ A: turns }));
  const words = ["run", file, "--repo", project.repo, "--scenario", scenario, "--model", "scripted/one"];
  const started = startTutti([...words, "--no-sandbox", "--attended", "--json"], project);
  const lines: string[] = [];
  let rest = "";
  started.child.stdout?.on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
  });
  const [, run = ""] = await started.seen(/"run":"(run_[0-9a-z]+)"/);
  const server = await serverFile(project, run);
  const address = `http://127.0.0.1:${server.port}`;
  const ask: LiveRun["ask"] = (method, path, body) =>
    fetch(`${address}${path}`, {
      method,
      headers: { authorization: `Bearer ${server.token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const visit: LiveRun["visit"] = async (browser, path = "") => {
    const { code } = (await (await ask("POST", "/api/session/codes", {})).json()) as { code: string };
    const opened = await openPage(browser);
    await opened.page.goto(`${address}/runs/${run}${path}#code=${code}`);
    return opened;
  };
  return {
    run,
    project,
    recorded: (type) =>
      lines
        .flatMap((line) => (line.startsWith('{"seq"') ? [(JSON.parse(line) as JsonRecord).event] : []))
        .filter((event) => event.type === type),
    until: async (pattern) => void (await started.seen(pattern)),
    ask,
    openRequest: async () => {
      for (;;) {
        const { approvals } = (await (await ask("GET", `/api/runs/${run}/approvals`)).json()) as ApprovalsBody;
        const [first] = approvals;
        if (first !== undefined) return first.id;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    visit,
    done: started.done,
    stop: async () => {
      started.kill("SIGKILL");
      await started.done;
      project.remove();
    },
  };
}

/** Written once the run is served. */
async function serverFile(project: Project, run: string): Promise<ServerFile> {
  const { globSync } = await import("node:fs");
  for (;;) {
    const [path] = globSync(join(project.folder, "home", "**", run, "server.json"));
    if (path !== undefined) {
      const text = readFileSync(path, "utf8");
      if (text.trim().endsWith("}")) return JSON.parse(text) as ServerFile;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The button of the answer that Ctrl Enter gives, once it is on offer. */
export const readyTo = async (page: Page, name: string): Promise<void> =>
  page
    .locator(`button:enabled:has-text(${JSON.stringify(name)})`)
    .first()
    .waitFor();
