// Takes a picture of a screen of the built page on a big made-up run, and tells what the browser and axe complain of:
// `node test/page/look.ts --path /agents --out agents.png`. See `--help`.

import { parseArgs } from "node:util";
import { launchBrowser, findViolations, openPage } from "./support/browser.ts";
import { makeBillingRun } from "./support/billing-run.ts";
import { carry, serveCarried } from "./support/carried-page.ts";

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    /** Below the run's address. */
    path: { type: "string", default: "" },
    out: { type: "string", default: "page.png" },
    theme: { type: "string", default: "dark" },
    width: { type: "string", default: "1600" },
    height: { type: "string", default: "950" },
    tickets: { type: "string", default: "500" },
    share: { type: "string", default: "0.5" },
    /** Keys pressed one after the other, joined by commas: `g,i,Control+Enter`. */
    keys: { type: "string", default: "" },
    /** Selectors clicked one after the other, joined by `;;`. */
    click: { type: "string", default: "" },
    home: { type: "boolean", default: false },
    address: { type: "string" },
  },
});

const help = `--path /agents   screen below the run's address (with ?search)   --home  the list of runs
--out page.png   --theme dark|light   --width 1600 --height 950   --tickets 500 --share 0.5
--keys "g,i"     keys to press        --click "sel;;sel"          --address http://...  another server's page`;

async function look(): Promise<void> {
  const run = makeBillingRun({ tickets: Number(values.tickets), share: Number(values.share) });
  const served = values.address === undefined ? await serveCarried(carry(run)) : undefined;
  const browser = await launchBrowser();
  try {
    const theme = values.theme === "light" ? "light" : "dark";
    const opened = await openPage(browser, { theme, width: Number(values.width), height: Number(values.height) });
    const { page } = opened;
    const way = values.home ? "#/" : `#/runs/${run.run}${values.path}`;
    await page.goto(values.address ?? `${served?.address ?? ""}${way}`);
    await page.waitForTimeout(1_200);
    for (const selector of values.click.split(";;").filter((each) => each !== "")) await page.click(selector);
    for (const key of values.keys.split(",").filter((each) => each !== "")) await page.keyboard.press(key);
    await page.waitForTimeout(500);
    await page.screenshot({ path: values.out });
    const elements = await page.evaluate<number>("document.querySelectorAll('*').length");
    console.log(JSON.stringify({ elements, complaints: opened.complaints }, undefined, 2));
    for (const { id, help: what, nodes } of await findViolations(page)) console.log("axe", id, what, nodes.slice(0, 4));
  } finally {
    await browser.close();
    await served?.close();
  }
}

if (values.help) console.log(help);
else await look();
