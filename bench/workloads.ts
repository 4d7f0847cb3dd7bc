// What a load asks for, job by job: the same for every contestant.

import type { Load } from "./contestant.ts";
import { workflowGraphs } from "./workflow-graphs.ts";

/** `after` names the jobs, by their place, that must be done first; `ms` is how long its tool call takes. */
export type Job = { readonly after: readonly number[]; readonly ms: number };

/** In an order in which no job comes before one that it waits for. */
export function toJobs({ workload, n, latency }: Load): readonly Job[] {
  if (workload === "W3") {
    const graph = workflowGraphs()[n];
    if (graph === undefined) throw new RangeError(`there is no graph ${n}`);
    return graph.jobs.map(({ after, ms }) => ({ after, ms: ms * latency }));
  }
  return Array.from({ length: n }, (_, index): Job => ({
    after: workload === "W2" && index > 0 ? [index - 1] : [],
    ms: latency,
  }));
}

export const wait = (ms: number): Promise<void> =>
  ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();

/** Jobs as their dependencies allow, first come first served, `concurrency` at once. */
export function runPool(
  jobs: readonly Job[],
  concurrency: number,
  work: (job: number) => Promise<void>,
): Promise<void> {
  const waiting = jobs.map((job) => job.after.length);
  const dependents: number[][] = jobs.map(() => []);
  jobs.forEach((job, index) => job.after.forEach((before) => dependents[before]?.push(index)));
  const ready = jobs.flatMap((job, index) => (job.after.length === 0 ? [index] : []));
  let next = 0;
  let active = 0;
  const free = (job: number): void => {
    for (const dependent of dependents[job] ?? []) {
      waiting[dependent] = (waiting[dependent] ?? 0) - 1;
      if (waiting[dependent] === 0) ready.push(dependent);
    }
  };
  return new Promise((resolve, reject) => {
    const fill = (): void => {
      for (let job = ready[next]; job !== undefined && active < concurrency; job = ready[next]) {
        next += 1;
        active += 1;
        begin(job);
      }
      if (active === 0) resolve();
    };
    const begin = (job: number): void =>
      void work(job).then(() => {
        active -= 1;
        free(job);
        fill();
      }, reject);
    fill();
  });
}
