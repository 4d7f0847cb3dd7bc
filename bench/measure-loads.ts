// W1, W2, W3 and W6: contestants on loads. They take turns in every round, so that whatever else the machine does falls
// on all of them alike; a ratio is made within a round, and the median of the rounds is quoted.

import type { Load, Workload } from "./contestant.ts";
import { makeFigure, median, type Figure, type Row } from "./figures.ts";
import { listSchedule, lowerBound } from "./list-schedule.ts";
import { contestantNames, openContestant, type OpenContestant, type Sample } from "./open-contestant.ts";
import type { Scale } from "./scale.ts";
import { toJobs, type Job } from "./workloads.ts";

export type Measurement = { readonly figures: readonly Figure[]; readonly rows: readonly Row[] };

/** By contestant's file name: its samples, in the order of the loads. */
type Samples = ReadonlyMap<string, { readonly contestant: OpenContestant; readonly samples: readonly Sample[] }>;

/** One round for each load. The first load warms up before: nobody is measured while its code is compiled. */
async function takeTurns(loads: readonly [Load, ...Load[]]): Promise<Samples> {
  const [{ workload }] = loads;
  const entered = new Map<string, { contestant: OpenContestant; samples: Sample[] }>();
  try {
    for (const id of contestantNames()) {
      const contestant = await openContestant(id);
      if (contestant.workloads.includes(workload)) entered.set(id, { contestant, samples: [] });
      else await contestant.close();
    }
    for (const { contestant } of entered.values()) await contestant.run(loads[0]);
    for (const load of loads) {
      for (const { contestant, samples } of entered.values()) samples.push(await contestant.run(load));
    }
    return entered;
  } finally {
    for (const { contestant } of entered.values()) await contestant.close();
  }
}

const again = (load: Load, rounds: number): [Load, ...Load[]] => [
  load,
  ...Array.from({ length: rounds - 1 }, () => load),
];

const toRows = (workload: Workload, taken: Samples): Row[] =>
  [...taken.values()].map(({ contestant, samples }): Row => {
    const seconds = samples.map((sample) => sample.seconds);
    return {
      workload,
      contestant: contestant.name,
      keeps: contestant.keeps,
      seconds: median(seconds),
      low: Math.min(...seconds),
      high: Math.max(...seconds),
      cpuMsPerStep: median(samples.map((sample) => (sample.cpuSeconds * 1000) / sample.steps)),
      peakMb: Math.max(...samples.map((sample) => sample.peakRss)) / 1024,
    };
  });

const secondsOf = (taken: Samples, id: string): readonly number[] =>
  (taken.get(id)?.samples ?? []).map((sample) => sample.seconds);

const ratios = (taken: Samples, id: string, against: string): number[] => {
  const other = secondsOf(taken, against);
  return secondsOf(taken, id).map((seconds, round) => seconds / (other[round] ?? Number.NaN));
};

export async function measureW1({ w1 }: Scale, rounds: number): Promise<Measurement> {
  const taken = await takeTurns(again({ workload: "W1", n: w1, concurrency: 32, latency: 0, durable: true }, rounds));
  const rate = secondsOf(taken, "tutti").map((seconds) => w1 / seconds);
  const place = (what: string) => ({ workload: "W1", what });
  return {
    rows: toRows("W1", taken),
    figures: [
      makeFigure(place("strict, against as many synced rows as events"), ratios(taken, "tutti", "floor-events"), 6),
      { ...makeFigure(place("tickets per second, strict"), rate, 2_000), isLowerBound: true },
      makeFigure(
        place("through the AI SDK, strict, against its bare streaming loop that keeps nothing"),
        ratios(taken, "tutti-sdk", "ai-sdk-stream"),
        1.3,
      ),
      makeFigure(
        place("the same against its bare loop without streaming"),
        ratios(taken, "tutti-sdk", "ai-sdk-generate"),
        1.3,
      ),
    ],
  };
}

export async function measureW2({ w2 }: Scale, rounds: number): Promise<Measurement> {
  const taken = await takeTurns(again({ workload: "W2", n: w2, concurrency: 8, latency: 0, durable: true }, rounds));
  const what = `${w2} tickets in one chain, strict, against a synced row a step`;
  return {
    rows: toRows("W2", taken),
    figures: [makeFigure({ workload: "W2", what }, ratios(taken, "tutti", "floor-steps"), 1.6)],
  };
}

const geomean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** The values are graphs, not rounds: their geometric mean is quoted, with the best and the worst. */
const overGraphs = (what: string, values: readonly number[], goal: number | null): Figure => ({
  ...makeFigure({ workload: "W3", what }, values, goal),
  value: geomean(values),
});

const lanes = 8;

export async function measureW3({ graphs, w3Latency: latency }: Scale): Promise<Measurement> {
  const toLoad = (n: number): Load => ({ workload: "W3", n, concurrency: lanes, latency, durable: true });
  const loads: [Load, ...Load[]] = [toLoad(0), ...Array.from({ length: graphs - 1 }, (_, n) => toLoad(n + 1))];
  const taken = await takeTurns(loads);
  const against = (id: string, ideal: (jobs: readonly Job[], lanes: number) => number): number[] =>
    secondsOf(taken, id).map((seconds, n) => (seconds * 1_000) / ideal(toJobs(toLoad(n)), lanes));
  const figures = [
    overGraphs("makespan against the simulated longest-path-first schedule", against("tutti", listSchedule), 1.02),
    ...[...taken].map(([id, { contestant }]) =>
      overGraphs(`${contestant.name}: makespan against the lower bound`, against(id, lowerBound), null),
    ),
  ];
  return { rows: toRows("W3", taken), figures };
}

/** W1 at one size, in a fresh process: warmed up first, since compiled code is the same at every size. */
async function sized(id: string, n: number, warm: number): Promise<Sample> {
  const contestant = await openContestant(id);
  const load: Load = { workload: "W1", n: warm, concurrency: 32, latency: 0, durable: true };
  await contestant.run(load);
  const sample = await contestant.run({ ...load, n });
  await contestant.close();
  return sample;
}

export async function measureW6({ sizes, w6Warm }: Scale, rounds: number): Promise<Measurement> {
  const [few, many] = sizes;
  const times: number[] = [];
  const growth: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const small = await sized("tutti", few, w6Warm);
    const large = await sized("tutti", many, w6Warm);
    times.push((large.seconds * 1_000) / many);
    growth.push(large.seconds / many / (small.seconds / few));
    memory.push((large.peakRss - small.peakRss) / (many - few));
  }
  const place = (what: string) => ({ workload: "W6", what });
  return {
    rows: [],
    figures: [
      makeFigure(place(`time per ticket at ${many} against ${few}`), growth, 1.3),
      makeFigure(place(`ms per ticket at ${many}`), times, null),
      makeFigure(place("peak KB per further ticket"), memory, 6),
    ],
  };
}
