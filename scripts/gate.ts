// The gate, as `npm test` runs it: every step even if one fails, then one line `N passed, N failed`.
// The line counts each test and each step before the tests as one.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTally, tallyLine } from "./tally.ts";
import type { Tally } from "./tally.ts";

type Step = { readonly name: string; readonly tool: string; readonly args: readonly string[] };
type Ended = { readonly code: number; readonly output: string; readonly seconds: string };

const top = join(import.meta.dirname, "..");

const steps: readonly Step[] = [
  { name: "format", tool: "oxfmt", args: ["--check"] },
  { name: "lint", tool: "oxlint", args: ["--deny-warnings"] },
  { name: "types", tool: "tsc", args: ["-p", "."] },
  { name: "types of the page", tool: "tsc", args: ["-p", "src/web"] },
  { name: "build", tool: "node", args: ["scripts/build.ts"] },
  { name: "rooms", tool: "oxlint", args: ["-c", ".oxlintrc.rooms.json"] },
  { name: "dead code", tool: "knip", args: ["--no-progress"] },
];

/** Runs a tool of node_modules/.bin. With `live`, its output is the gate's own; else it is kept for the report. */
function run(tool: string, args: readonly string[], live: boolean): Promise<Ended> {
  const started = performance.now();
  const child = spawn(join(top, "node_modules/.bin", tool), [...args], {
    cwd: top,
    env: { ...process.env, PATH: `${join(top, "node_modules/.bin")}:${process.env["PATH"] ?? ""}` },
    stdio: live ? "inherit" : ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const end = (code: number): void => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      resolve({ code, output: Buffer.concat(chunks).toString("utf8"), seconds });
    };
    child.on("error", (error) => {
      chunks.push(Buffer.from(`${tool} could not be started: ${error.message}; run npm ci\n`));
      end(1);
    });
    child.on("close", (code) => end(code ?? 1));
  });
}

async function runStep(step: Step): Promise<Tally> {
  const { code, output, seconds } = await run(step.tool, step.args, false);
  console.log(`${code === 0 ? "ok    " : "FAILED"} ${step.name} (${seconds} s)`);
  if (code !== 0) console.log(output.trimEnd().replaceAll(/^/gm, "       "));
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0, skippedSuites: [] };
}

async function runTests(): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "tutti-gate-"));
  const report = join(folder, "report.json");
  try {
    const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const { code } = await run("vitest", args, true);
    return readTally(readReport(report), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const readReport = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

const tallies: Tally[] = [];
for (const step of steps) tallies.push(await runStep(step));
tallies.push(await runTests());

const skippedSuites = tallies.flatMap((tally) => tally.skippedSuites);
if (skippedSuites.length > 0) console.log(`Skipped:\n${skippedSuites.map((suite) => `  ${suite}`).join("\n")}`);
console.log(tallyLine(tallies));
process.exitCode = tallies.some((tally) => tally.failed > 0) ? 1 : 0;
