// Tests of the gate: everything but test/slow. `npm run test:slow` uses vitest.slow.config.ts.

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Two workers: several suites start processes of their own and must not starve each other.
    pool: "forks",
    maxWorkers: 2,
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
