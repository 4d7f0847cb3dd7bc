// The order of the gate: the longest suites first, so that none of them runs alone at the end; then those that start
// processes, which wait more than they compute; then the rest, each the larger first.

import { statSync } from "node:fs";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** 25 s and more on two cores, the longest first. A suite that is not here only ends the gate a little later. */
const longest = [
  "page/deliberation",
  "page/screens",
  "bench/page-bench",
  "e2e/json-output",
  "page/keyboard",
  "e2e/recovery",
  "page/inbox",
  "e2e/crash",
  "e2e/bad-input",
  "page/take-back",
  "page/serve",
  "page/board",
  "e2e/redis-store",
  "e2e/fork",
  "e2e/second-terminal",
  "page/time",
  "page/past",
  "page/live-access",
  "e2e/package",
  "e2e/control",
  "e2e/replan",
  "examples/guide",
  "e2e/planning-providers",
  "bench/bench",
  "examples/planning-guide",
].map((name) => `/test/${name}.test.ts`);

const afterThem = ["page", "e2e"];

function rankOf({ moduleId, project }: TestSpecification): number {
  const place = longest.findIndex((suffix) => moduleId.endsWith(suffix));
  if (place >= 0) return place;
  return longest.length + (afterThem.includes(project.name) ? 0 : 1);
}

export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sizes = new Map(files.map((file) => [file, statSync(file.moduleId).size]));
    const sizeOf = (file: TestSpecification): number => sizes.get(file) ?? 0;
    return files.toSorted((one, other) => rankOf(one) - rankOf(other) || sizeOf(other) - sizeOf(one));
  }
}
