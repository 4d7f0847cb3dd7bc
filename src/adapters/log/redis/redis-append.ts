// Group commit over the wire: what waits while an answer is under way goes out together, as one script call.
// Owns the end of the chain as the server has acknowledged it.

import { Fault, type AppendRefused } from "../../../engine/ports.ts";
import type { RunId } from "../../../domain/ids.ts";
import { linkRecord, type ChainHead, type StoredRecord } from "../record.ts";
import { toArguments, type KeyWriter } from "./key-writes.ts";
import { keysOf } from "./keys.ts";
import { isOutOfRoom } from "../../redis-fault.ts";
import { toBodies, type Appender, type Outcome, type Waiting } from "../waiting-append.ts";
import type { Argument } from "../../redis-access.ts";
import type { RedisLink } from "./redis-link.ts";
import { appendScript } from "./scripts.ts";

/** What an owner shows with everything it writes. */
export type Right = { readonly run: RunId; readonly token: number; readonly claim: string };

export type AppenderOptions = {
  readonly link: RedisLink;
  readonly right: Right;
  readonly start: ChainHead;
  /** Told of what the server has acknowledged, before the writers are. */
  readonly onStored: (records: readonly StoredRecord[], head: ChainHead) => void;
  /** What else is written with these records, in the same step. */
  readonly besides: KeyWriter;
};

/** Bytes of records in one call: a script is alone on the server for as long as it runs. */
const mostBytes = 1024 * 1024;

export function createRedisAppender(options: AppenderOptions): Appender {
  const { right } = options;
  let head = options.start;
  let waiting: Waiting[] = [];
  let isFlushing = false;
  let broken: Error | undefined;
  let idlers: (() => void)[] = [];

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = takeGroup(waiting, head, right.token);
      waiting = waiting.slice(group.length);
      try {
        await settle(group);
      } catch (error) {
        if (isRoomFault(error)) for (const { resolve } of group) resolve({ kind: "disk_full", detail: error.message });
        else {
          // Nobody knows what the server has made of it: nothing more is written.
          broken = error instanceof Error ? error : new Error(String(error));
          for (const { reject } of group.concat(waiting)) reject(error);
          waiting = [];
        }
      }
    }
    isFlushing = false;
    for (const idle of idlers) idle();
    idlers = [];
  };

  const settle = async (group: readonly Waiting[]): Promise<void> => {
    const stored = link(head, group);
    const isGroup = stored !== undefined;
    const answer = await send(options, { group, head, stored: stored ?? [], isGroup });
    if (answer.kind !== "appended") {
      throwIfLost(answer, head, options);
      for (const { resolve } of group) resolve(answer);
      return;
    }
    // It follows the server's last record and not ours: somebody else has written with our right.
    if (stored === undefined) {
      for (const { batch, resolve } of group)
        resolve({ kind: "conflict", expected: batch.expected, actual: answer.seq });
      return;
    }
    const last = stored.at(-1);
    if (last !== undefined) head = { seq: last.seq, sum: last.sum };
    options.onStored(stored, head);
    for (const { batch, resolve } of group) resolve({ kind: "appended", seq: batch.expected + batch.records.length });
  };

  return {
    append: (batch) =>
      new Promise((resolve, reject) => {
        if (broken !== undefined) throw broken;
        waiting.push({ batch, bodies: toBodies(batch), resolve, reject });
        if (isFlushing) return;
        isFlushing = true;
        // After all promise callbacks of this turn of the loop, so that they share one call.
        setImmediate(() => void flush());
      }),
    idle: () => (isFlushing ? new Promise((resolve) => idlers.push(resolve)) : Promise.resolve()),
  };
}

const isRoomFault = (error: unknown): error is Fault =>
  error instanceof Fault ? error.code === "disk_full" : isOutOfRoom(error);

/** Batches that follow one another from the end of the log on; or one that does not, which the server is asked about. */
function takeGroup(waiting: readonly Waiting[], { seq }: ChainHead, token: number): Waiting[] {
  const group: Waiting[] = [];
  let next = seq;
  let bytes = 0;
  for (const each of waiting) {
    const { batch, bodies } = each;
    if (batch.token !== token || batch.expected !== next || (group.length > 0 && bytes > mostBytes)) break;
    group.push(each);
    next += batch.records.length;
    bytes += bodies.reduce((sum, body) => sum + body.length, 0);
  }
  return group.length > 0 ? group : waiting.slice(0, 1);
}

/** Undefined where the batch does not follow. */
function link(head: ChainHead, group: readonly Waiting[]): readonly StoredRecord[] | undefined {
  if (group[0]?.batch.expected !== head.seq) return undefined;
  let last = head;
  return group.flatMap(({ bodies }) =>
    bodies.map((body) => {
      const stored = linkRecord(last, last.seq + 1, body);
      last = { seq: stored.seq, sum: stored.sum };
      return stored;
    }),
  );
}

type Sent = {
  readonly group: readonly Waiting[];
  readonly head: ChainHead;
  readonly stored: readonly StoredRecord[];
  readonly isGroup: boolean;
};

async function send({ link: to, right, besides }: AppenderOptions, sent: Sent): Promise<Outcome> {
  const [first] = sent.group;
  const token = first?.batch.token ?? right.token;
  const isOurs = token === right.token && sent.isGroup;
  const expected = first?.batch.expected ?? 0;
  const records = isOurs ? sent.stored : [];
  const writes = records.length === 0 ? [] : besides(sent.group.flatMap(({ batch }) => batch.records));
  const { meta, lease, log, blobs } = keysOf(right.run);
  const keys = [meta, lease, log, blobs, ...new Set(writes.map(({ key }) => key))];
  const args: Argument[] = [
    token,
    right.claim,
    to.leaseMs,
    expected,
    isOurs ? sent.head.sum : "",
    records.length,
    ...records.flatMap(({ body, sum }) => [body, sum]),
    ...writes.flatMap((write) => toArguments(write, (key) => keys.indexOf(key) + 1)),
  ];
  return toOutcome(await to.run(appendScript, keys, args), { token, expected });
}

function toOutcome(answer: unknown, { token, expected }: { token: number; expected: number }): Outcome {
  const [kind, value] = answer as readonly [string, string];
  if (kind === "appended") return { kind: "appended", seq: Number(value) };
  if (kind === "fenced") return { kind: "fenced", token, current: Number(value) };
  if (kind === "gone") return { kind: "conflict", expected, actual: 0 };
  return { kind: "conflict", expected, actual: Number(value) };
}

/** Nobody but the owner writes: a log that is shorter than it was has lost what the server had acknowledged. */
function throwIfLost(answer: AppendRefused, { seq }: ChainHead, { link: to, right }: AppenderOptions): void {
  if (answer.kind !== "conflict" || answer.actual >= seq) return;
  throw lostRecords({ run: right.run, store: to.name, from: answer.actual + 1, to: seq });
}

type Lost = { readonly run: RunId; readonly store: string; readonly from: number; readonly to: number };

export const lostRecords = ({ run, store, from, to }: Lost): Fault =>
  new Fault(
    "records_lost",
    `The store ${store} has lost records ${from} to ${to} of ${run}, which it had acknowledged`,
    {
      remedy: `Records 1 to ${from - 1} are there. Bring back a copy of the server's data that has the rest, or go on from record ${from - 1}: see "What was lost" in docs/guide/redis.md.`,
    },
  );
