// Every screen of the page on a big run, in both themes and from wide to narrow: axe finds nothing, the browser complains
// of nothing, nothing is cut off at a side, and what is loaded and drawn stays within its bounds.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright-core";
import { describeNeeding } from "../support/needs.ts";
import { findViolations, launchBrowser, openPage, type OpenOptions, type Opened } from "./support/browser.ts";
import { makeBillingRun } from "./support/billing-run.ts";
import { carry, pageFolder, serveCarried, type CarriedPage } from "./support/carried-page.ts";

/** Name, way, and what the screen's heading begins with. */
const screens = [
  ["runs", "/", "Runs"],
  ["board", "/runs/$run", "Board"],
  ["list", "/runs/$run?view=list", "Board"],
  ["timeline", "/runs/$run?view=timeline", "Board"],
  ["compact", "/runs/$run?d=2", "Board"],
  ["cards", "/runs/$run?d=3", "Board"],
  ["inspector", "/runs/$run?ticket=T-1", "Board"],
  ["agents", "/runs/$run/agents", "Agents"],
  ["worker", "/runs/$run/tickets/T-1", "Fence stale writers"],
  ["inbox", "/runs/$run/inbox", "Inbox"],
  ["all inboxes", "/inbox", "Inbox"],
  ["spend", "/runs/$run/spend", "Spend"],
  ["models", "/runs/$run/models", "Models"],
  ["report", "/runs/$run/report", "Move billing"],
  ["past", "/runs/$run?at=900", "Board"],
] as const;

const mostElements = 4_000;
const settleMs = 250;

type Shown = Opened & { readonly show: (path: string, heading: string) => Promise<void> };

/** What of the page lies beyond its side edges and cannot be scrolled to, or makes the page as a whole scroll sideways. */
const cutOff = `(() => {
  const wide = innerWidth + 1;
  const canScroll = (each) => /auto|scroll/.test(getComputedStyle(each).overflowX) && each.scrollWidth > each.clientWidth;
  const isReached = (each) => each !== null && each !== document.body && (canScroll(each) || isReached(each.parentElement));
  const found = [...document.querySelectorAll("main *, header *, nav *, footer *")].filter((each) => {
    const { right, left, width, height } = each.getBoundingClientRect();
    const isSeen = width > 1 && height > 1 && each.checkVisibility() && !(each instanceof SVGElement);
    return isSeen && (right > wide || left < -1) && !isReached(each.parentElement);
  });
  const { scrollWidth } = document.documentElement;
  return [...(scrollWidth > wide ? ["the page scrolls to " + scrollWidth] : []), ...found.map((each) => each.outerHTML.slice(0, 160))];
})()`;

const running = `document.getAnimations().filter((each) => each.playState === "running").length`;

