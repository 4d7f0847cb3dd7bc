// Plan patches as people and models write them: shapes, old names, and everything that can be wrong with one.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePatchFile } from "../../src/domain/plan-patch-file.ts";

const parse = (value: unknown) => parsePatchFile(JSON.stringify(value));

const problemsOf = (value: unknown): readonly string[] => {
  const read = typeof value === "string" ? parsePatchFile(value) : parse(value);
  return read.ok ? [] : read.problems.map(({ field, problem }) => `${field}: ${problem}`);
};

const D = { id: "D", description: "Do D." };

describe("a patch file", () => {
  it("PATCH16 holds a reason and any of add, drop, rewire and split; tickets are written as in a ticket file", () => {
    const read = parse({
      $schema: "x",
      reason: " too large ",
      add: [{ id: "D", prompt: "Do D.", depends_on: ["A"], context_requirements: ["a.ts"] }],
      drop: ["C"],
      rewire: [{ ticket: "B", depends_on: ["D", "D"] }],
      split: [{ ticket: "A", into: [{ ...D, id: "A1" }] }],
    });
    expect(read).toMatchObject({
      ok: true,
      patch: {
        reason: "too large",
        add: [{ id: "D", title: "Do D.", dependsOn: ["A"], contextFiles: ["a.ts"], archetype: "worker" }],
        drop: ["C"],
        rewire: [{ ticket: "B", dependsOn: ["D"] }],
        split: [{ ticket: "A", into: [{ id: "A1" }] }],
      },
    });
    expect(parse({ reason: "x", add: null })).toMatchObject({ ok: true, patch: { add: [] } });
  });

  it("PATCH16 every fault is told at once, with its place", () => {
    expect(
      problemsOf({ drp: ["C"], drop: "C", rewire: [{ ticket: "B", needed: [] }], split: [{ ticket: 7, into: [] }] }),
    ).toEqual([
      "reason: is missing: say why the plan changes",
      "drop: must be a list of ticket ids",
      "rewire[0].dependsOn: must be a list of ticket ids",
      "rewire[0].needed: is not a known name",
      "split[0].ticket: must be a ticket id",
      "split[0].into: must hold at least one ticket",
      'drp: is not a known name; did you mean "drop"?',
    ]);
    expect(
      problemsOf({
        reason: "x",
        add: [D, { id: "E", dependson: [] }],
        split: [{ ticket: "A", into: [{ ...D, weight: 0 }, 7] }],
      }),
    ).toEqual([
      'add[1].dependson: is not a known name; did you mean "dependsOn"?',
      "add[1].description: is missing",
      "split[0].into[0].weight: must be greater than 0",
      "split[0].into[1].ticket: is not an object",
    ]);
  });

  it("PATCH16 broken JSON is told with its place; a list or a ticket where a patch belongs is told as such", () => {
    expect(problemsOf('{\n  "reason": "x",\n}')).toEqual([
      'file: is not JSON: line 3, column 1: there is a comma too many before "}"',
    ]);
    expect(problemsOf([D])).toEqual(["file: is not an object"]);
    expect(problemsOf({ reason: "x", ...D })).toEqual(["id: is not a known name", "description: is not a known name"]);
    expect(problemsOf({ reason: "  " })).toEqual(["reason: must not be empty"]);
  });

  it("PATCH16 any text gives a patch or at least one problem, and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = parsePatchFile(text);
        expect(read.ok || read.problems.length > 0).toBe(true);
      }),
    );
    const some = fc.record(
      {
        reason: fc.anything(),
        add: fc.anything(),
        drop: fc.anything(),
        rewire: fc.array(fc.anything()),
        split: fc.array(fc.anything()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(some, (value) => {
        const text = JSON.stringify(value);
        const read = parsePatchFile(text);
        expect(read.ok || read.problems.length > 0).toBe(true);
      }),
    );
  });
});
