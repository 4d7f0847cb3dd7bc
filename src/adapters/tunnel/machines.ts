// The machines of a store as they are looked at from beside: their cards, and the one word that is said to them.

import { z } from "zod";
import { isRunId } from "../../domain/ids.ts";
import type { MachineCard, MachineId } from "../../domain/machine.ts";
import type { StoreLink } from "./store-link.ts";

const machinesKey = "tutti:machines";
const machineKey = (id: MachineId): string => `tutti:machine:${id}`;
const inboxKey = (id: MachineId): string => `tutti:inbox:${id}`;

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
      run: z.string().refine((run) => isRunId(run)),
      ticket: z.string(),
      attempt: count,
      step: z.string().nullable(),
    }),
  ),
});

/** `leftMs`: how long its card is kept from now on, unless it is heard of again. */
export type SeenMachine = { readonly card: MachineCard; readonly leftMs: number };

/** Sorted by id; those that were not heard of for a lease are not among them. Throws Fault `store_unreachable` and its like. */
export async function listMachines(link: StoreLink): Promise<readonly SeenMachine[]> {
  const names = await link.call("ZRANGE", machinesKey, 0, -1);
  const ids = (Array.isArray(names) ? names : []).filter((name): name is string => typeof name === "string");
  const answers = await link.callAll(
    ids.toSorted().flatMap((id) => [["GET", machineKey(id)] as const, ["PTTL", machineKey(id)] as const]),
  );
  return ids.flatMap((_, index) => {
    const card = readCard(answers[2 * index]);
    return card === undefined ? [] : [{ card, leftMs: Number(answers[2 * index + 1]) }];
  });
}

/** Undefined where there is none, or where it is not understood. */
function readCard(text: unknown): MachineCard | undefined {
  try {
    return cardSchema.safeParse(JSON.parse(String(text))).data;
  } catch {
    return undefined;
  }
}

/** An inbox that nobody reads is kept for so long. */
const keptMs = 60_000;

const sayScript = `
redis.call('XADD', KEYS[1], '*', ARGV[1], ARGV[2])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
return 1`;

/** It takes no more attempts, gives back those it has, and ends. May be said twice. */
export async function sayDrain(link: StoreLink, id: MachineId): Promise<void> {
  await link.call("EVAL", sayScript, 1, inboxKey(id), id, JSON.stringify({ kind: "drain" }), keptMs);
}
