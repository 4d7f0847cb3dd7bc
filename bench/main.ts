// `npm run bench [-- --json] [-- --only W1,git] [-- --rounds 5] [-- --tiny]`: the goals of docs/benchmarks.md as ratios
// within one run, and the contestants beside each other. A goal that is not reached is told; the exit code says only
// whether everything ran.

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isReached, toFigureLine, toTable, type Figure, type Row } from "./figures.ts";
import { measureTables } from "./deliberations.ts";
import { measureGit } from "./git-path.ts";
import { measureW1, measureW2, measureW3, measureW6, type Measurement } from "./measure-loads.ts";
import { measurePage } from "./page/measure-page.ts";
import { measureW5 } from "./resume.ts";
import { measureSeek } from "./seek.ts";
import { measureW4 } from "./stream.ts";
import { measureTravelling } from "./travel.ts";
import { fullScale, tinyScale, type Scale } from "./scale.ts";

type Measure = (scale: Scale, rounds: number) => Promise<Measurement>;

const workloads: ReadonlyMap<string, Measure> = new Map<string, Measure>([
  ["W1", measureW1],
  ["W2", measureW2],
  ["W3", measureW3],
  ["W4", measureW4],
  ["seek", (scale, rounds) => measureSeek(scale, Math.min(rounds, 2))],
  ["W5", measureW5],
  ["W6", (scale, rounds) => measureW6(scale, Math.min(rounds, scale.w6Rounds))],
  ["git", measureGit],
  ["travel", measureTravelling],
  ["deliberations", (scale, rounds) => measureTables(scale, Math.min(rounds, 3))],
  ["page", measurePage],
]);

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    tiny: { type: "boolean", default: false },
    only: { type: "string" },
    rounds: { type: "string" },
    /** How long the page stays open under its load. */
    minutes: { type: "string" },
  },
});
const chosenScale = values.tiny ? tinyScale : fullScale;
const minutes = Number(values.minutes ?? chosenScale.page.minutes);
const scale: Scale = { ...chosenScale, page: { ...chosenScale.page, minutes } };
const rounds = Number(values.rounds ?? scale.rounds);
const chosen = values.only?.split(",") ?? [...workloads.keys()];

const figures: Figure[] = [];
const rows: Row[] = [];
const broken: { readonly workload: string; readonly problem: string }[] = [];
for (const workload of chosen) {
  const measure = workloads.get(workload);
  if (measure === undefined)
    throw new Error(`there is no workload ${workload}; there are ${[...workloads.keys()].join()}`);
  process.stderr.write(`${workload} ...\n`);
  try {
    const measured = await measure(scale, rounds);
    figures.push(...measured.figures);
    rows.push(...measured.rows);
  } catch (error) {
    broken.push({ workload, problem: error instanceof Error ? error.message : String(error) });
  }
}

if (values.json) {
  const machine = { node: process.version, cores: availableParallelism(), platform: process.platform };
  const told = figures.map((figure) => ({ ...figure, reached: figure.goal === null ? null : isReached(figure) }));
  const goals = told.filter((figure) => figure.goal !== null);
  const reached = goals.filter((figure) => figure.reached === true).length;
  console.log(JSON.stringify({ machine, rounds, goals: goals.length, reached, figures: told, rows, broken }));
} else {
  if (rows.length > 0) console.log(`${toTable(rows)}\n`);
  for (const figure of figures) console.log(toFigureLine(figure));
  for (const { workload, problem } of broken) console.log(`${workload.padEnd(14)}DID NOT RUN: ${problem}`);
}
process.exitCode = broken.length > 0 ? 1 : 0;
