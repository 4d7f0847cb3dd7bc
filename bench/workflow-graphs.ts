// W3: ten graphs in the shapes of well-known scientific workflows (fan-out, fan-in, pipelines, levels), with unequal
// durations from a fixed seed. The shapes follow the published descriptions; the durations are ours.

import type { Job } from "./workloads.ts";

/** mulberry32: small, fast, and the same everywhere. */
export const seededChance = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};

class GraphUnderWay {
  readonly jobs: Job[] = [];
  readonly chance: () => number;
  constructor(seed: number) {
    this.chance = seededChance(seed);
  }
  /** Durations are log-uniform between 20 and 20 x `spread` ms. */
  add(after: readonly number[], spread = 16): number {
    this.jobs.push({ after, ms: Math.round(20 * spread ** this.chance()) });
    return this.jobs.length - 1;
  }
  level(count: number, after: (index: number) => readonly number[], spread?: number): number[] {
    return Array.from({ length: count }, (_, index) => this.add(after(index), spread));
  }
}

const montage = (seed: number, width: number): Job[] => {
  const graph = new GraphUnderWay(seed);
  const project = graph.level(width, () => []);
  const diff = graph.level(width * 2, (index) => [project[index % width] ?? 0, project[(index + 1) % width] ?? 0]);
  const fit = graph.add(diff);
  const model = graph.add([fit]);
  const background = graph.level(width, (index) => [model, project[index] ?? 0]);
  graph.add([graph.add([graph.add(background)])]);
  return graph.jobs;
};

const pipelines = (seed: number, shape: { lanes: number; length: number }): Job[] => {
  const graph = new GraphUnderWay(seed);
  const split = graph.add([]);
  const ends = Array.from({ length: shape.lanes }, () => {
    let last = split;
    for (let stage = 0; stage < shape.length; stage += 1) last = graph.add([last], 30);
    return last;
  });
  graph.add([graph.add(ends)]);
  return graph.jobs;
};

const scatterGather = (seed: number, shape: { groups: number; width: number }): Job[] => {
  const graph = new GraphUnderWay(seed);
  const gathered = Array.from({ length: shape.groups }, () => {
    const head = graph.add([]);
    return graph.add(graph.level(shape.width, () => [head], 40));
  });
  graph.add(gathered);
  return graph.jobs;
};

const levels = (seed: number, widths: readonly number[]): Job[] => {
  const graph = new GraphUnderWay(seed);
  let before: number[] = [];
  for (const width of widths) {
    const last = before;
    before = graph.level(width, () => last.filter(() => graph.chance() < 0.35).concat(last.slice(0, 1)), 24);
  }
  return graph.jobs;
};

export const workflowGraphs = (): { readonly name: string; readonly jobs: readonly Job[] }[] => [
  { name: "montage-12", jobs: montage(1, 12) },
  { name: "montage-20", jobs: montage(2, 20) },
  { name: "epigenomics-6x5", jobs: pipelines(3, { lanes: 6, length: 5 }) },
  { name: "epigenomics-12x4", jobs: pipelines(4, { lanes: 12, length: 4 }) },
  { name: "cybershake-4x12", jobs: scatterGather(5, { groups: 4, width: 12 }) },
  { name: "ligo-8x8", jobs: scatterGather(6, { groups: 8, width: 8 }) },
  { name: "sipht", jobs: levels(7, [18, 6, 10, 2, 1]) },
  { name: "genome-1000", jobs: levels(8, [24, 3, 20, 6, 6]) },
  { name: "seismology", jobs: levels(9, [40, 1]) },
  { name: "soykb", jobs: levels(10, [10, 10, 10, 10, 5, 1]) },
];
