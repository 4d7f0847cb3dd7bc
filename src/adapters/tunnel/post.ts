// A process's inbox on a store, and the way to those of others. An inbox is a stream: whatever was read is deleted from it,
// and one that nobody reads vanishes by itself.

import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Argument, StoreLink } from "./store-link.ts";
import { readMessage, type Bytes, type Heard, type Inbox, type Message } from "./wire.ts";

export type Post = {
  readonly inbox: Inbox;
  /** Without waiting; in order for one inbox. What cannot be delivered is lost: whoever waits for an answer notices. */
  readonly send: (to: Inbox, message: Message, bytes?: Bytes) => void;
  /** What was said of a request by the time it is heard comes together with it. From the first listener on it is read. */
  readonly hear: (listener: (batch: readonly Heard[]) => void) => () => void;
  readonly close: () => void;
};

/** An inbox that nobody reads is kept for so long after the last message to it. */
const keptMs = 60_000;
const blockMs = 5_000;
const mostAtOnce = 500;
const againMs = 500;

export const inboxKey = (inbox: Inbox): string => `tutti:tunnel:${inbox}`;

/** `reading`: a connection of its own, which waits for what comes. */
export function createPost(link: StoreLink, reading: StoreLink): Post {
  const inbox = randomBytes(12).toString("base64url");
  const listeners = new Set<(batch: readonly Heard[]) => void>();
  const senders = new Map<Inbox, (command: Commands) => void>();
  let isClosed = false;
  let isReading = false;

  const readOnce = async (...wait: readonly Argument[]): Promise<readonly Heard[]> => {
    const key = inboxKey(inbox);
    const answer = await reading.callForBytes("XREAD", "COUNT", mostAtOnce, ...wait, "STREAMS", key, "0");
    const { ids, batch } = readEntries(answer);
    // Read again where this is lost: each message may come twice.
    if (ids.length > 0) void reading.call("XDEL", key, ...ids).catch(() => {});
    return batch;
  };

  const read = async (): Promise<void> => {
    while (!isClosed) {
      try {
        const batch = await readOnce("BLOCK", blockMs);
        // A process that was frozen holds what came first: what was said of it since lies behind.
        const more = batch.some(({ message }) => message.kind === "ask") ? await readOnce() : [];
        if (batch.length > 0) for (const listener of listeners) listener([...batch, ...more]);
      } catch {
        if (!isClosed) await pause(againMs, undefined, { ref: false });
      }
    }
  };

  return {
    inbox,
    send: (to, message, bytes) => {
      if (isClosed) return;
      const sender = senders.get(to) ?? createSender(link, () => senders.delete(to));
      senders.set(to, sender);
      const body = bytes === undefined ? [] : ["b", Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)];
      sender([
        ["XADD", inboxKey(to), "*", "m", JSON.stringify(message), ...body],
        ["PEXPIRE", inboxKey(to), keptMs],
      ]);
    },
    hear: (listener) => {
      listeners.add(listener);
      if (!isReading) void read();
      isReading = true;
      return () => listeners.delete(listener);
    },
    close: () => {
      isClosed = true;
      reading.close();
    },
  };
}

type Commands = readonly (readonly [string, ...Argument[]])[];

/** One round trip at a time: what is sent meanwhile goes with the next one. */
function createSender(link: StoreLink, over: () => void): (commands: Commands) => void {
  let waiting: (readonly [string, ...Argument[]])[] = [];
  let isUnderWay = false;
  const go = async (): Promise<void> => {
    isUnderWay = true;
    while (waiting.length > 0) {
      const [...now] = waiting;
      waiting = [];
      await link.callAll(now).catch(() => {});
    }
    isUnderWay = false;
    over();
  };
  return (commands) => {
    waiting.push(...commands);
    if (!isUnderWay) void go();
  };
}

type Entry = readonly [id: Buffer, fields: readonly Buffer[]];

/** Of XREAD's answer for one stream: null where nothing came; the stream's name and entries, which older protocols wrap. */
function readEntries(answer: unknown): { readonly ids: readonly string[]; readonly batch: readonly Heard[] } {
  const [first, second] = (answer ?? []) as readonly [unknown, unknown];
  const entries = ((Array.isArray(first) ? first[1] : second) ?? []) as readonly Entry[];
  const batch = entries.flatMap(([, [, text, , bytes]]): Heard[] => {
    const message = text === undefined ? undefined : readMessage(text.toString());
    return message === undefined ? [] : [{ message, bytes: bytes === undefined ? undefined : new Uint8Array(bytes) }];
  });
  return { ids: entries.map(([id]) => id.toString()), batch };
}
