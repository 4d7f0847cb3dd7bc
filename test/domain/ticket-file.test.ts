// Ticket files: what is accepted, what is refused and in which words.

import { describe, expect, it } from "vitest";
import { parseTicketFile } from "../../src/domain/ticket-file.ts";
import type { PlanProblem } from "../../src/domain/rejection.ts";
import type { Ticket } from "../../src/domain/ticket.ts";

const ticketsOf = (value: unknown): readonly Ticket[] => {
  const file = parseTicketFile(JSON.stringify(value));
  if (!file.ok) throw new Error(JSON.stringify(file.problems));
  return file.plan.tickets;
};

const ticketOf = (fields: object): Ticket => {
  const [ticket] = ticketsOf([{ id: "T1", description: "Do it", ...fields }]);
  if (ticket === undefined) throw new Error("no ticket");
  return ticket;
};

const problemsOf = (value: unknown): readonly PlanProblem[] => problemsOfText(JSON.stringify(value));

const problemsOfText = (text: string): readonly PlanProblem[] => {
  const file = parseTicketFile(text);
  return file.ok ? [] : file.problems;
};

const problemOf = (fields: object): PlanProblem | undefined =>
  problemsOf([{ id: "T1", description: "Do it", ...fields }])[0];

describe("what a file may say", () => {
  it("TF1 A-43 a flat list of objects with id and description is a plan", () => {
    expect(ticketsOf([{ id: "T1", description: "First line\nsecond" }])).toEqual([
      {
        id: "T1",
        title: "First line",
        description: "First line\nsecond",
        dependsOn: [],
        contextFiles: [],
        touches: [],
        verify: [],
        models: [],
        archetype: "worker",
        weight: 1,
        startRung: 0,
      },
    ]);
  });

  it("TF1 an object adds a title, a description, verify commands and a model ladder", () => {
    const file = parseTicketFile(
      JSON.stringify({
        title: "Epic",
        description: "Why",
        verify: "npm test",
        models: ["openai/gpt-5"],
        tickets: [{ id: "T1", description: "Do it" }],
      }),
    );
    expect(file).toMatchObject({
      ok: true,
      plan: { title: "Epic", description: "Why", verify: ["npm test"], models: ["openai/gpt-5"], notes: [] },
    });
  });

  it("A-48 every field of a ticket arrives", () => {
    const fields = {
      title: "Short",
      dependsOn: ["T0"],
      targetFile: "src/a.ts",
      contextFiles: ["docs/b.md"],
      touches: ["src/**"],
      verify: ["npm test", ["node", "--test"]],
      models: ["anthropic/claude-sonnet-4"],
      archetype: "tester",
      trust: "ask",
      weight: 2.5,
      startRung: 1,
    };
    expect(ticketOf(fields)).toEqual({ id: "T1", description: "Do it", ...fields });
  });

  it.each([
    [{ depends_on: ["T0"] }, { dependsOn: ["T0"] }],
    [{ dependencies: ["T0"] }, { dependsOn: ["T0"] }],
    [{ needs: ["T0"] }, { dependsOn: ["T0"] }],
    [{ worker_archetype: "tester" }, { archetype: "tester" }],
    [{ assigned_to: "tester" }, { archetype: "tester" }],
    [{ assigned_to: "unassigned" }, { archetype: "worker" }],
    [{ persona_id: "tester" }, { archetype: "tester" }],
    [{ target_file: "a.ts" }, { targetFile: "a.ts" }],
    [{ context_requirements: ["a.ts"] }, { contextFiles: ["a.ts"] }],
    [{ retry_count: 2 }, { startRung: 2 }],
    [{ model_override: "google/gemini-3-pro" }, { models: ["google/gemini-3-pro"] }],
    [{ step_mode: true }, { trust: "step" }],
    [{ trust_level: "auto" }, { trust: "auto" }],
    [{ step_mode: true, trust: "ask" }, { trust: "ask" }],
  ])("TF2 A-45 DA-81 the old name in %j is translated once", (old, today) => {
    expect(ticketOf(old)).toMatchObject(today);
  });

  it("TF2 A-32 an old ticket with prompt or goal needs no description", () => {
    expect(ticketsOf([{ id: "T1", prompt: "Do it" }])[0]?.description).toBe("Do it");
    expect(ticketsOf([{ id: "T1", goal: "Do it" }])[0]?.description).toBe("Do it");
  });

  it("TF3 X-01 todo and pending are taken; step_mode false, no block and null say nothing", () => {
    const plain = ticketOf({});
    const wordy = { step_mode: false, manual_block: false, blocked_reason: null, target_file: null, depends_on: null };
    expect(ticketOf({ status: "todo", ...wordy })).toEqual(plain);
    expect(ticketOf({ status: "pending" })).toEqual(plain);
  });

  it("TF4 A-40 a priority is checked, has no effect, and the plan says so", () => {
    const file = parseTicketFile(JSON.stringify([{ id: "T1", description: "Do it", priority: "high" }]));
    expect(file).toMatchObject({ ok: true, plan: { notes: [expect.stringContaining("longest remaining path")] } });
    expect(problemOf({ priority: "urgent" })).toMatchObject({ field: "priority" });
  });

  it("TF5 T-03 a repeated dependency entry counts once", () => {
    expect(ticketOf({ dependsOn: ["T0", "T0", "T2", "T0"] }).dependsOn).toEqual(["T0", "T2"]);
  });

  it("TF6 a title is made from the first line with words, cut to 80 characters between whole characters", () => {
    expect(ticketOf({ description: "\n\n  Head\t of it  \nrest" }).title).toBe("Head  of it");
    const long = ticketOf({ description: `${"x".repeat(78)}😀😀` }).title;
    expect(long).toBe(`${"x".repeat(78)}…`);
    expect(ticketOf({ title: "  " }).title).toBe("Do it");
  });

  it("TF7 a byte order mark at the start is no fault", () => {
    expect(parseTicketFile('\uFEFF[{"id":"T1","description":"Do it"}]').ok).toBe(true);
  });
});

