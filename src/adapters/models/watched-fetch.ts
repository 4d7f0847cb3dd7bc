// The one door to the network: every provider's fetch. Counts bytes for the idle limit, bounds what is read, follows
// no redirect (a key must not travel to an address the person did not name) and refuses a page where a stream is due.

import { createEventLines, type EventLines } from "./event-lines.ts";

export type Fetch = typeof globalThis.fetch;

/** What one model call wants to know about its own exchange. */
export type ExchangeWatch = {
  /** Headers or bytes came in. */
  readonly onBytes: () => void;
  /** The provider's token figures were garbage and have been replaced. */
  readonly onUnusableUsage: () => void;
};

/** A 200 whose body is no event stream. */
export class UnexpectedBody extends Error {
  override readonly name = "UnexpectedBody";
  readonly contentType: string;
  readonly body: string;
  constructor(contentType: string, body: string) {
    super(`answered with ${contentType} where an event stream was due`);
    this.contentType = contentType;
    this.body = body;
  }
}

export class OverlongReply extends Error {
  override readonly name = "OverlongReply";
}

export type WatchedFetch = {
  readonly fetch: Fetch;
  /** Ties an exchange to its call: the SDK hands the call's signal through to fetch unchanged. */
  readonly watch: (signal: AbortSignal, watch: ExchangeWatch) => void;
};

const maxErrorBytes = 64 * 1024;
const maxLineBytes = 8 * 1024 * 1024;
const maxReplyBytes = 64 * 1024 * 1024;

const unwatched: ExchangeWatch = { onBytes: () => {}, onUnusableUsage: () => {} };

export function createWatchedFetch(fetch: Fetch): WatchedFetch {
  const watches = new WeakMap<AbortSignal, ExchangeWatch>();
  const watched: Fetch = async (input, init) => {
    const watch = (init?.signal ? watches.get(init.signal) : undefined) ?? unwatched;
    const response = await fetch(input, { ...init, redirect: "manual" });
    watch.onBytes();
    const { status, statusText, headers, body } = response;
    if (!response.ok) return new Response((await readHead(body)) || null, { status, statusText, headers });
    const contentType = headers.get("content-type") ?? "";
    if (/^(?:text\/html|application\/json)\b/i.test(contentType))
      throw new UnexpectedBody(contentType, await readHead(body));
    return new Response(body ? guard(body, watch) : null, { status, statusText, headers });
  };
  return { fetch: watched, watch: (signal, watch) => void watches.set(signal, watch) };
}

/** At most the first 64 KiB; the rest is not read at all. */
async function readHead(body: ReadableStream<Uint8Array> | null): Promise<string> {
  if (!body) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= maxErrorBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, maxErrorBytes).toString("utf8");
}

function guard(body: ReadableStream<Uint8Array>, watch: ExchangeWatch): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const lines = createEventLines({ maxLineBytes, onUnusableUsage: watch.onUnusableUsage });
  let bytes = 0;
  const count = (chunk: Uint8Array): void => {
    watch.onBytes();
    bytes += chunk.length;
    if (bytes > maxReplyBytes) throw new OverlongReply(`the reply is longer than ${maxReplyBytes} bytes`);
  };
  return new ReadableStream({
    pull: (controller) => pump({ reader, lines, count }, controller),
    cancel: (reason) => reader.cancel(reason),
  });
}

type Pump = {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly lines: EventLines;
  readonly count: (chunk: Uint8Array) => void;
};

/** Passes on the next whole lines, or the end. A throw fails the stream; then nobody reads on, so the socket is closed. */
async function pump(
  { reader, lines, count }: Pump,
  controller: ReadableStreamDefaultController<Uint8Array>,
): Promise<void> {
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (!done) count(value);
      const whole = done ? lines.end() : lines.push(value);
      if (whole !== undefined) controller.enqueue(whole);
      if (done) controller.close();
      if (done || whole !== undefined) return;
    }
  } catch (error) {
    void reader.cancel(error).catch(() => {});
    throw error;
  }
}
