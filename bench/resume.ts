// W5: a run of 10,000 events is killed and resumed. Milliseconds from process start to the first resumed step, beside a
// floor that opens the same SQLite file, reads and parses every record, and does nothing with them.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../scripts/build.ts";
import { makeFigure } from "./figures.ts";
import type { Measurement } from "./measure-loads.ts";
import type { Scale } from "./scale.ts";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Runs a child until it prints a line that starts with `until`; resolves with ms since its start and kills it. */
function timeToLine(args: readonly string[], until: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [...args], { stdio: ["ignore", "pipe", "inherit"] });
    let printed = "";
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      if (!printed.split("\n").some((line) => line.startsWith(until))) return;
      const ms = performance.now() - started;
      child.once("exit", () => resolve(ms));
      child.kill("SIGKILL");
    });
    child.once("error", reject);
    child.once(
      "exit",
      (code) => code !== null && reject(new Error(`${args.join(" ")} exited with ${code} before "${until}"`)),
    );
  });
}

type Resumed = { readonly productMs: number; readonly floorMs: number };

/** One round: a fresh run is conducted up to so many events and killed, then both readers start cold. */
async function measureResume(program: string, plan: { tickets: number; events: number }): Promise<Resumed> {
  const dir = mkdtempSync(join(tmpdir(), "tutti-resume-"));
  try {
    await timeToLine([program, "write", dir, String(plan.tickets), String(plan.events)], "written");
    const floorMs = await timeToLine([here("./resume-floor.mjs"), dir], "read");
    const productMs = await timeToLine([program, "resume", dir], "resumed");
    return { productMs, floorMs };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

export async function measureW5({ resume }: Scale, rounds: number): Promise<Measurement> {
  const { tickets, events, late } = resume;
  const folder = mkdtempSync(join(tmpdir(), "tutti-program-"));
  try {
    // As it would be published: bundled.
    await bundle({ "resume-child": here("./resume-child.ts") }, folder);
    const program = join(folder, "resume-child.js");
    const asked: Resumed[] = [];
    const worst: Resumed[] = [];
    for (let round = 0; round < rounds; round += 1) {
      asked.push(await measureResume(program, { tickets, events }));
      worst.push(await measureResume(program, { tickets, events: late }));
    }
    const ratio = ({ productMs, floorMs }: Resumed): number => productMs / floorMs;
    const place = (what: string) => ({ workload: "W5", what });
    const figures = [
      makeFigure(
        place(`killed after ${events} events: ms to the first resumed step, against a bare read`),
        asked.map(ratio),
        1.5,
      ),
      makeFigure(
        place("the same in ms"),
        asked.map((each) => each.productMs),
        null,
      ),
      makeFigure(
        place("the bare read in ms"),
        asked.map((each) => each.floorMs),
        null,
      ),
      makeFigure(
        place(`killed just before a snapshot, after ${late} events, against a bare read`),
        worst.map(ratio),
        null,
      ),
    ];
    return { rows: [], figures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
