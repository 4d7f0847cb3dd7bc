// Scenario files: what is accepted, and how each mistake is named.

import { describe, expect, it } from "vitest";
import { parseScenario } from "../../src/domain/scenario.ts";

const problemsOf = (json: string) => {
  const parsed = parseScenario(json);
  return parsed.ok ? [] : parsed.problems.map(({ where, problem }) => `${where}: ${problem}`);
};

const withTurn = (turn: unknown): string => JSON.stringify({ tickets: { T1: [{ turns: [turn] }] } });

describe("scenario file", () => {
  it("keeps what it was given, calls with object and with text arguments alike", () => {
    const turn = {
      text: "hi",
      calls: [
        { tool: "write", args: { path: "a" } },
        { tool: "edit", args: "{oops" },
      ],
      faults: [{ code: "overloaded" }],
    };
    const parsed = parseScenario(withTurn(turn));
    expect(parsed).toEqual({ ok: true, scenario: { tickets: { T1: [{ turns: [turn] }] } } });
  });

  it("names line and column of a JSON mistake", () => {
    const [problem] = problemsOf('{\n  "tickets": {,}\n}');
    expect(problem).toMatch(/^line 2, column 15: not JSON: found/);
  });

  it("names an empty file", () => {
    expect(problemsOf("")).toEqual(["line 1, column 1: not JSON: the text ends where a value should follow"]);
  });

  it("accepts a byte order mark", () => {
    expect(parseScenario('\uFEFF{"tickets":{}}').ok).toBe(true);
  });

  it("MOD12 names every problem at once with its path", () => {
    const problems = problemsOf(
      withTurn({ txt: "x", delayMs: -1, calls: [{ tool: "a", args: 3 }], faults: [{ code: "tired" }] }),
    );
    expect(problems).toHaveLength(4);
    expect(problems.join("\n")).toContain("tickets.T1[0].turns[0].delayMs: ");
    expect(problems.join("\n")).toContain("tickets.T1[0].turns[0].calls[0].args: must be an object of arguments");
    expect(problems.join("\n")).toContain("tickets.T1[0].turns[0].faults[0].code: ");
    expect(problems.join("\n")).toContain('tickets.T1[0].turns[0]: unknown "txt"; remove it or check the spelling');
  });

  it("refuses a ticket without attempts, and a file that is not an object", () => {
    expect(problemsOf('{"tickets":{"T1":[]}}')[0]).toMatch(/^tickets\.T1: /);
    expect(problemsOf("[]")[0]).toMatch(/^whole file: /);
  });
});
