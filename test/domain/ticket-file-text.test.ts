// A plan as the text of a ticket file, and back.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTicketFile } from "../../src/domain/ticket-file.ts";
import { toTicketFileText } from "../../src/domain/ticket-file-text.ts";
import { ticketFieldNames } from "../../src/domain/ticket-fields.ts";
import { ticketSchema, type Ticket } from "../../src/domain/ticket.ts";

const word = fc.stringMatching(/^[\p{L}\p{N}._ -]{1,12}$/u).map((text) => text.trim() || "x");
const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).map((each) => `${each}x`);
const path = word.map((name) => `src/${name.replaceAll(".", "_")}`);

/** As a file may write it: every field, each with and without a value, defaults among them. */
const item = fc.record(
  {
    id: word,
    description: text,
    title: word,
    dependsOn: fc.array(word, { maxLength: 3 }),
    targetFile: path,
    contextFiles: fc.array(path, { maxLength: 3 }),
    touches: fc.array(path, { maxLength: 3 }),
    verify: fc.array(fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })), { maxLength: 2 }),
    models: fc.array(
      word.map((name) => `openai/${name.replaceAll(" ", "-")}`),
      { maxLength: 2 },
    ),
    archetype: fc.oneof(word, fc.constant("worker")),
    track: word,
    trust: fc.constantFrom("step", "ask", "auto"),
    weight: fc.oneof(fc.constant(1), fc.double({ min: 0.001, max: 1e9, noNaN: true })),
    startRung: fc.nat({ max: 5 }),
  },
  { requiredKeys: ["id", "description"] },
);

const ticketsIn = (file: string): readonly Ticket[] => {
  const parsed = parseTicketFile(file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan.tickets;
};

describe("a plan's text", () => {
  it("EPIC10 any tickets, written as a ticket file and read again, are the same tickets", () => {
    fc.assert(
      fc.property(
        fc.array(item, { minLength: 1, maxLength: 6 }),
        fc.option(word, { nil: undefined }),
        (items, title) => {
          const tickets = ticketsIn(JSON.stringify(items));
          const written = toTicketFileText(tickets, title);
          expect(ticketsIn(written)).toEqual(tickets);
          expect(toTicketFileText(ticketsIn(written), title)).toBe(written);
        },
      ),
    );
  });

  it("EPIC10 a ticket has no field that a file cannot say", () => {
    expect(Object.keys(ticketSchema.shape).toSorted()).toEqual([...ticketFieldNames].toSorted());
  });
});
