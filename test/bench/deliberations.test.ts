// The measure of deliberations runs through and does its work; its figures are judged on a quiet machine only.

import { expect, it } from "vitest";
import { measureDeliberations } from "../../bench/deliberations.ts";

it("DLB25 deliberations at once in one process all end, and no event of theirs is lost", async () => {
  const { events, lost, cpuMs, seatedMs } = await measureDeliberations(12);
  expect(lost).toBe(0);
  expect(events).toBeGreaterThan(12 * 150);
  expect(Number.isFinite(cpuMs) && Number.isFinite(seatedMs.p99)).toBe(true);
});
