// The page of `tutti serve --store` on a machine that conducts nothing: a run of another machine as it goes, answered
// there; and the machines of the store.

import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { join } from "node:path";
import { describeNeeding, isFound } from "../support/needs.ts";
import { durable, startRedis, type RedisServer } from "../support/redis-server.ts";
import { startTutti, tutti } from "../e2e/support/cli.ts";
import { startMachine } from "../e2e/support/machines.ts";
import { finish, scenarioOf, ticket, turn, write, type Project } from "../e2e/support/project.ts";
import { findViolations } from "./support/browser.ts";
import { onRealRuns } from "./support/on-real-runs.ts";
import { startRun } from "./support/real-run.ts";

const words = Array.from({ length: 60 }, (_, place) => `word${place}`).join(" ");

/** Until no colour changes any more. */
const settled = "Promise.allSettled(document.getAnimations().map((each) => each.finished)).then(() => null)";

describeNeeding("redis", "the page beside a Redis server", () => {
  const { project, open } = onRealRuns();
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(...durable);
  });
  afterAll(() => server.dispose());
  beforeEach(async () => {
    await server.link().call("FLUSHALL");
  });

  const at = (home: string): Project => ({
    ...project(),
    env: { ...project().env, TUTTI_STORE: server.address, TUTTI_HOME: join(project().folder, home) },
  });
  /** As a machine's heartbeat puts it there; `beat` again and again. */
  const beat = async (id: string, more: object = {}): Promise<void> => {
    const card = {
      id,
      host: id,
      pid: 7,
      version: "0.1.0",
      protocol: 1,
      labels: ["os:linux", "gpu"],
      capacity: 4,
      isDraining: false,
      startedAt: 1,
      load: 1.25,
      processors: 8,
      memory: { free: 12 * 1024 ** 3, all: 16 * 1024 ** 3 },
      working: [],
      ...more,
    };
    await server.link().callAll([
      ["ZADD", "tutti:machines", 1, id],
      ["SET", `tutti:machine:${id}`, JSON.stringify(card), "PX", 10_000],
    ]);
  };
  async function openThere(scenario: unknown, trust: "ask" | "auto" = "ask") {
    const there = at("there");
    const serving = startTutti(["serve", "--port", "0", "--json"], there);
    await serving.seen(/"port":(\d+)/);
    const conducting = await startRun(at("here"), { work: [ticket("A")], scenario, trust });
    // Let in by the server there; the run is conducted here.
    const page = await open({ ...conducting, project: there });
    return { conducting, page };
  }

  it.skipIf(!isFound("chromium"))(
    "MVW1 MVW2 a run of another machine is shown while a model writes, and what is answered here reaches it within a second",
    async () => {
      const slow = { ...turn(write("A.txt", "A\n")), text: words, chunks: 40, chunkMs: 200 };
      const { conducting, page: there } = await openThere(scenarioOf({ A: [slow, turn(finish())] }));
      const { page, press } = there;
      await there.gotoRun("/tickets/A");
      const log = page.getByRole("log");
      await log.getByText(/word0 word1 /).waitFor();
      expect(await log.textContent()).not.toContain("word59");
      await log.getByText("needs you").waitFor();
      await press("g", "i");
      await there.chosen(/A\.txt/);
      const answered = conducting.running.seen(/"type":"approval\.answered"/).then(() => Date.now());
      const sentAt = Date.now();
      await press("Control+Enter");
      expect((await answered) - sentAt).toBeLessThan(1_000);
      expect((await conducting.running.done).code).toBe(0);
      await press("g", "b");
      await there.card("A", /completed/i).waitFor();
      expect(there.complaints).toEqual([]);
    },
  );

  it.skipIf(!isFound("chromium"))(
    "MVW9 the machine on which an attempt began is named by its worker, among the agents, beside the board and in the status",
    async () => {
      const far = await startMachine(at("far"), { store: server.address, name: "far", args: ["--capacity", "2"] });
      const { conducting, page: there } = await openThere(
        scenarioOf({ A: [turn(write("A.txt", "A\n")), turn(finish())] }),
      );
      const { page, press } = there;
      await there.gotoRun("/tickets/A");
      await page.getByRole("log").getByText("needs you").waitFor();
      await page.locator("dt", { hasText: "Began on" }).waitFor();
      expect(await page.locator("dt", { hasText: "Began on" }).locator("+ dd").textContent()).toBe(far.id);
      expect(await findViolations(page)).toEqual([]);
      await press("g", "a");
      await page.getByRole("listitem").getByText(`began on ${far.id}`).waitFor();
      expect(await findViolations(page)).toEqual([]);
      await there.gotoRun("?ticket=A");
      await page.getByRole("complementary", { name: "Ticket" }).getByText(far.id).waitFor();
      const { stdout } = await tutti(["status", conducting.id, "--repo", conducting.project.repo], conducting.project);
      expect(stdout).toContain(`began on ${far.id}`);
      expect(there.complaints).toEqual([]);
    },
  );

  it.skipIf(!isFound("chromium"))(
    "MVW7 MVW6 the machines are shown as they are, live, and one is drained after it was said what follows",
    async () => {
      const { conducting, page: there } = await openThere(
        scenarioOf({ A: [turn(write("A.txt", "A\n")), turn(finish())] }),
      );
      const { page, press } = there;
      await page.getByRole("navigation").getByText("Machines").waitFor();
      await press("g", "h");
      await page.getByText("No machine is registered", { exact: true }).waitFor();
      await page.getByText(`tutti worker --store ${server.address}/0`).waitFor();
      expect(await findViolations(page)).toEqual([]);

      const working = [{ run: conducting.id, ticket: "A", attempt: 1, step: "tool:0000-1/1.0" }];
      await beat("build-1-aaaaaaaa", { working });
      await beat("build-2-bbbbbbbb", { protocol: 0, version: "0.0.9" });
      const sentAt = Date.now();
      await page.getByRole("heading", { name: "build-1-aaaaaaaa" }).waitFor();
      expect(Date.now() - sentAt).toBeLessThan(2_500);
      await page.getByText("A#1").waitFor();
      await page.getByText("runs a tool").waitFor();
      await page.getByText(/Older: takes no work/).waitFor();
      await page.getByText("12 of 16 GiB free").first().waitFor();
      await press("Shift+T");
      await page.locator('[data-theme="light"]').waitFor();
      await page.evaluate(settled);
      expect(await findViolations(page)).toEqual([]);
      await press("Shift+T");
      await page.locator('[data-theme="dark"]').waitFor();
      await page.evaluate(settled);
      expect(await findViolations(page)).toEqual([]);
      await page.setViewportSize({ width: 320, height: 700 });
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(320);
      expect(await findViolations(page)).toEqual([]);
      await page.setViewportSize({ width: 1600, height: 950 });

      await page.getByRole("button", { name: "Drain build-1-aaaaaaaa" }).press("Enter");
      await page.getByText(/another machine goes on from the last checkpoint/).waitFor();
      expect(await findViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Drain it" }).press("Enter");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      const told = (await server.link().call("XRANGE", "tutti:inbox:build-1-aaaaaaaa", "-", "+")) as unknown[];
      expect(JSON.stringify(told)).toContain("drain");
      await beat("build-1-aaaaaaaa", { working, isDraining: true });
      await page.getByText("Draining").waitFor();
      expect(there.complaints).toEqual([]);
    },
  );
});
