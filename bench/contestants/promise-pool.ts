// Floor: a pool of promises, first come first served, that keeps nothing.

import { createTally, type Contestant } from "../contestant.ts";
import { runPool, toJobs, wait } from "../workloads.ts";

export const contestant: Contestant = {
  name: "promise pool, first come first served",
  keeps: "nothing",
  workloads: ["W1", "W2", "W3"],
  run: async (load) => {
    const jobs = toJobs(load);
    const tally = createTally(jobs);
    const started = performance.now();
    await runPool(jobs, load.concurrency, async (job) => {
      tally.modelCalled(job, 1);
      await Promise.resolve();
      tally.toolCalled();
      await wait(jobs[job]?.ms ?? 0);
      tally.modelCalled(job, 2);
    });
    return tally.measured((performance.now() - started) / 1000);
  },
};
