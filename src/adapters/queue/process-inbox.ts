// The one inbox of this process, for all that listens in it: read from when somebody listens.

import type { Connections } from "./connections.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { inboxBeat, readInbox, type Heard } from "./inbox.ts";

export type ProcessInbox = {
  readonly name: string;
  /** Told of each message in order; the next one waits for what the listener promises. */
  readonly listen: (hear: (message: Heard) => void | Promise<void>) => () => void;
  readonly close: () => void;
};

export function createProcessInbox(connections: Connections, heartbeat: Heartbeat, name: string): ProcessInbox {
  const listeners = new Set<(message: Heard) => void | Promise<void>>();
  let stop: (() => void) | undefined;
  const start = (): (() => void) => {
    const stopBeat = heartbeat.keep(inboxBeat(connections, name));
    const stopReading = readInbox(connections, name, async (message) => {
      // What was lost while the process stood still is known before anything new is.
      heartbeat.check();
      for (const hear of listeners) await hear(message);
    });
    return () => {
      stopReading();
      stopBeat();
    };
  };
  return {
    name,
    listen: (hear) => {
      listeners.add(hear);
      stop ??= start();
      return () => listeners.delete(hear);
    },
    close: () => stop?.(),
  };
}
