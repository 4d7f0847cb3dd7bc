// A real Chromium for the tests of the page: Debian's, headless, and what it complained of.

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium, type Browser, type Page } from "playwright-core";

export const chromiumPath = process.env["TUTTI_CHROMIUM"] ?? "/usr/bin/chromium";
export const hasChromium = (): boolean => existsSync(chromiumPath);

const require = createRequire(import.meta.url);

export type Opened = {
  readonly browser: Browser;
  readonly page: Page;
  /** Errors of scripts, refusals of the policy, requests that left the server's origin. */
  readonly complaints: readonly string[];
};

export type OpenOptions = {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: "dark" | "light";
  readonly reducedMotion?: boolean;
  /** A finger in place of a pointer. */
  readonly hasTouch?: boolean;
  /** Address of a relay that everything goes through. */
  readonly relay?: string;
};

/**
 * The browser loads these two into every new window, for an address bar that nobody sees: a second of processor time for
 * each session that is opened.
 */
const unseen = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"];

/** What Playwright turns off itself. Chromium takes the last such flag alone, so ours has to say it again. */
const turnedOffAnyway = [
  "AvoidUnnecessaryBeforeUnloadCheckSync",
  "DestroyProfileOnBrowserClose",
  "HttpsUpgrades",
  "HttpsFirstBalancedModeAutoEnable",
  "LensOverlay",
  "MediaRouter",
  "PaintHolding",
  "ThirdPartyStoragePartitioning",
  "AvoidCorsURLLoaderRestartOnRedirect",
  "OptimizationHints",
  "NetworkTimeServiceQuerying",
  "AimEnabled",
  "PreconnectToSearch",
];

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  `--disable-features=${[...turnedOffAnyway, ...unseen].join(",")}`,
];

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, headless: true, args: flags });

export async function openPage(browser: Browser, options: OpenOptions = {}): Promise<Opened> {
  const { width = 1600, height = 950, theme = "dark", reducedMotion = false, hasTouch = false, relay } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: reducedMotion ? "reduce" : "no-preference",
    locale: "en-GB",
    timezoneId: "UTC",
    acceptDownloads: true,
    hasTouch,
    ...(relay !== undefined && { proxy: { server: relay, bypass: "<-loopback>" } }),
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    const isLocal = /^(?:127\.0\.0\.1|localhost|\[::1\]|)$/.test(hostname);
    if (!isLocal && protocol !== "data:" && protocol !== "blob:") complaints.push(`left home: ${request.url()}`);
  });
  return { browser, page, complaints };
}

export type Violation = { readonly id: string; readonly help: string; readonly nodes: readonly string[] };

/** What axe finds against A, AA, 2.1, 2.2 and best practice. Evaluated through the debugger, which no policy stops. */
export async function findViolations(page: Page): Promise<readonly Violation[]> {
  const source = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");
  if (await page.evaluate("globalThis.axe === undefined")) await page.evaluate(`${source};0`);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: {
        run: (options: object) => Promise<{ violations: { id: string; help: string; nodes: { html: string }[] }[] }>;
      };
    };
    // Addresses of a page that carries its run stand behind a hash, which axe takes for ways past the header.
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    const { violations } = await axe.run({ runOnly: tags, rules: { "skip-link": { enabled: false } } });
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html.slice(0, 200)) }));
  });
}