describe("what is refused", () => {
  it.each([
    ["", 1, 1, "the text ends where a value should follow"],
    ["hello", 1, 1, 'found "hello" where a value should be'],
    ['[{"id": "T1",}]', 1, 14, 'comma too many before "}"'],
    ['[\n  {"id": "T1"},\n]', 3, 1, 'comma too many before "]"'],
    ['[{"id" "T1"}]', 1, 8, 'where ":" should be'],
    ["[{id: 1}]", 1, 3, "a name in double quotes"],
    ['[{"id": }]', 1, 9, 'found "}" where a value should be'],
    ['[\n{"a":"x\ny"}]', 2, 8, "a line break inside a text"],
    ['["\\x"]', 1, 3, "escape"],
    ['["abc', 1, 2, "no closing quote"],
    ["[1, 01]", 1, 5, 'found "01"'],
    ['[{"a": 1}', 1, 10, "the text ends"],
    ["[] []", 1, 4, "the end of the file"],
    ["[1 2]", 1, 4, '"," or the closing bracket'],
  ])("TF8 A-46 malformed JSON %j is told with line %i and column %i", (text, line, column, words) => {
    const [problem] = problemsOfText(text);
    expect(problem).toMatchObject({ index: -1, field: "file" });
    expect(problem?.problem).toContain(`line ${line}, column ${column}: `);
    expect(problem?.problem).toContain(words);
  });

  it.each(['"text"', "12", "null", "true"])("TF8 A-46 %s is neither a list nor an object", (text) => {
    expect(problemsOfText(text)).toMatchObject([
      { index: -1, field: "file", problem: expect.stringContaining("neither a list") },
    ]);
  });

  it.each([1, null, "T1", [], true])("TF9 DA-79 the list item %j is refused by its place", (item) => {
    expect(problemsOf([{ id: "T1", description: "Do it" }, item])).toMatchObject([
      { index: 1, field: "ticket", problem: "is not an object" },
    ]);
  });

  it("TF9 A-44 a missing id and a missing description are told by key", () => {
    expect(problemsOf([{ description: "Do it" }, { id: "T2" }])).toMatchObject([
      { index: 0, field: "id", problem: "is missing" },
      { index: 1, id: "T2", field: "description", problem: "is missing" },
    ]);
  });

  it("TF9 DA-78 every fault of every ticket is told at once, with index, field and remedy", () => {
    const problems = problemsOf([
      { id: 7, description: "" },
      { id: "T2", description: "x", weight: 0, depends_on: ["T1", 4] },
    ]);
    expect(problems.map(({ index, field }) => [index, field])).toEqual([
      [0, "id"],
      [0, "description"],
      [1, "depends_on[1]"],
      [1, "weight"],
    ]);
    for (const { problem, remedy } of problems) {
      expect(problem).not.toBe("");
      expect(remedy).toMatch(/^[A-Z].*\.$/);
    }
  });

  it.each(["in_progress", "completed", "blocked", "done", "running", "step_paused", 3])(
    "TF3 DA-80 a ticket cannot be handed in as %j",
    (status) => {
      expect(problemOf({ status })).toMatchObject({
        field: "status",
        problem: expect.stringContaining(JSON.stringify(status)),
      });
    },
  );

  it.each([
    [{ dependsOn: "T0" }, "dependsOn", "must be a list of ticket ids, but is a text"],
    [{ verify: [[]] }, "verify[0]", "must be a shell line"],
    [{ verify: [""] }, "verify[0]", "must be a shell line"],
    [{ models: ["claude"] }, "models[0]", '"claude" does not say its provider'],
    [{ trust: "yolo" }, "trust", '"step", "ask" or "auto"'],
    [{ weight: "3" }, "weight", "must be a number, but is a text"],
    [{ startRung: 1.5 }, "startRung", "whole number"],
    [{ startRung: -1 }, "startRung", "0 or more"],
    [{ step_mode: "yes" }, "step_mode", "true or false"],
    [{ manual_block: true }, "manual_block", "must be false"],
    [{ blocked_reason: "[MANUAL] wait" }, "blocked_reason", "must be empty"],
    [{ targetFile: "/etc/passwd" }, "targetFile", "is not relative"],
    [{ targetFile: "C:\\x" }, "targetFile", "is not relative"],
    [{ contextFiles: ["a/../../b"] }, "contextFiles[0]", "leads out of the repository"],
    [{ title: "two\nlines" }, "title", "line break"],
    [{ description: " \n " }, "description", "must not be empty"],
  ])("TF9 DA-80 %j is refused", (fields, field, words) => {
    expect(problemOf(fields)).toMatchObject({ field, problem: expect.stringContaining(words) });
  });

  it("TF10 an unknown name is refused with the nearest one", () => {
    expect(problemOf({ dependson: [] })).toMatchObject({
      field: "dependson",
      problem: expect.stringContaining('did you mean "dependsOn"'),
    });
    expect(problemOf({ context_requirments: [] })?.remedy).toContain('"context_requirements"');
    expect(problemsOf({ titel: "x", tickets: [] })).toMatchObject([
      { index: -1, field: "titel", remedy: expect.stringContaining('"title"') },
    ]);
  });

  it("TF10 one field under two names is refused", () => {
    expect(problemOf({ dependsOn: [], needs: [] })).toMatchObject({
      field: "needs",
      problem: expect.stringContaining('"dependsOn"'),
    });
  });

  it("A-63 names of the prototype chain are unknown names and pollute nothing", () => {
    const text =
      '[{"id":"T1","description":"x","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}]';
    expect(problemsOfText(text).map((problem) => problem.field)).toEqual(["__proto__", "constructor"]);
    expect(problemsOfText('{"__proto__":{"tickets":[]},"toString":1}').map((problem) => problem.field)).toEqual([
      "__proto__",
      "toString",
      "tickets",
    ]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it("TF11 T-05 awkward ids are kept exactly, or refused in words", () => {
    for (const id of ["__proto__", "constructor", "..", "a/b", "A", "😀", "-rf", "é", "a b", "x".repeat(200)]) {
      expect(ticketsOf([{ id, description: "x" }])[0]?.id).toBe(id);
    }
    for (const id of ["", " ", " a", "a\n", "a\u0000b", "a\u202Eb", "\uD800", "x".repeat(201), "x".repeat(10_000)]) {
      expect(problemsOf([{ id, description: "x" }])).toMatchObject([{ index: 0, field: "id" }]);
    }
  });

  it("TF12 T-06 sizes over the caps are refused with the size and the cap", () => {
    expect(problemOf({ title: "x".repeat(1_000_000) })?.problem).toBe("has 1000000 characters; the most is 500");
    expect(problemOf({ description: "x".repeat(5_000_000) })?.problem).toContain("has 5000000 characters");
    expect(problemsOfText(`["${"x".repeat(50_000_000)}"]`)).toMatchObject([
      { index: -1, field: "file", problem: expect.stringContaining("50000004") },
    ]);
    expect(problemOf({ contextFiles: Array.from({ length: 1_001 }, () => "a") })?.problem).toBe(
      "has 1001 entries; the most is 1000",
    );
    expect(problemsOf(Array.from({ length: 50_001 }, () => 0))).toMatchObject([{ field: "tickets" }]);
  });

  it("T-06 NUL, lone surrogates and right-to-left text in a description arrive exactly", () => {
    const description = "a\u0000b \uD800 \u202Eשלום";
    expect(ticketOf({ description }).description).toBe(description);
  });

  it("TF8 T-03 a name that is given twice is refused with its place", () => {
    expect(problemsOfText('[\n  {"id": "A", "description": "x", "id": "B"}\n]')).toMatchObject([
      { index: -1, problem: expect.stringMatching(/line 2, column \d+: the name "id" is given twice/) },
    ]);
    expect(ticketsOf([{ id: "A", description: 'not "id": twice \\" "id": "x"' }])).toHaveLength(1);
  });

  it("TF9 T-06 of 100,000 unknown names each is told, and a nearest one is sought for the first 200 only", () => {
    const problems = problemsOf([
      {
        id: "A",
        description: "x",
        ...Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`verifi${n % 10}x${n}`, 1])),
        verifi: 1,
      },
    ]);
    expect(problems).toHaveLength(100_001);
    expect(problems.at(-1)?.problem).toBe("is not a known name");
    expect(problemOf({ verifi: 1 })?.problem).toBe('is not a known name; did you mean "verify"?');
  });

  it("TF8 deep nesting is refused, not run into", () => {
    expect(problemsOfText("[".repeat(1_000_000))).toHaveLength(1);
    expect(problemsOfText(`${"[".repeat(100_000)}${"]".repeat(100_000)}`)).toMatchObject([
      { index: 0, field: "ticket" },
    ]);
  });
});
