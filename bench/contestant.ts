// What takes part in the benchmark: one file in bench/contestants/ that exports `contestant`. See README.md beside this.

import type { Job } from "./workloads.ts";

/** W1: independent tickets. W2: one chain. W3: one of ten workflow graphs. */
export type Workload = "W1" | "W2" | "W3";

export type Load = {
  readonly workload: Workload;
  /** How many tickets; in W3, which graph, from 0. */
  readonly n: number;
  /** How many tickets may be worked on at once. */
  readonly concurrency: number;
  /** ms that a tool call takes in W1 and W2; in W3, a factor on the graph's own durations. */
  readonly latency: number;
  /** Every step synced to disk before the next one of its ticket begins. Who cannot do that says so in `keeps`. */
  readonly durable: boolean;
};

export type Measured = {
  readonly seconds: number;
  /** Model calls and tool calls. */
  readonly steps: number;
  readonly modelCalls: number;
  readonly toolCalls: number;
  /** KiB, of the process since it began. */
  readonly peakRss: number;
};

export type Contestant = {
  readonly name: string;
  /** What is left of a run when its process is killed. */
  readonly keeps: "every step, synced" | "nothing";
  readonly workloads: readonly Workload[];
  /** Does the load once: for each ticket a model call, a tool call and a last model call. */
  readonly run: (load: Load) => Promise<Measured>;
};

/** Counts the calls and checks the order, where they are made; a contestant that skips work cannot be measured. */
export type Tally = {
  readonly modelCalled: (job: number, turn: number) => void;
  readonly toolCalled: () => void;
};

/** `measured` throws unless all work was done. */
export function createTally(jobs: readonly Job[]): Tally & { readonly measured: (seconds: number) => Measured } {
  const isDone = new Set<number>();
  let modelCalls = 0;
  let toolCalls = 0;
  return {
    modelCalled: (job, turn) => {
      modelCalls += 1;
      const early = turn === 1 ? jobs[job]?.after.find((before) => !isDone.has(before)) : undefined;
      if (early !== undefined) throw new Error(`job ${job} was begun before job ${early} was done`);
      if (turn === 2) isDone.add(job);
    },
    toolCalled: () => {
      toolCalls += 1;
    },
    measured: (seconds) => {
      if (isDone.size !== jobs.length || modelCalls !== 2 * jobs.length || toolCalls !== jobs.length)
        throw new Error(`${jobs.length} jobs took ${modelCalls} model calls and ${toolCalls} tool calls`);
      return {
        seconds,
        steps: modelCalls + toolCalls,
        modelCalls,
        toolCalls,
        peakRss: process.resourceUsage().maxRSS,
      };
    },
  };
}
