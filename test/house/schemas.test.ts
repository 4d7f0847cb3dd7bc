// The published JSON Schema of ticket files is up to date and says what the parser does.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { makePatchSchema, makeTicketSchema } from "../../scripts/ticket-schema.ts";
import { parsePatchFile } from "../../src/domain/plan-patch-file.ts";
import { readPlan } from "../../src/core/plan-rules.ts";

const top = join(import.meta.dirname, "../..");
const published = readFileSync(join(top, "schemas/tickets.schema.json"), "utf8");
const isAccepted = new Ajv2020().compile(JSON.parse(published) as object);
const isPlan = (value: unknown): boolean => readPlan(JSON.stringify(value)).ok;

const T1 = { id: "T1", description: "Do it" };

describe("schemas/tickets.schema.json", () => {
  it("HOUSE4 is what `npm run schemas` writes", () => {
    expect(published).toBe(`${JSON.stringify(makeTicketSchema(), undefined, 2)}\n`);
  });

  it.each([
    [[T1]],
    [{ $schema: "x", title: "Epic", verify: "npm test", tickets: [T1] }],
    [
      [
        {
          id: "T1",
          prompt: "Do it",
          depends_on: [],
          step_mode: true,
          status: "todo",
          model_override: "a/b",
          target_file: null,
        },
      ],
    ],
    [[{ ...T1, verify: ["a", ["b", "c"]], weight: 0.5, startRung: 1, trust: "ask", priority: "low" }]],
  ])("HOUSE4 accepts what the parser accepts: %j", (value) => {
    expect([isAccepted(value), isPlan(value)]).toEqual([true, true]);
  });

  it.each([
    [[]],
    [{ tickets: T1 }],
    [{ titel: "x", tickets: [T1] }],
    [["T1"]],
    [[{ id: "T1" }]],
    [[{ description: "Do it" }]],
    [[{ ...T1, id: 7 }]],
    [[{ ...T1, dependson: [] }]],
    [[{ ...T1, dependsOn: "T0" }]],
    [[{ ...T1, status: "done" }]],
    [[{ ...T1, weight: 0 }]],
    [[{ ...T1, startRung: 0.5 }]],
    [[{ ...T1, models: ["claude"] }]],
  ])("HOUSE4 refuses what the parser refuses: %j", (value) => {
    expect([isAccepted(value), isPlan(value)]).toEqual([false, false]);
  });

  const examples = readdirSync(join(top, "examples"), { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith("tickets.json"),
  );

  it.each(examples)("HOUSE4 and so is examples/%s", (path) => {
    const value: unknown = JSON.parse(readFileSync(join(top, "examples", path), "utf8"));
    expect([isAccepted(value), isPlan(value)]).toEqual([true, true]);
  });
});

describe("schemas/plan-patch.schema.json", () => {
  const text = readFileSync(join(top, "schemas/plan-patch.schema.json"), "utf8");
  const isPatchAccepted = new Ajv2020().compile(JSON.parse(text) as object);
  const verdicts = (value: unknown) => [isPatchAccepted(value), parsePatchFile(JSON.stringify(value)).ok];

  it("HOUSE4 PATCH16 is what `npm run schemas` writes", () => {
    expect(text).toBe(`${JSON.stringify(makePatchSchema(), undefined, 2)}\n`);
  });

  it.each([
    [{ reason: "x", add: [T1] }],
    [{ $schema: "x", reason: "x", drop: ["T1"], add: null }],
    [
      {
        reason: "x",
        rewire: [
          { ticket: "T1", dependsOn: [] },
          { ticket: "T2", needs: ["T1"] },
        ],
      },
    ],
    [{ reason: "x", split: [{ ticket: "T1", into: [{ id: "T2", prompt: "Do it", depends_on: ["T3"] }] }] }],
  ])("HOUSE4 PATCH16 accepts what the parser accepts: %j", (value) => {
    expect(verdicts(value)).toEqual([true, true]);
  });

  it.each([
    [{}],
    [[T1]],
    [{ reason: "" }],
    [{ reason: "x", ...T1 }],
    [{ reason: "x", add: [{ id: "T1" }] }],
    [{ reason: "x", drop: "T1" }],
    [{ reason: "x", rewire: [{ ticket: "T1" }] }],
    [{ reason: "x", rewire: [{ ticket: "T1", dependsOn: "T2" }] }],
    [{ reason: "x", split: [{ ticket: "T1", into: [] }] }],
  ])("HOUSE4 PATCH16 refuses what the parser refuses: %j", (value) => {
    expect(verdicts(value)).toEqual([false, false]);
  });
});
