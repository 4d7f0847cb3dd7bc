// P20: logs of every version there ever was are read by today's code.

import { describe, expect, it } from "vitest";
import { eventVersion } from "../../src/domain/upcast.ts";
import { goldenLogs, loadGoldenLog } from "./golden-logs.ts";

describe("P20 golden logs", () => {
  it("there is at least one of every version", () => {
    for (let version = 1; version <= eventVersion; version += 1) {
      expect(goldenLogs.filter((path) => path.startsWith(`v${version}/`))).not.toEqual([]);
    }
  });

  for (const path of goldenLogs) {
    it(`${path} is read whole`, () => {
      const records = loadGoldenLog(path);
      expect(records.length).toBeGreaterThan(0);
      expect(records.map(({ seq }) => seq)).toEqual(records.map((_, index) => index + 1));
    });
  }
});
