// Counts of the gate: what a report of the test runner comes to, and the line the gate ends with.

import { z } from "zod";

export type Tally = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Names of skipped suites, each with the command that enables it where it says so. */
  readonly skippedSuites: readonly string[];
};

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({ status: z.string(), ancestorTitles: z.array(z.string()), title: z.string() }),
      ),
    }),
  ),
});

/**
 * From the runner's JSON report and exit code. A file that could not be loaded counts as one failure, and so does an
 * exit code that no failed test explains (an unhandled error, a runner that died): red is never read as green.
 */
export function readTally(json: string, exitCode: number): Tally {
  const report = parseReport(json);
  const files = report?.testResults ?? [];
  const tests = files.flatMap((file) => file.assertionResults);
  const count = (status: string): number => tests.filter((test) => test.status === status).length;
  const passed = count("passed");
  const brokenFiles = files.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  );
  const failed = count("failed") + brokenFiles.length;
  const unexplained = failed === 0 && (exitCode !== 0 || passed === 0) ? 1 : 0;
  const skippedTests = tests.filter((test) => test.status !== "passed" && test.status !== "failed");
  const suites = skippedTests.map((test) => test.ancestorTitles.find((title) => title !== "") ?? test.title);
  return { passed, failed: failed + unexplained, skipped: skippedTests.length, skippedSuites: [...new Set(suites)] };
}

function parseReport(json: string): z.infer<typeof reportSchema> | undefined {
  try {
    return reportSchema.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}

export function tallyLine(tallies: readonly Tally[]): string {
  const total = (key: "passed" | "failed" | "skipped"): number => tallies.reduce((sum, tally) => sum + tally[key], 0);
  const skipped = total("skipped");
  return `${total("passed")} passed, ${total("failed")} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
