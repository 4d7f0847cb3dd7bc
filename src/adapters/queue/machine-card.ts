// A machine's card as it lies on the server: made by another process, perhaps of another version.

import { z } from "zod";
import { isRunId, type RunId } from "../../domain/ids.ts";
import type { MachineCard } from "../../domain/machine.ts";

const count = z.int().min(0);

const cardSchema = z.object({
  id: z.string().min(1),
  host: z.string(),
  pid: count,
  version: z.string(),
  protocol: count,
  labels: z.array(z.string()),
  capacity: count,
  isDraining: z.boolean(),
  startedAt: z.number(),
  load: z.number(),
  processors: count,
  memory: z.object({ free: z.number(), all: z.number() }),
  working: z.array(
    z.object({
      run: z.string().refine((text): text is RunId => isRunId(text)),
      ticket: z.string(),
      attempt: count,
      step: z.string().nullable(),
    }),
  ),
});

/** Undefined where it is not understood. */
export function parseCard(text: string): MachineCard | undefined {
  try {
    return cardSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
