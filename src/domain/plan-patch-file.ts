// A plan patch as a person or a model writes it, to a request. Tickets are written as in a ticket file, old names included.
// Everything that is wrong is told at once; what the graph asks for is for core/plan-patch.ts to say.

import { z } from "zod";
import type { TicketId } from "./ids.ts";
import { parseJsonText } from "./json-text.ts";
import { didYouMean } from "./nearest-name.ts";
import { patchTickets, type PatchRequest } from "./plan-patch.ts";
import type { PlanProblem } from "./rejection.ts";
import { oldNames, ticketFieldNames, ticketFileCaps } from "./ticket-fields.ts";
import { readTickets, wholeFile } from "./ticket-file.ts";
import type { Ticket } from "./ticket.ts";

export type ReadPatch =
  | { readonly ok: true; readonly patch: PatchRequest }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

const longestReason = 4_000;

const id = z
  .string({ error: "must be a ticket id" })
  .min(1, { error: "must not be empty" })
  .max(ticketFileCaps.id, { error: `is longer than ${ticketFileCaps.id} characters` });
const listOf = <T extends z.ZodType>(item: T, of: string, most: number) =>
  z.array(item, { error: `must be a list of ${of}` }).max(most, { error: `has more than ${most} entries` });
const tickets = listOf(z.unknown(), "tickets", patchTickets);

export const patchFields = z.strictObject({
  reason: z
    .string({
      error: (issue) => (issue.input === undefined ? "is missing: say why the plan changes" : "must be a text"),
    })
    .regex(/\S/, { error: "must not be empty" })
    .max(longestReason, { error: `is longer than ${longestReason} characters` })
    .describe("Why the plan changes; recorded, and shown wherever the change is shown."),
  add: tickets.optional().describe("New tickets. They may wait for tickets of the plan and for each other."),
  drop: listOf(id, "ticket ids", ticketFileCaps.tickets)
    .optional()
    .describe("Tickets that leave the plan; a worker that is on one is stopped."),
  rewire: listOf(
    z.strictObject({
      ticket: id.describe("A ticket of the plan."),
      dependsOn: listOf(id, "ticket ids", ticketFileCaps.list).describe("Everything it waits for from now on."),
    }),
    "{ ticket, dependsOn }",
    ticketFileCaps.tickets,
  )
    .optional()
    .describe("Tickets that are to wait for others than before."),
  split: listOf(
    z.strictObject({
      ticket: id.describe("The ticket that gives way to its parts."),
      into: tickets
        .min(1, { error: "must hold at least one ticket" })
        .describe("Its parts. Those that wait for no other part wait for what it waited for."),
    }),
    "{ ticket, into }",
    patchTickets,
  )
    .optional()
    .describe("Tickets that become several; what waited for one waits for its last parts."),
});
type PatchFields = z.infer<typeof patchFields>;

/** Never throws. */
export function parsePatchFile(text: string): ReadPatch {
  if (text.length > ticketFileCaps.file)
    return refused("file", `has ${text.length} characters; the most is ${ticketFileCaps.file}`, "Make it smaller.");
  const json = parseJsonText(text);
  if (json.ok) return readPatch(json.value);
  const { line, column, problem } = json.fault;
  return refused("file", `is not JSON: line ${line}, column ${column}: ${problem}`, "Correct it there.");
}

export function readPatch(value: unknown): ReadPatch {
  if (!isRecord(value)) return refused("file", "is not an object", 'Write { "reason": ..., "add": [ticket, ...] }.');
  const parsed = patchFields.safeParse(withTodaysNames(value));
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.flatMap(toProblems) };
  return toRequest(parsed.data);
}

function toRequest(fields: PatchFields): ReadPatch {
  const problems: PlanProblem[] = [];
  const read = (items: readonly unknown[], place: string): readonly Ticket[] => {
    const found = readTickets(items);
    if (found.ok) return found.plan.tickets;
    for (const { index, field, ...rest } of found.problems)
      problems.push({ ...rest, index: wholeFile, field: `${place}[${index}].${field}` });
    return [];
  };
  const add = read(fields.add ?? [], "add");
  const split = (fields.split ?? []).map(({ ticket, into }, place) => ({
    ticket: ticket as TicketId,
    into: read(into, `split[${place}].into`),
  }));
  if (problems.length > 0) return { ok: false, problems };
  const rewire = (fields.rewire ?? []).map(({ ticket, dependsOn }) => ({
    ticket: ticket as TicketId,
    dependsOn: [...new Set(dependsOn)] as TicketId[],
  }));
  return {
    ok: true,
    patch: { reason: fields.reason.trim(), add, drop: (fields.drop ?? []) as TicketId[], rewire, split },
  };
}

/** Editors find the published schema by "$schema"; `null` means "not given"; a rewiring may use a dependency's old names. */
function withTodaysNames(value: Record<string, unknown>): Record<string, unknown> {
  const given = Object.entries(value).filter(([name, held]) => name !== "$schema" && held !== null);
  return Object.fromEntries(
    given.map(([name, held]) => [name, name === "rewire" && Array.isArray(held) ? held.map(withDependsOn) : held]),
  );
}

function withDependsOn(entry: unknown): unknown {
  if (!isRecord(entry) || "dependsOn" in entry) return entry;
  return Object.fromEntries(
    Object.entries(entry).map(([name, held]) => [oldNames.get(name) === "dependsOn" ? "dependsOn" : name, held]),
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const refused = (field: string, problem: string, remedy: string): ReadPatch => ({
  ok: false,
  problems: [{ index: wholeFile, field, problem, remedy }],
});

const known: Readonly<Record<string, readonly string[]>> = {
  "": Object.keys(patchFields.shape),
  rewire: ["ticket", "dependsOn"],
  split: ["ticket", "into"],
};

function toProblems(issue: z.core.$ZodIssue): PlanProblem[] {
  const [top = ""] = issue.path.map(String);
  const field = placeOf(issue.path) || "file";
  if (issue.code !== "unrecognized_keys")
    return [{ index: wholeFile, field, problem: issue.message, remedy: remedyOf(top) }];
  const names = known[top] ?? [];
  return issue.keys.map((key) => {
    // A ticket alone is the commonest thing to hand in where a patch is asked for.
    const isTicket = top === "" && (ticketFieldNames as readonly string[]).includes(key);
    return {
      index: wholeFile,
      field: placeOf([...issue.path, key.slice(0, 60)]),
      problem: `is not a known name${isTicket ? "" : didYouMean(key, names)}`,
      remedy: isTicket ? 'Write tickets as { "reason": ..., "add": [ticket] }.' : `Known are ${names.join(", ")}.`,
    };
  });
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, step) => (typeof step === "number" ? `${text}[${step}]` : `${text}${text === "" ? "" : "."}${String(step)}`),
    "",
  );

function remedyOf(field: string): string {
  const shapes: Readonly<Record<string, string>> = {
    reason: 'Write "reason": "why the plan changes".',
    add: 'Write "add": [{ "id": ..., "description": ... }].',
    drop: 'Write "drop": ["T1"].',
    rewire: 'Write "rewire": [{ "ticket": "T2", "dependsOn": ["T1"] }].',
    split: 'Write "split": [{ "ticket": "T1", "into": [{ "id": "T1a", "description": ... }] }].',
  };
  return shapes[field] ?? "Correct or remove it.";
}
