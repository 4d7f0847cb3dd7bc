// A snapshot is only used by a program that would have made the same one. `snapshotFormat` has to say so.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evolve } from "../../src/core/evolve.ts";
import { snapshotFormat, toSnapshotText } from "../../src/core/snapshot.ts";
import { initialState } from "../../src/core/state.ts";
import { foldableLogs } from "./fold-golden.ts";
import { loadGoldenLog } from "./golden-logs.ts";

/** By format: one digest over the snapshots at every record of every golden log that is folded. */
const onRecord = JSON.parse(readFileSync(join(import.meta.dirname, "snapshots.json"), "utf8")) as Record<string, string>;

function digestOfAll(): string {
  const digest = createHash("sha256");
  for (const path of foldableLogs) {
    let state = initialState;
    for (const recorded of loadGoldenLog(path)) {
      state = evolve(state, recorded);
      digest.update(toSnapshotText(state));
    }
  }
  return digest.digest("hex");
}

describe("P20 snapshots of golden logs", () => {
  it("LOG9 what a log folds to has not changed under the same format: else raise `snapshotFormat` and add a line", () => {
    expect({ [snapshotFormat]: digestOfAll() }).toEqual({ [snapshotFormat]: onRecord[snapshotFormat] });
  });

  it("LOG9 no two formats on record are the same", () => {
    expect(new Set(Object.values(onRecord)).size).toBe(Object.keys(onRecord).length);
  });
});
