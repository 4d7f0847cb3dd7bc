// W3's measure: what the longest-remaining-path-first schedule would take if nothing but the jobs took time.

import type { Job } from "./workloads.ts";

/** Makespan of the longest-remaining-path-first list schedule on `lanes` machines, simulated; in ms. */
export function listSchedule(jobs: readonly Job[], lanes: number): number {
  const rank = ranks(jobs);
  const waiting = jobs.map((job) => job.after.length);
  const dependents = dependentsOf(jobs);
  const ready = jobs.flatMap((job, index) => (job.after.length === 0 ? [index] : []));
  const running: { index: number; end: number }[] = [];
  let now = 0;
  while (ready.length > 0 || running.length > 0) {
    ready.sort((a, b) => (rank[b] ?? 0) - (rank[a] ?? 0) || a - b);
    while (running.length < lanes && ready.length > 0) {
      const index = ready.shift() ?? 0;
      running.push({ index, end: now + (jobs[index]?.ms ?? 0) });
    }
    running.sort((a, b) => a.end - b.end);
    const first = running.shift();
    if (first === undefined) break;
    now = first.end;
    for (const dependent of dependents[first.index] ?? []) {
      waiting[dependent] = (waiting[dependent] ?? 0) - 1;
      if (waiting[dependent] === 0) ready.push(dependent);
    }
  }
  return now;
}

const dependentsOf = (jobs: readonly Job[]): number[][] => {
  const dependents: number[][] = jobs.map(() => []);
  jobs.forEach((job, index) => {
    for (const before of job.after) dependents[before]?.push(index);
  });
  return dependents;
};

/** Jobs come in topological order, so one backward pass is enough. */
function ranks(jobs: readonly Job[]): number[] {
  const dependents = dependentsOf(jobs);
  const rank = jobs.map((job) => job.ms);
  for (let index = jobs.length - 1; index >= 0; index -= 1) {
    const longest = Math.max(0, ...(dependents[index] ?? []).map((dependent) => rank[dependent] ?? 0));
    rank[index] = (jobs[index]?.ms ?? 0) + longest;
  }
  return rank;
}

/** No schedule is shorter: the longest path, and all work spread evenly. In ms. */
export function lowerBound(jobs: readonly Job[], lanes: number): number {
  const work = jobs.reduce((sum, job) => sum + job.ms, 0);
  return Math.max(work / lanes, ...ranks(jobs));
}
