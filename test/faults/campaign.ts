// `node test/faults/campaign.ts [--runs 1000] [--seed 1] [--at-once 48]`: small runs over machines and conductors in processes
// of their own, with one fault after the other at moments that the seed chooses, until so many runs were under way when
// something befell them; each is checked when it is over. Prints one JSON object; exit code 1 where anything is broken.

import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createChance } from "../simulator/chance.ts";
import { durable, startRedis } from "../support/redis-server.ts";
import { Crowd, isAway, type CheckedRun } from "./crowd.ts";
import { befall, faultKinds, type FaultKind } from "./faults.ts";

export type CampaignOptions = {
  /** Faulted runs to be checked. */
  readonly runs: number;
  readonly seed: number;
  readonly atOnce: number;
  readonly kinds?: readonly FaultKind[];
  readonly onProgress?: (checked: number) => void;
};

export type CampaignResult = {
  readonly runs: number;
  readonly faulted: number;
  readonly byKind: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly records: number;
  readonly seconds: number;
  readonly medianRunSeconds: number;
  readonly longestRunSeconds: number;
  readonly broken: readonly { readonly run: string; readonly faults: readonly string[]; readonly what: string }[];
};

/** No run takes so long, whatever befalls it: one that does hangs. In s. */
const longestSeconds = 120;

export async function runCampaign(options: CampaignOptions): Promise<CampaignResult> {
  const { kinds = faultKinds, seed } = options;
  const server = await startRedis(...durable);
  const pace = { modelMs: 500, toolMs: 200 };
  const size = { machines: 4, capacity: 8, conductors: 2 };
  const crowd = new Crowd({ server, leaseSeconds: 3, chance: createChance(seed), pace, ...size });
  const checked: CheckedRun[] = [];
  const happened: FaultKind[] = [];
  const started = performance.now();
  try {
    await crowd.start();
    let isEnough = false;
    const faulting = befallAll({ crowd, kinds, happened, isOver: () => isEnough });
    const reading = readAlong(crowd, () => isEnough);
    const conducting = Array.from({ length: options.atOnce }, async () => {
      while (!isEnough) {
        const shape = { tickets: crowd.chance.int(3, 8), depth: crowd.chance.int(1, 3), held: crowd.chance.int(0, 2) };
        checked.push(await withinBounds(crowd.conduct(shape)));
        isEnough = isEnough || countFaulted(checked) >= options.runs;
        options.onProgress?.(countFaulted(checked));
      }
    });
    await Promise.all([faulting, reading, ...conducting]);
  } finally {
    await crowd.close();
    await server.dispose();
  }
  return toResult(checked, happened, (performance.now() - started) / 1000);
}

const countFaulted = (checked: readonly CheckedRun[]): number =>
  checked.filter(({ faults }) => faults.length > 0).length;

async function withinBounds(conducting: Promise<CheckedRun>): Promise<CheckedRun> {
  const late = new AbortController();
  const hung = pause(longestSeconds * 1_000, undefined, { signal: late.signal }).then(() => {
    throw new Error(`a run has not come to its end after ${longestSeconds} s`);
  });
  hung.catch(() => {});
  try {
    return await Promise.race([conducting, hung]);
  } finally {
    late.abort();
  }
}

type Befalling = {
  readonly crowd: Crowd;
  readonly kinds: readonly FaultKind[];
  readonly happened: FaultKind[];
  readonly isOver: () => boolean;
};

/** Every kind as often as the others, in an order that the seed chooses. */
async function befallAll({ crowd, kinds, happened, isOver }: Befalling): Promise<void> {
  for (;;) {
    const left = [...kinds];
    while (left.length > 0) {
      await pause(crowd.chance.int(100, 500));
      if (isOver()) return;
      const [kind] = left.splice(crowd.chance.int(0, left.length - 1), 1);
      if (kind === undefined) return;
      await befall(crowd, kind);
      happened.push(kind);
    }
  }
}

/** Every fourth run has a reader, which comes anew each time and goes on where it was. */
async function readAlong(crowd: Crowd, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    await pause(250);
    const followed = [...crowd.books.values()].filter(({ planned }) => /[0-3]$/.test(planned.run));
    for (const book of followed.slice(0, 4)) {
      if (book.readers.length === 0) book.readers.push([]);
      const [reader] = book.readers;
      if (reader !== undefined) await crowd.readOn(book.planned.run, reader, 0).catch(unlessAway);
    }
  }
}

function unlessAway(error: unknown): void {
  if (!isAway(error)) throw error;
}

function toResult(checked: readonly CheckedRun[], happened: readonly FaultKind[], seconds: number): CampaignResult {
  const times = checked.map((run) => run.seconds).toSorted((a, b) => a - b);
  const count = (names: readonly string[]): Record<string, number> =>
    Object.fromEntries(faultKinds.map((kind) => [kind, names.filter((name) => name === kind).length]));
  return {
    runs: checked.length,
    faulted: countFaulted(checked),
    byKind: count(checked.flatMap(({ faults }) => faults)),
    faults: count(happened),
    records: checked.reduce((sum, { records }) => sum + records, 0),
    seconds: Math.round(seconds),
    medianRunSeconds: round(times[Math.floor(times.length / 2)]),
    longestRunSeconds: round(times.at(-1)),
    broken: checked.flatMap(({ run, faults, broken }) => broken.map((what) => ({ run, faults, what }))),
  };
}

const round = (value = 0): number => Math.round(value * 10) / 10;

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      runs: { type: "string", default: "1000" },
      seed: { type: "string", default: "1" },
      "at-once": { type: "string", default: "48" },
    },
  });
  let told = 0;
  const result = await runCampaign({
    runs: Number(values.runs),
    seed: Number(values.seed),
    atOnce: Number(values["at-once"]),
    onProgress: (checked) => {
      if (checked < told + 50) return;
      told = checked;
      process.stderr.write(`${checked} faulted runs checked\n`);
    },
  });
  process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  process.exitCode = result.broken.length > 0 ? 1 : 0;
}
