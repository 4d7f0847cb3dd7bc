// The benchmark runs through, does the work it says, and compares what can be compared. None of its figures is judged.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTally, type Contestant, type Load } from "../../bench/contestant.ts";
import { isReached, makeFigure, type Figure, type Row } from "../../bench/figures.ts";
import { listSchedule, lowerBound } from "../../bench/list-schedule.ts";
import { contestantNames } from "../../bench/open-contestant.ts";
import { conductLoad } from "../../bench/product.ts";
import { toJobs } from "../../bench/workloads.ts";

const top = join(import.meta.dirname, "../..");
/** All but the page, which needs a browser and has a test of its own. */
const workloads = ["W1", "W2", "W3", "W4", "seek", "W5", "W6", "git", "travel", "deliberations"];
const tiny: Load = { workload: "W1", n: 12, concurrency: 4, latency: 0, durable: true };

type Report = {
  readonly figures: readonly Figure[];
  readonly rows: readonly Row[];
  readonly broken: readonly unknown[];
};

describe("npm run bench", () => {
  it("every workload runs through and gives its figures", { timeout: 240_000 }, () => {
    const node = join(top, "node_modules/.bin/node");
    const printed = execFileSync(node, ["bench/main.ts", "--tiny", "--json", "--only", workloads.join()], {
      cwd: top,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { figures, rows, broken } = JSON.parse(printed) as Report;
    expect(broken).toEqual([]);
    expect([...new Set(figures.map((figure) => figure.workload))]).toEqual([
      "W1",
      "W2",
      "W3",
      "W4",
      "seek",
      "W5",
      "W6",
      "git",
      "travel",
      "deliberations",
    ]);
    expect(figures.filter((figure) => !Number.isFinite(figure.value))).toEqual([]);
    expect(rows.filter((row) => !(row.seconds > 0 && row.peakMb > 0))).toEqual([]);
    expect(new Set(rows.map((row) => row.contestant)).size).toBe(contestantNames().length);
  });
});

describe("contestants", () => {
  it.each(contestantNames())("%s does all the work of each of its workloads, in order", async (id) => {
    const { contestant } = (await import(`../../bench/contestants/${id}.ts`)) as { readonly contestant: Contestant };
    for (const workload of contestant.workloads) {
      const load: Load = workload === "W3" ? { ...tiny, workload, n: 0, latency: 0.01 } : { ...tiny, workload };
      const jobs = toJobs(load).length;
      const measured = await contestant.run(load);
      expect(measured).toMatchObject({ steps: 3 * jobs, modelCalls: 2 * jobs, toolCalls: jobs });
      expect(measured.peakRss).toBeGreaterThan(0);
    }
  });

  it("one that skips work or begins too early is found out", () => {
    const tally = createTally(toJobs({ ...tiny, workload: "W2", n: 2 }));
    tally.modelCalled(0, 1);
    expect(() => tally.modelCalled(1, 1)).toThrow("job 1 was begun before job 0 was done");
    expect(() => tally.measured(1)).toThrow(/2 jobs took/);
  });

  it("the floor of W1 writes as many rows as Tutti records events", async () => {
    const { events } = await conductLoad({ ...tiny, n: 200, durable: false });
    expect(Math.round(events / 200)).toBe(9);
  });
});

describe("measures", () => {
  it("W3's schedule is the longest-path-first one, and never beats its bound", () => {
    const jobs = [
      { after: [], ms: 10 },
      { after: [], ms: 20 },
      { after: [0], ms: 50 },
      { after: [], ms: 30 },
    ];
    // Two lanes: the path 0-2 first, then 3, then 1.
    expect(listSchedule(jobs, 2)).toBe(60);
    expect(lowerBound(jobs, 2)).toBe(60);
    for (let n = 0; n < 10; n += 1) {
      const graph = toJobs({ workload: "W3", n, concurrency: 8, latency: 1, durable: false });
      expect(listSchedule(graph, 8)).toBeGreaterThanOrEqual(lowerBound(graph, 8));
    }
  });

  it("a goal is an upper bound unless it is marked as a lower one; the median is quoted", () => {
    const figure = makeFigure({ workload: "W1", what: "" }, [3, 1, 2], 2);
    expect(figure).toMatchObject({ value: 2, low: 1, high: 3 });
    expect(isReached(figure)).toBe(true);
    expect(isReached({ ...figure, value: 2.1 })).toBe(false);
    expect(isReached({ ...figure, value: 2.1, isLowerBound: true })).toBe(true);
    expect(isReached({ ...figure, goal: null })).toBe(true);
  });
});
