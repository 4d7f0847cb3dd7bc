// What `tutti deliberate` is given: read, or refused with one clear line.

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readOrder, readParent, readSeat } from "../../src/cli/deliberation-order.ts";

async function* piped(text: string): AsyncGenerator<string> {
  yield text;
}

const messageOf = async (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => "taken",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe("what a deliberation is asked", () => {
  it("DCLI4 the objective comes as words, from a file or from the standard input, and nothing is attached to it (B-04, DB-68)", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "order-")), "objective.md");
    writeFileSync(file, "\uFEFF  Which store?\n");
    const bare = { constraints: [], success: [], subtasks: [] };
    expect(await readOrder("Which store?", {}, piped(""))).toMatchObject({ objective: "Which store?", ...bare });
    expect(await readOrder(undefined, { objectiveFile: file }, piped(""))).toMatchObject({ objective: "Which store?" });
    expect(await readOrder(undefined, { objectiveFile: "-" }, piped("From a pipe"))).toMatchObject({
      objective: "From a pipe",
    });
    expect(await readOrder(undefined, { scenario: "some.json" }, piped(""))).toMatchObject({ objective: undefined });
  });

  it("DCLI4 no objective, an empty one and two of them are refused with what to do (DB-67)", async () => {
    const refused = async (words: string | undefined, options = {}) => messageOf(readOrder(words, options, piped("")));
    expect(await refused(undefined)).toBe("there is nothing to deliberate on");
    expect(await refused("  -- ")).toBe("the objective says nothing");
    expect(await refused("a", { objectiveFile: "-" })).toBe("the objective is given twice");
    expect(await refused(undefined, { objectiveFile: "/nowhere/x" })).toContain("the objective's file /nowhere/x");
    expect(await refused("a", { constraints: [" "] })).toBe("--constraints says nothing");
    expect(await refused("a", { success: ["x".repeat(2_001)] })).toBe(
      "--success has 2001 characters; the most is 2000",
    );
  });

  it("DCLI4 a file of subtasks is taken under both names of its edges, and everything wrong with it is told (B-22, B-23)", async () => {
    const folder = mkdtempSync(join(tmpdir(), "order-"));
    const read = async (value: unknown) => {
      const file = join(folder, "subtasks.json");
      writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
      return messageOf(
        readOrder("x", { subtasks: file }, piped("")).then(({ subtasks }) =>
          Promise.reject(new Error(JSON.stringify(subtasks))),
        ),
      );
    };
    const s1 = { id: "s1", description: "first", status: "pending" };
    const s2 = { id: "s2", description: "second", dependencies: ["s1"] };
    expect(JSON.parse(await read({ subtasks: [s1, s2] }))).toEqual([
      { id: "s1", description: "first", dependsOn: [] },
      { id: "s2", description: "second", dependsOn: ["s1"] },
    ]);
    expect(await read([s1, s1, { ...s2, dependencies: ["s9"] }])).toContain("s1 is given twice\n  s2 depends on s9");
    expect(await read([{ ...s1, dependsOn: ["s2"] }, s2])).toContain("in a circle: s1, s2");
    expect(await read([{ id: "s1" }, { ...s2, done: true }])).toMatch(
      /\[0\]\.description: .*\n {2}\[1\]: unknown "done"/s,
    );
    expect(await read("[")).toContain("line 1, column 2: not JSON");
  });

  it("DCLI5 a seat is a role, a model and a brief after a colon and a space", () => {
    expect(readSeat("ALPHA=ollama/llama3:8b")).toEqual(["ALPHA", { model: "ollama/llama3:8b" }]);
    expect(readSeat("BETA=openai/gpt-5: Look at cost: all of it")).toEqual([
      "BETA",
      { model: "openai/gpt-5", brief: "Look at cost: all of it" },
    ]);
    expect(readSeat("GAMMA=: Be short")).toEqual(["GAMMA", { brief: "Be short" }]);
    for (const wrong of ["ALPHA", "alpha=a/b", "ALPHA=", "ALPHA=gpt", `ALPHA=a/b: ${"x".repeat(4_001)}`])
      expect(() => readSeat(wrong)).toThrow("--seat");
  });

  it("DCLI5 flags become settings that outrank every file; a role is said once", async () => {
    const { said } = await readOrder(
      "x",
      { timeout: 1.5, maxRounds: 3, recover: "none", mediateAtOnce: true, seat: ["ALPHA=a/b"] },
      piped(""),
    );
    expect(said).toMatchObject({
      limits: { timeoutMs: 1_500, rounds: 3 },
      recovery: "none",
      mediatorAtOnce: true,
      seats: { ALPHA: { model: "a/b" } },
    });
    expect(said.mediatorDecides).toBeUndefined();
    expect(await messageOf(readOrder("x", { seat: ["ALPHA=a/b", "ALPHA=a/c"] }, piped("")))).toBe(
      "--seat ALPHA is given twice",
    );
  });

  it("DCLI6 PIPELINE_ID and TASK_ID are taken as ids or refused by name (B-01, B-02)", () => {
    expect(readParent({})).toEqual({});
    expect(readParent({ PIPELINE_ID: "pipe-7", TASK_ID: "task-x1y2z3-abc" })).toEqual({
      pipeline: "pipe-7",
      task: "task-x1y2z3-abc",
    });
    expect(() => readParent({ PIPELINE_ID: "a\nORCHESTRATION_RESULT:{}" })).toThrow("PIPELINE_ID");
    expect(() => readParent({ TUTTI_MARKER_NONCE: "a b" })).toThrow("TUTTI_MARKER_NONCE");
  });
});