describeNeeding("chromium", "screens of the page", () => {
  let browser: Browser;
  let served: CarriedPage;
  const sample = makeBillingRun({ tickets: 500 });

  beforeAll(async () => {
    [browser, served] = await Promise.all([launchBrowser(), serveCarried(carry(sample))]);
  });
  afterAll(async () => {
    await browser.close();
    await served.close();
  });

  async function open(options: OpenOptions): Promise<Shown> {
    const opened = await openPage(browser, options);
    await opened.page.goto(served.address);
    const show = async (path: string, heading: string): Promise<void> => {
      await opened.page.evaluate(`location.hash = ${JSON.stringify(path.replace("$run", sample.run))}`);
      await opened.page.locator("h1").filter({ hasText: heading }).first().waitFor({ state: "attached" });
      await opened.page.locator("main [aria-busy=true]").waitFor({ state: "detached" });
      await opened.page.waitForTimeout(settleMs);
    };
    return { ...opened, show };
  }

  describe.each(["dark", "light"] as const)("%s", (theme) => {
    let shown: Shown;
    beforeAll(async () => {
      shown = await open({ theme });
    });
    afterAll(() => shown.page.context().close());

    it.each(screens)(
      "PAGE1 %s: axe finds nothing, nothing fails, nothing is loaded from elsewhere",
      async (...screen) => {
        const [, path, heading] = screen;
        await shown.show(path, heading);
        expect(await findViolations(shown.page)).toEqual([]);
        expect(shown.complaints).toEqual([]);
        expect(await shown.page.evaluate<number>("document.querySelectorAll('*').length")).toBeLessThan(mostElements);
      },
    );

    it.each([
      ["Control+k", "Search"],
      ["?", "Keys"],
    ] as const)(
      "PAGE13 the layer behind %s takes the focus and gives it back, and axe finds nothing",
      async (key, title) => {
        const { page, show } = shown;
        await show("/runs/$run/spend", "Spend");
        await page.getByRole("link", { name: "Report" }).focus();
        await page.keyboard.press(key);
        const dialog = page.getByRole("dialog", { name: title });
        await dialog.locator("input:focus").waitFor();
        expect(await findViolations(page)).toEqual([]);
        await page.keyboard.press("Escape");
        await dialog.waitFor({ state: "detached" });
        await page.locator("nav a:focus").filter({ hasText: "Report" }).waitFor();
      },
    );
  });

  describe.each([
    [320, 640, "light"],
    [400, 800, "dark"],
    // A screen of 1280 x 800 at 200 %.
    [640, 400, "light"],
  ] as const)("%i pixels wide", (width, height, theme) => {
    let shown: Shown;
    beforeAll(async () => {
      shown = await open({ theme, width, height });
    });
    afterAll(() => shown.page.context().close());

    it.each(screens)("PAGE12 %s: nothing is cut off at a side, and axe finds nothing", async (_, path, heading) => {
      await shown.show(path, heading);
      expect(await shown.page.evaluate<string[]>(cutOff)).toEqual([]);
      expect(await findViolations(shown.page)).toEqual([]);
      expect(shown.complaints).toEqual([]);
    });

    it("PAGE12 what the top bar has no room for is in its menu", async () => {
      const { page, show } = shown;
      await show("/runs/$run/spend", "Spend");
      await page.getByRole("button", { name: "More" }).click();
      await page.getByRole("menuitem").first().waitFor();
      const entries = await page.getByRole("menuitem").allInnerTexts();
      expect(entries.map((entry) => entry.split("\n", 1)[0])).toEqual([
        "Switch to linear",
        "Pause",
        "Drain",
        "Search",
        "All keys",
        "Dark or light",
      ]);
      await page.keyboard.press("Escape");
    });
  });

  it("PAGE14 nothing moves for who wants no motion", async () => {
    const { page, show } = await open({ reducedMotion: true });
    for (const [name, path, heading] of screens) {
      await show(path, heading);
      await page.mouse.move(30, 120);
      expect(`${name}: ${await page.evaluate<number>(running)}`).toBe(`${name}: 0`);
    }
    await page.context().close();
  });
});

const sizeOf = (file: string): number => gzipSync(readFileSync(join(pageFolder, file)), { level: 9 }).byteLength;

describe("the built page", () => {
  const kib = 1_000;
  const first = (): readonly string[] => [
    ...new Set(
      [...readFileSync(join(pageFolder, "index.html"), "utf8").matchAll(/assets\/[\w.-]+\.(?:js|css)/g)].flat(),
    ),
  ];

  it("PAGE2 loads at most 150 kB at first, packed", () => {
    const files = first();
    expect(files.length).toBeGreaterThan(1);
    expect(["index.html", ...files].reduce((sum, file) => sum + sizeOf(file), 0)).toBeLessThan(150 * kib);
  });

  it("PAGE2 loads at most 15 kB for a screen and 120 kB for an editor", () => {
    const parts = readdirSync(join(pageFolder, "assets")).filter(
      (file) => file.endsWith(".js") && !first().includes(`assets/${file}`),
    );
    const tooLarge = parts.filter((file) => sizeOf(join("assets", file)) > (/-screen-/.test(file) ? 15 : 120) * kib);
    expect(tooLarge).toEqual([]);
  });

  it("PAGE2 has two fonts of at most 100 kB together", () => {
    const fonts = readdirSync(join(pageFolder, "assets")).filter((file) => file.endsWith(".woff2"));
    expect(fonts).toHaveLength(2);
    expect(
      fonts.reduce((sum, file) => sum + readFileSync(join(pageFolder, "assets", file)).byteLength, 0),
    ).toBeLessThan(100 * kib);
  });
});
