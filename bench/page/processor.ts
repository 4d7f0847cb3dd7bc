// Processor time as /proc tells it: robust against what else the machine does.

import { readFileSync } from "node:fs";
import { loadavg } from "node:os";
import type { Browser } from "playwright-core";

/** Of /proc's clock: 100 ticks a second. */
const tickMs = 10;

/** User and system time of a stat file of a process or a thread, in ms; 0 where it is gone. */
function spent(path: string): number {
  try {
    const text = readFileSync(path, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return 0;
  }
}

/** Of all processors: what was not idle, in ms. */
function busy(): number {
  const [, ...ticks] = (readFileSync("/proc/stat", "utf8").split("\n")[0] ?? "").split(/\s+/).map(Number);
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
  return (ticks.slice(0, 8).reduce((sum, each) => sum + each, 0) - idle) * tickMs;
}

export type Shares = {
  /** Of one core: the renderer's main thread, the browser with all its processes, the serving process. */
  readonly main: number;
  readonly browser: number;
  readonly server: number;
  /** Of one core: everything on this machine that is not the benchmark. */
  readonly others: number;
  readonly load: number;
};

export type Watch = { readonly end: () => Promise<Shares> };

type Process = { readonly type: string; readonly id: number };

async function processesOf(browser: Browser): Promise<readonly Process[]> {
  const session = await browser.newBrowserCDPSession();
  try {
    return (await session.send("SystemInfo.getProcessInfo")).processInfo;
  } finally {
    await session.detach();
  }
}

const whole = ({ id }: Process): number => spent(`/proc/${id}/stat`);
const mainThread = ({ id }: Process): number => spent(`/proc/${id}/task/${id}/stat`);

export async function watchProcessor(browser: Browser, server: number): Promise<Watch> {
  const processes = await processesOf(browser);
  const renderers = processes.filter(({ type }) => type === "renderer");
  const now = () => ({
    at: performance.now(),
    busy: busy(),
    all: processes.map(whole),
    main: renderers.map(mainThread),
    server: spent(`/proc/${server}/stat`),
    self: spent(`/proc/${process.pid}/stat`),
  });
  const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);
  const before = now();
  return {
    end: async () => {
      const after = now();
      const ms = after.at - before.at;
      const browserMs = sum(after.all) - sum(before.all);
      const serverMs = after.server - before.server;
      return {
        main: Math.max(...after.main.map((each, place) => each - (before.main[place] ?? 0))) / ms,
        browser: browserMs / ms,
        server: serverMs / ms,
        others: Math.max(0, after.busy - before.busy - browserMs - serverMs - (after.self - before.self)) / ms,
        load: loadavg()[0] ?? 0,
      };
    },
  };
}
