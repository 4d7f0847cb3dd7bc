// Where machines and conductors meet: what one process needs for it on one server, whichever of the two it is, or both.

import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { machineProtocol } from "../../domain/machine.ts";
import { connectionOptions, type StoreAccess } from "../redis-access.ts";
import { createAttempts, type Attempts } from "./attempts.ts";
import { createChannels, type Channels } from "./channels.ts";
import { connect, type Connections } from "./connections.ts";
import { startHeartbeat, type Heartbeat } from "./heartbeat.ts";
import { createQueueMaker, type QueueMaker } from "./job-queue.ts";
import { createOutbox, type Outbox } from "./outbox.ts";
import { createProcessInbox, type ProcessInbox } from "./process-inbox.ts";
import { followRegistry, type Registry } from "./registry.ts";

export type Meeting = {
  readonly connections: Connections;
  readonly heartbeat: Heartbeat;
  readonly channels: Channels;
  readonly queueOf: QueueMaker;
  readonly attempts: Attempts;
  readonly outbox: Outbox;
  readonly inbox: ProcessInbox;
  readonly registry: Registry;
  readonly protocol: number;
  /** A line for the process log. */
  readonly note: (message: string) => void;
  readonly close: () => Promise<void>;
};

export type MeetingOptions = StoreAccess & {
  readonly note?: (message: string) => void;
  /** `<host>-<8 characters>` unless it is said; also the name of the process's inbox. */
  readonly id?: string;
  readonly protocol?: number;
};

/** Throws the Faults of a store that cannot be reached or used. */
export async function openMeeting(options: MeetingOptions): Promise<Meeting> {
  const { note = () => {}, protocol = machineProtocol } = options;
  const id = options.id ?? `${hostname().split(".")[0] ?? "host"}-${randomBytes(4).toString("hex")}`;
  const connections = await connect(options);
  const heartbeat = startHeartbeat({
    options: await connectionOptions(options),
    leaseMs: connections.leaseMs,
    onMute: connections.renew,
    onFault: (error) => note(`The heartbeat's thread has died, and is started again: ${error.message}`),
  });
  const channels = createChannels(connections);
  const queueOf = createQueueMaker(connections, id);
  const attempts = createAttempts({ connections, queueOf, protocol });
  const outbox = createOutbox(connections);
  const inbox = createProcessInbox(connections, heartbeat, id);
  const registry = followRegistry(connections, channels);
  return {
    connections,
    heartbeat,
    channels,
    queueOf,
    attempts,
    outbox,
    inbox,
    registry,
    protocol,
    note,
    close: async () => {
      registry.close();
      inbox.close();
      outbox.close();
      await heartbeat.close();
      connections.close();
    },
  };
}
