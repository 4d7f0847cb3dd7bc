// Brings one client up to where a run stands, then hands it on to what comes live. A client that is too far behind gets
// the state in place of the records.

import type { Recorded } from "../../domain/event.ts";
import type { RunId } from "../../domain/ids.ts";
import { Fault, type EventLog, type LogSnapshot } from "../../engine/ports.ts";
import type { Channel } from "./channel.ts";
import type { Client } from "./client.ts";
import { toBytes, toFrameText } from "./frame.ts";

export type FollowSource = {
  readonly run: RunId;
  readonly log: Pick<EventLog, "read">;
  /** Seq of the last record on disk. */
  readonly head: () => number;
  readonly latest: () => LogSnapshot;
  readonly channel: Channel;
};

export type Limits = {
  /** A client more records behind than this, or more bytes, gets the state instead. */
  readonly records: number;
  readonly bytes: number;
};

export const defaultLimits: Limits = { records: 5_000, bytes: 4 * 1024 * 1024 };

const pageBytes = 64 * 1024;

/**
 * Sends what the client lacks after `after` (undefined: it has nothing), then lets it join the channel. Resolves once
 * it has joined, with the function that ends that and tells the last seq sent. Rejects with Fault `log_corrupt`.
 */
export async function follow(
  client: Client,
  source: FollowSource,
  after: number | undefined,
  limits: Limits = defaultLimits,
): Promise<() => number> {
  let sent = after;
  let bytesLeft = limits.bytes;
  // Between the last look at the log and joining nothing may wait: what comes meanwhile would be lost.
  for (;;) {
    const head = source.head();
    if (client.gone.aborted) return () => sent ?? 0;
    if (sent === undefined || sent > head || head - sent > limits.records || bytesLeft <= 0) {
      sent = await sendSnapshot(client, source);
      bytesLeft = limits.bytes;
      continue;
    }
    if (sent === head) {
      const leave = source.channel.join(client.send);
      return () => {
        leave();
        return source.head();
      };
    }
    const page = readPage(source, sent, head);
    if (page.last === sent) throw lostRecord(source.run, sent);
    client.send(page.frame);
    sent = page.last;
    bytesLeft -= page.frame.byteLength;
    await client.room();
  }
}

async function sendSnapshot(client: Client, { run, head, latest }: FollowSource): Promise<number> {
  const { seq, format, text } = latest();
  await client.sendLong(toBytes(toFrameText("snapshot", { run, seq, format, text, head: head() }, seq)));
  return seq;
}

function readPage({ run, log }: FollowSource, after: number, head: number): { frame: Uint8Array; last: number } {
  const records: Recorded[] = [];
  let size = 0;
  let last = after;
  for (const recorded of log.read(after)) {
    if (recorded.seq > head || size > pageBytes) break;
    records.push(recorded);
    last = recorded.seq;
    size += sizeOf(recorded);
  }
  return { frame: toBytes(toFrameText("records", { run, records, head }, last)), last };
}

/** Roughly, in bytes: to cut pages by. */
const sizeOf = (recorded: Recorded): number => JSON.stringify(recorded).length;

const lostRecord = (run: RunId, seq: number): Fault =>
  new Fault("log_corrupt", `Record ${seq + 1} of ${run} is missing.`, {
    remedy: `Records 1 to ${seq} are intact. Restore the run's folder from a backup.`,
  });
