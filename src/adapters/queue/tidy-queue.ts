// An empty queue leaves nothing on the server.

import type { Connections } from "./connections.ts";
import type { JobQueue } from "./job-queue.ts";
import { tidyScript } from "./scripts.ts";

/** What BullMQ keeps of a queue beside its jobs. */
const traces = ["meta", "id", "pc", "events", "marker", "stalled", "stalled-check", "limiter"] as const;

/** `listKey`: the set in which the queue is listed. Does nothing while a job is in it. */
export async function tidyQueue({ run }: Connections, { name, keyOf }: JobQueue, listKey: string): Promise<void> {
  const parts = ["wait", "active", "prioritized", "delayed", ...traces];
  await run({ script: tidyScript, keys: [listKey, ...parts.map(keyOf)], args: [name] });
}
