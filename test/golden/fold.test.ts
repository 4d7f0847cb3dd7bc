// P20: a log of any version folds to the state it has always folded to.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { brokenInvariants } from "../../src/core/invariants.ts";
import { foldAll } from "../../src/core/evolve.ts";
import { eventSchema } from "../../src/domain/event.ts";
import { eventVersion } from "../../src/domain/upcast.ts";
import { decodeBody, encodeRecord } from "../../src/adapters/log/record.ts";
import { simulate } from "../simulator/simulate.ts";
import { foldableLogs, foldLog, type FoldedState } from "./fold-golden.ts";
import { loadGoldenLog } from "./golden-logs.ts";

const recorded = JSON.parse(readFileSync(join(import.meta.dirname, "states.json"), "utf8")) as Readonly<Record<string, FoldedState>>;

describe("P20 golden logs fold", () => {
  it("RUN2 R-11 there is one to fold of every version, and a state for each", () => {
    for (let version = 1; version <= eventVersion; version += 1) {
      expect(foldableLogs.filter((path) => path.startsWith(`v${version}/`))).not.toEqual([]);
    }
    expect(Object.keys(recorded)).toEqual(foldableLogs);
  });

  it.each(foldableLogs)("RUN2 P20 %s folds to the state on record", (path) => {
    expect(foldLog(path)).toEqual(recorded[path]);
    expect(brokenInvariants(foldAll(loadGoldenLog(path)))).toEqual([]);
  });

  it("RUN2 together they hold every type of event the core writes", () => {
    const types = new Set(foldableLogs.flatMap((path) => loadGoldenLog(path).map(({ event }) => event.type)));
    const known = eventSchema.options.map((option) => option.shape.type.value);
    expect(known.filter((type) => !types.has(type))).toEqual([]);
  });
});

describe("P20 what the core writes", () => {
  it("RUN2 every record of 100 simulated runs is read back as it was written", () => {
    for (let seed = 1; seed <= 100; seed += 1) {
      for (const record of simulate(seed, "safety").log) {
        expect(decodeBody(encodeRecord(record), record.seq)).toEqual({ kind: "record", record });
      }
    }
  });
});
