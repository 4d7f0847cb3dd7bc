// The routes by which a person goes back in runs: forks, two moments compared, a run as a file.

import { z } from "zod";
import { gateSchema } from "../../domain/event.ts";
import { usageSchema } from "../../domain/usage.ts";
import { forkSchema, type CompareBody, type ForkedBody, type ImportedBody } from "../time-travel.ts";
import * as part from "./parts.ts";
import { changeProblems, type ApiRoute } from "./route.ts";
import { phase } from "./run-answers.ts";

const forked = z.strictObject({ run: part.runId }) satisfies z.ZodType<ForkedBody>;
const imported = z.strictObject({ run: part.runId, records: part.count }) satisfies z.ZodType<ImportedBody>;

const moment = z.strictObject({
  run: part.runId.nullable(),
  seq: part.count,
  at: part.epochMs,
  phase,
  outcome: part.outcome,
  mode: part.mode,
  counts: part.counts,
});

const standing = z
  .strictObject({
    status: part.ticketStatus,
    attempt: part.count.describe("The one under way, or the last; 0 before the first."),
    cause: part.cause.nullable(),
    reason: z.string().nullable(),
    commit: z.string().nullable(),
  })
  .nullable()
  .describe("Null where the ticket is not in the plan.");

const open = z.array(z.strictObject({ id: part.approvalId, gate: gateSchema, ticket: part.ticketId.nullable() }));
const commits = z.array(z.strictObject({ ticket: part.ticketId, commit: z.string() }));

const comparison = z.strictObject({
  a: moment,
  b: moment,
  ms: z.number().describe("From a to b; negative where b is the earlier one."),
  tickets: z.array(z.strictObject({ ticket: part.ticketId, title: z.string(), a: standing, b: standing })),
  same: part.count.describe("Tickets that stand the same."),
  spend: z.array(
    z.strictObject({
      tier: z.number().int().nullable().describe("Null: all of them."),
      a: usageSchema,
      b: usageSchema,
      tokens: z.number().int().describe("b less a."),
      costMicros: z.number().int().nullable().describe("b less a; null where a price is not known."),
    }),
  ),
  approvals: z.strictObject({ opened: open, closed: open }),
  commits: z.strictObject({ onlyA: commits, onlyB: commits }),
}) satisfies z.ZodType<CompareBody>;

export const travelRoutes: readonly ApiRoute[] = [
  {
    method: "POST",
    path: "/api/runs/:run/fork",
    tag: "runs",
    summary: "Begin another run as this one was at a record, with what is changed",
    body: { name: "Fork", schema: forkSchema },
    answer: { name: "Forked", schema: forked, what: "The new run; this process conducts it, attended." },
    problems: changeProblems,
  },
  {
    method: "GET",
    path: "/api/runs/:run/compare",
    tag: "runs",
    summary: "Two moments beside each other",
    query: {
      a: "Number of a record; left out: the last.",
      b: "Likewise.",
      with: "The run that b is of, where it is another one.",
    },
    answer: { name: "Comparison", schema: comparison, what: "A fork counts with all it came with." },
    problems: [400, 404, 409],
  },
  {
    method: "GET",
    path: "/api/runs/:run/export.jsonl",
    tag: "runs",
    summary: "The run as a file, to be imported",
    answer: "lines",
    problems: [404, 409],
  },
  {
    method: "POST",
    path: "/api/import",
    tag: "runs",
    summary: "Bring in an exported run, to be looked at and forked",
    query: { project: "Key of the project it is to belong to; may be left out where there is one only." },
    body: "lines",
    answer: { name: "Imported", schema: imported, what: "It has the name it had." },
    problems: [409, 415],
  },
];
