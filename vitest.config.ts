// Tests of the gate: everything but test/slow. `npm run test:slow` uses vitest.slow.config.ts.

import { defineConfig } from "vitest/config";
import { SlowestFirst } from "./test/support/slowest-first.ts";

export default defineConfig({
  test: {
    // Three workers on two cores: suites that start processes wait a third of their time, and must not starve each other.
    sequence: { sequencer: SlowestFirst },
    pool: "forks",
    maxWorkers: 3,
    hideSkippedTests: true,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/e2e/**", "test/page/**", "test/slow/**"],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          globalSetup: "test/e2e/support/build-program.ts",
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: "page",
          include: ["test/page/**/*.test.ts"],
          globalSetup: ["test/page/support/build-page.ts", "test/e2e/support/build-program.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
