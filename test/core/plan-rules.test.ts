// The graph's rules: every fault at once, nothing from a faulty plan, quick at 10,000 tickets.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkPlan, readPlan } from "../../src/core/plan-rules.ts";
import type { PlanProblem } from "../../src/domain/rejection.ts";

type Given = { readonly id: string; readonly dependsOn?: readonly string[] };

const textOf = (tickets: readonly Given[]): string =>
  JSON.stringify(tickets.map((ticket) => ({ description: "x", ...ticket })));

const problemsOf = (tickets: readonly Given[]): readonly PlanProblem[] => {
  const read = readPlan(textOf(tickets));
  return read.ok ? [] : read.problems;
};

const numbered = (count: number, needs: (place: number) => readonly number[]): Given[] =>
  Array.from({ length: count }, (_, place) => ({
    id: `T${place}`,
    dependsOn: needs(place).map((needed) => `T${needed}`),
  }));

describe("a plan's graph", () => {
  it("PLAN1 a diamond is a plan", () => {
    const read = readPlan(
      textOf([
        { id: "A" },
        { id: "B", dependsOn: ["A"] },
        { id: "C", dependsOn: ["A"] },
        { id: "D", dependsOn: ["B", "C"] },
      ]),
    );
    expect(read.ok).toBe(true);
    if (read.ok) expect(checkPlan(read.plan.tickets)).toEqual([]);
  });

  it("PLAN1 a dependency may stand later in the file", () => {
    expect(problemsOf([{ id: "B", dependsOn: ["A"] }, { id: "A" }])).toEqual([]);
  });

  it("PLAN2 an empty plan is refused", () => {
    expect(problemsOf([])).toMatchObject([{ index: -1, field: "tickets" }]);
    expect(checkPlan([])).toHaveLength(1);
  });

  it("PLAN3 T-03 a duplicate id is refused, each time it comes again", () => {
    expect(problemsOf([{ id: "A" }, { id: "B" }, { id: "A" }, { id: "A" }])).toMatchObject([
      { index: 2, id: "A", field: "id", problem: "is the id of ticket 0 as well" },
      { index: 3, id: "A", field: "id", problem: "is the id of ticket 0 as well" },
    ]);
  });

  it("PLAN3 T-05 ids that differ only in Unicode form are twins; ids that differ in case are two tickets", () => {
    expect(problemsOf([{ id: "\u00e9" }, { id: "e\u0301" }])).toMatchObject([
      { index: 1, problem: expect.stringContaining("Unicode form") },
    ]);
    expect(problemsOf([{ id: "A" }, { id: "a" }])).toEqual([]);
    expect(problemsOf([{ id: "__proto__" }, { id: "constructor", dependsOn: ["__proto__"] }])).toEqual([]);
  });

  it("PLAN4 T-02 an unknown dependency is refused with the nearest id", () => {
    expect(problemsOf([{ id: "setup-db" }, { id: "api", dependsOn: ["setup_bd"] }])).toMatchObject([
      {
        index: 1,
        id: "api",
        field: "dependsOn",
        problem: '"setup_bd" is no ticket of this plan; did you mean "setup-db"?',
      },
    ]);
    expect(problemsOf([{ id: "A", dependsOn: ["toString"] }])[0]?.problem).toBe('"toString" is no ticket of this plan');
  });

  it("PLAN5 T-01 a ticket that waits for itself is refused", () => {
    expect(problemsOf([{ id: "A", dependsOn: ["A"] }])).toMatchObject([
      { index: 0, problem: "the ticket waits for itself" },
    ]);
  });

  it.each([
    [
      "of two",
      [
        { id: "A", dependsOn: ["B"] },
        { id: "B", dependsOn: ["A"] },
      ],
      "A -> B -> A",
    ],
    [
      "in a diamond",
      [
        { id: "A", dependsOn: ["D"] },
        { id: "B", dependsOn: ["A"] },
        { id: "C", dependsOn: ["A"] },
        { id: "D", dependsOn: ["B", "C"] },
        { id: "E", dependsOn: ["D"] },
      ],
      "A -> D -> B -> A",
    ],
  ])("PLAN6 T-01 a cycle %s is refused with its path", (_, tickets, path) => {
    expect(problemsOf(tickets)).toMatchObject([
      { index: 0, id: "A", problem: `these tickets wait for each other: ${path}` },
    ]);
  });

  it("PLAN6 T-01 a cycle of 1,000 is told with its ends and how many lie between", () => {
    const problems = problemsOf(numbered(1_000, (place) => [(place + 1) % 1_000]));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.problem).toMatch(/T0 -> T1 -> .*\(988 more\) -> T999 -> T0$/);
  });

  it("PLAN6 cycles that do not touch are told one by one", () => {
    const tickets = [
      ...numbered(3, (place) => [(place + 1) % 3]),
      { id: "X", dependsOn: ["Y", "T0"] },
      { id: "Y", dependsOn: ["X"] },
    ];
    expect(problemsOf(tickets).map((problem) => problem.index)).toEqual([0, 3]);
  });

  it("PLAN7 DA-78 faults of fields and of the graph are told together, in the file's order", () => {
    const text = JSON.stringify([
      { id: "A", description: "x", dependsOn: ["A", "Q"] },
      { id: "B", description: 3, dependsOn: ["C"] },
      { id: "C", description: "x", dependsOn: ["B"] },
      { id: "A", description: "x" },
      7,
    ]);
    const read = readPlan(text);
    expect(read.ok ? [] : read.problems.map(({ index, field }) => [index, field])).toEqual([
      [0, "dependsOn"],
      [0, "dependsOn"],
      [1, "description"],
      [1, "dependsOn"],
      [3, "id"],
      [4, "ticket"],
    ]);
  });

  it.each([
    ["wide", numbered(10_000, () => [])],
    ["as a chain", numbered(10_000, (place) => (place === 0 ? [] : [place - 1]))],
    ["as a chain, last first", numbered(10_000, (place) => (place === 9_999 ? [] : [place + 1]))],
    [
      "with 50 dependencies each",
      numbered(10_000, (place) => Array.from({ length: Math.min(50, place) }, (_, back) => place - back - 1)),
    ],
  ])("PLAN8 T-04 10,000 tickets %s are accepted", (_, tickets) => {
    expect(problemsOf(tickets)).toEqual([]);
  });

  it("PLAN8 T-04 10,000 tickets that all wait for unknown ones are all told", () => {
    expect(problemsOf(numbered(10_000, (place) => [place + 20_000]))).toHaveLength(10_000);
  });
});

