// The long suites: many seeds, many images. Not part of the gate.

import { defineConfig } from "vitest/config";

const sixHours = 6 * 3_600_000;

export default defineConfig({
  test: {
    name: "slow",
    pool: "forks",
    maxWorkers: 2,
    include: ["test/slow/**/*.test.ts"],
    passWithNoTests: true,
    testTimeout: sixHours,
    hookTimeout: sixHours,
  },
});
