// The routes about the machines of a store.

import { z } from "zod";
import { drainSchema, type DrainedBody, type MachinesBody } from "../machine-routes.ts";
import { count, epochMs, runId } from "./parts.ts";
import type { ApiRoute } from "./route.ts";

const bytes = z.number().describe("Bytes.");

const machines = z.strictObject({
  store: z
    .string()
    .nullable()
    .describe("The server; null: runs are recorded on this machine, which does all their work."),
  version: z.string().describe("Of this server."),
  protocol: count.describe(
    "What this server's runs speak with machines. One that speaks another takes none of their work.",
  ),
  machines: z.array(
    z.strictObject({
      id: z.string(),
      host: z.string(),
      pid: count,
      version: z.string(),
      protocol: count,
      labels: z.array(z.string()),
      capacity: count.describe("Attempts at a time."),
      isDraining: z.boolean().describe("It takes no more, gives back what it has, and ends."),
      startedAt: epochMs,
      load: z.number().describe("Processes that want a processor, on average over a minute."),
      processors: count,
      memory: z.strictObject({ free: bytes, all: bytes }),
      working: z.array(
        z.strictObject({
          run: runId,
          ticket: z.string(),
          attempt: count,
          step: z.string().nullable().describe("The duty's key; null between two."),
        }),
      ),
      silentMs: count.describe("Milliseconds since it was last heard of. After a lease it is not listed any more."),
    }),
  ),
}) satisfies z.ZodType<MachinesBody>;

const drained = z.strictObject({ machine: z.string() }) satisfies z.ZodType<DrainedBody>;

export const machineRoutes: readonly ApiRoute[] = [
  {
    method: "GET",
    path: "/api/machines",
    tag: "machines",
    summary: "The machines that work for the runs of the store: what each is, does, and when it was heard of",
    answer: { name: "Machines", schema: machines, what: "None where runs are recorded on this machine alone." },
    problems: [409],
  },
  {
    method: "POST",
    path: "/api/machines/:machine/drain",
    tag: "machines",
    summary: "A machine takes no more attempts, gives back those it has after their step, and ends",
    body: { name: "Drain", schema: drainSchema },
    answer: { name: "Drained", schema: drained, what: "It was told; its card says when it drains." },
    problems: [400, 404, 409, 413, 415, 422],
  },
];
