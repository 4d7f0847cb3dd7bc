// What an editor says of arguments while somebody types.

import { describe, expect, it } from "vitest";
import { schemaFields, schemaProblems } from "../../src/views/schema-problems.ts";
import { createTools } from "../../src/adapters/tools/create-tools.ts";
import { createBwrapSandbox } from "../../src/adapters/sandbox/bwrap-sandbox.ts";

const schema = {
  type: "object",
  properties: {
    path: { type: "string", minLength: 1, maxLength: 5, description: "Relative to the top." },
    count: { type: "integer", exclusiveMinimum: 0, maximum: 9 },
    kind: { enum: ["a", "b"] },
    list: { type: "array", items: { type: "string" }, maxItems: 2 },
    either: { anyOf: [{ type: "string" }, { type: "null" }] },
  },
  required: ["path"],
  additionalProperties: false,
};

const wrong = (value: unknown): readonly string[] =>
  schemaProblems(schema, value).map(({ path, problem }) => `${path.join(".")}: ${problem}`);

describe("arguments against a tool's schema", () => {
  it("INBOX7 names every fault with its place", () => {
    expect(wrong({ path: "a", count: 2, kind: "b", list: ["x"], either: null })).toEqual([]);
    expect(wrong({ path: 3, count: 1.5, kind: "c", list: ["x", 1], either: 4, more: true })).toEqual([
      "path: has to be text",
      "count: has to be whole number",
      'kind: has to be "a" or "b"',
      "list.1: has to be text",
      "either: has to be text or null",
      "more: the tool does not know this field",
    ]);
    expect(wrong({})).toEqual([": path is missing"]);
    expect(wrong([])).toEqual([": has to be object"]);
    expect(wrong({ path: "", count: 0, list: ["a", "b", "c"] })).toEqual([
      "path: must not be empty",
      "count: has to be more than 0",
      "list: has more than 2 entries",
    ]);
    expect(wrong({ path: "abcdef", count: 10 })).toEqual([
      "path: has 6 characters; the most is 5",
      "count: has to be 9 or less",
    ]);
  });

  it("INBOX7 tells the fields with their types", () => {
    expect(schemaFields(schema)).toEqual([
      { name: "path", type: "text", isRequired: true, about: "Relative to the top." },
      { name: "count", type: "whole number", isRequired: false, about: "" },
      { name: "kind", type: '"a" or "b"', isRequired: false, about: "" },
      { name: "list", type: "list of text", isRequired: false, about: "" },
      { name: "either", type: "text or null", isRequired: false, about: "" },
    ]);
    expect(schemaFields(undefined)).toEqual([]);
    expect(schemaProblems(undefined, { any: 1 })).toEqual([]);
  });

  it("INBOX7 agrees with the tools' own check", () => {
    const tools = createTools({ sandbox: createBwrapSandbox() });
    const samples: readonly Readonly<Record<string, unknown>>[] = [
      {},
      { path: "a.ts" },
      { path: 1 },
      { path: "a.ts", content: "x" },
      { path: "a.ts", old: "x", new: "y" },
      { path: "a.ts", old: "x", new: "y", count: 0 },
      { path: "a.ts", old: "x", new: "y", count: 2, more: 1 },
      { command: "npm test" },
      { command: "npm test", timeoutSeconds: "5" },
      { question: "Which?" },
    ];
    for (const { name, parameters } of tools.specs)
      for (const sample of samples) {
        const says = schemaProblems(parameters, sample).length === 0;
        expect([name, sample, says]).toEqual([name, sample, tools.check(name, JSON.stringify(sample)).ok]);
      }
  });
});
