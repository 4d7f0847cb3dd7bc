// The gate's count: red is never read as green.

import { describe, expect, it } from "vitest";
import { readTally, tallyLine } from "../../scripts/tally.ts";

type Test = readonly [status: string, ...titles: string[]];

const reportOf = (...files: readonly { readonly status: string; readonly tests: readonly Test[] }[]): string =>
  JSON.stringify({
    testResults: files.map(({ status, tests }, index) => ({
      name: `f${index}.test.ts`,
      status,
      assertionResults: tests.map(([result, ...titles]) => ({ status: result, ancestorTitles: titles, title: "it" })),
    })),
  });

describe("the gate's count", () => {
  it("HOUSE3 counts passed, failed and skipped tests and names skipped suites once", () => {
    const json = reportOf(
      {
        status: "failed",
        tests: [
          ["passed", "a"],
          ["failed", "a"],
          ["skipped", "suite [needs x; enable with: y]"],
        ],
      },
      {
        status: "passed",
        tests: [
          ["skipped", "suite [needs x; enable with: y]"],
          ["todo", ""],
        ],
      },
    );
    expect(readTally(json, 1)).toEqual({
      passed: 1,
      failed: 1,
      skipped: 3,
      skippedSuites: ["suite [needs x; enable with: y]", "it"],
    });
  });

  it.each([
    [
      "a file that could not be loaded",
      reportOf({ status: "failed", tests: [] }, { status: "passed", tests: [["passed"]] }),
      1,
    ],
    ["an error outside of every test", reportOf({ status: "passed", tests: [["passed"]] }), 1],
    ["a missing report", "", 1],
    ["a report that is no report", '{"x":1}', 0],
    ["a run without a single passed test", reportOf(), 0],
  ])("HOUSE3 %s is a failure", (_, json, code) => {
    expect(readTally(json, code).failed).toBe(1);
  });

  it("HOUSE3 ends with one line", () => {
    const tally = { passed: 2, failed: 0, skipped: 0, skippedSuites: [] };
    expect(tallyLine([tally, tally])).toBe("4 passed, 0 failed");
    expect(tallyLine([tally, { ...tally, failed: 1, skipped: 3 }])).toBe("4 passed, 1 failed, 3 skipped");
  });
});