describe("any text", () => {
  const key = fc.constantFrom(
    "id",
    "description",
    "dependsOn",
    "depends_on",
    "verify",
    "status",
    "weight",
    "models",
    "touches",
    "__proto__",
    "x",
  );
  const item = fc.oneof(
    fc.record(
      { id: fc.string(), description: fc.string(), dependsOn: fc.array(fc.constantFrom("A", "B", "C", "")) },
      { requiredKeys: [] },
    ),
    fc.dictionary(key, fc.jsonValue()),
    fc.jsonValue(),
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.array(item).map((items) => JSON.stringify(items)),
    fc.record({ tickets: fc.array(item), title: fc.jsonValue() }).map((frame) => JSON.stringify(frame)),
  );

  it("PLAN9 gives a plan that keeps the graph's rules, or at least one problem; it never throws", () => {
    fc.assert(
      fc.property(text, (given) => {
        const read = readPlan(given);
        if (read.ok) expect(checkPlan(read.plan.tickets)).toEqual([]);
        else expect(read.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  const graph = fc
    .integer({ min: 1, max: 12 })
    .chain((size) =>
      fc.array(fc.array(fc.integer({ min: 0, max: size - 1 }), { maxLength: 3 }), { minLength: size, maxLength: size }),
    );

  it("PLAN9 a plan is accepted exactly where an order of work exists", () => {
    fc.assert(
      fc.property(graph, (needs) => {
        const accepted = problemsOf(numbered(needs.length, (place) => needs[place] ?? [])).length === 0;
        expect(accepted).toBe(canBeOrdered(needs));
      }),
      { numRuns: 500 },
    );
  });
});

/** The plain way: take whatever waits for nothing, until nothing is left or nothing moves. */
function canBeOrdered(needs: readonly (readonly number[])[]): boolean {
  const done = new Set<number>();
  for (;;) {
    const next = needs.findIndex((needed, place) => !done.has(place) && needed.every((one) => done.has(one)));
    if (next === -1) return done.size === needs.length;
    done.add(next);
  }
}
