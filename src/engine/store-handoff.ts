// The handoff duty: the document of a deliberation that ends without consensus, stored before anything is revoked.

import type { DeliberationDuty } from "../core/deliberation/duties.ts";
import { configOf } from "../core/state.ts";
import type { Report } from "../domain/command.ts";
import type { BlobRef } from "../domain/text.ts";
import { makeHandoff } from "./make-handoff.ts";
import type { EventLog } from "./ports.ts";
import type { World } from "./run-duty.ts";

type HandoffDuty = Extract<DeliberationDuty, { kind: "handoff" }>;

const headLength = 400;
const longestProblem = 2_000;

export async function storeHandoff({ deliberation: id }: HandoffDuty, world: World): Promise<Report | undefined> {
  const { ports, state } = world;
  const ending = state.deliberations.get(id)?.ending ?? null;
  if (ending === null) return undefined;
  const { pipeline, task } = configOf(state).deliberation ?? {};
  const { outcome, detail } = ending;
  const at = state.seq;
  const wish = { deliberation: id, at, pipeline, task, outcome, detail, digest: ports.digest };
  const text = JSON.stringify(await makeHandoff(ports.log, wish));
  try {
    return { type: "report.handed_off", deliberation: id, at, handoff: await store(ports.log, text) };
  } catch (error) {
    const problem = (error instanceof Error ? error.message : String(error)).slice(0, longestProblem);
    return { type: "report.handoff_failed", deliberation: id, problem };
  }
}

/** Always beside the log, however short: it is handed on by its digest. */
async function store(log: EventLog, text: string): Promise<BlobRef> {
  const bytes = new TextEncoder().encode(text);
  return { blob: await log.putBlob(bytes), bytes: bytes.byteLength, head: text.slice(0, headLength) };
}
