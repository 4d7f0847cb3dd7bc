// The log as server-sent events: what is recorded after a place, then what is recorded from now on. A client that does
// not keep up is cut, never waited for; it reconnects with Last-Event-ID and misses nothing.

import type { Recorded } from "../domain/event.ts";
import type { Feed } from "../engine/feed.ts";
import type { EventLog } from "../engine/ports.ts";

export type EventStreamOptions = {
  readonly log: Pick<EventLog, "read">;
  readonly feed: Feed;
  /** Seq of the last record on disk. */
  readonly durable: () => number;
  /** Seq of the last record the client has. */
  readonly after: number;
  /** Aborted when the run is over or the server closes. */
  readonly signal: AbortSignal;
  /** Bytes that may wait for one client. */
  readonly bufferBytes?: number;
};

const pageBytes = 256 * 1024;
const encoder = new TextEncoder();

const toFrame = (recorded: Recorded): Uint8Array =>
  encoder.encode(`id: ${recorded.seq}\nevent: recorded\ndata: ${JSON.stringify(recorded)}\n\n`);

export function createEventStream(options: EventStreamOptions): ReadableStream<Uint8Array> {
  const { log, feed, durable, signal, bufferBytes = 1024 * 1024 } = options;
  let sent = options.after;
  let isLive = false;
  let unsubscribe = (): void => {};
  let stopListening = (): void => {};

  /** A client that has gone is told nothing more: its controller is closed, and to write to it would throw. */
  const leave = (): void => {
    unsubscribe();
    stopListening();
  };

  /** Old records, as many as the client has room for; the feed takes over at the very tick the log is read out. */
  const readOn = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    let room = pageBytes;
    for (const recorded of log.read(sent)) {
      if (recorded.seq > durable()) break;
      const frame = toFrame(recorded);
      controller.enqueue(frame);
      sent = recorded.seq;
      room -= frame.byteLength;
      if (room <= 0) return;
    }
    isLive = true;
    unsubscribe = feed.subscribe((item) => {
      if (item.kind !== "recorded" || item.recorded.seq <= sent) return;
      sent = item.recorded.seq;
      controller.enqueue(toFrame(item.recorded));
      if ((controller.desiredSize ?? 0) < 0) cut(controller);
    });
    if (signal.aborted) end(controller);
  };

  const cut = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    leave();
    controller.error(new Error("this client does not keep up"));
  };

  const end = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
    leave();
    controller.enqueue(encoder.encode("event: end\ndata: {}\n\n"));
    controller.close();
  };

  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const onOver = (): void => (isLive ? end(controller) : undefined);
        signal.addEventListener("abort", onOver, { once: true });
        stopListening = () => signal.removeEventListener("abort", onOver);
        // Headers leave at once, so that the client knows it is connected.
        controller.enqueue(encoder.encode(": tutti\n\n"));
      },
      pull(controller) {
        if (!isLive) readOn(controller);
      },
      cancel: leave,
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bufferBytes }),
  );
}
