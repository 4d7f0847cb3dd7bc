// What the keys and channels of machines are called. The queues' own keys are BullMQ's, below `queuePrefix`.

import type { RunId } from "../../domain/ids.ts";
import type { MachineId, MachineLabel } from "../../domain/machine.ts";

export const queuePrefix = "tutti:q";

/** One for each protocol and each set of labels, so that a machine sees nothing that it could not take. */
export const attemptQueue = (protocol: number, labels: readonly MachineLabel[]): string =>
  [`attempts-${protocol}`, ...new Set(labels.toSorted())].join("+").replaceAll(":", "~");

export const labelsOf = (queue: string): readonly MachineLabel[] => queue.replaceAll("~", ":").split("+").slice(1);

export const conductQueue = (protocol: number): string => `conduct-${protocol}`;

/** Set: the queues that hold something, or did a moment ago. */
export const queuesKey = (protocol: number): string => `tutti:queues:${protocol}`;
/** Channel: a queue that was not there before. */
export const newQueueChannel = (protocol: number): string => `tutti:queues:${protocol}`;
/** Whose turn it is to look for jobs that nobody holds any more. */
export const stalledTurnKey = (protocol: number): string => `tutti:queues:${protocol}:turn`;

/** Stream: what one process is told. What follows the slash says to whom in it. */
export const inboxKey = (inbox: string): string => `tutti:inbox:${inbox.split("/", 1)[0]}`;
/** How often attempts of the run were taken. */
export const takingsKey = (run: RunId): string => `tutti:{${run}}:takings`;
/** Hash: texts that many orders of a run have in common, by their digest. */
export const orderTextsKey = (run: RunId): string => `tutti:{${run}}:order-texts`;
/** The log's hash that says who owns the run. */
export const ownerKey = (run: RunId): string => `tutti:{${run}}:meta`;
/** The owner's token, for as long as it is heard of. */
export const ownerLeaseKey = (run: RunId): string => `tutti:{${run}}:lease`;
/** Who conducts the run now, as JSON. */
export const conductorKey = (run: RunId): string => `tutti:{${run}}:conductor`;
/** Channel: a run's conductor has changed. */
export const conductorChannel = "tutti:conductors";
/** Channel: what models say while they say it. */
export const liveChannel = (run: RunId): string => `tutti:live:${run}`;

/** A machine's card, for as long as it is heard of. */
export const machineKey = (id: MachineId): string => `tutti:machine:${id}`;
/** Sorted set: machines by when they came, those that have gone among them until somebody looks. */
export const machinesKey = "tutti:machines";
/** Channel: a card that changed. */
export const machineChannel = "tutti:machines";
/** Sorted set: protocols by until when (epoch ms of the server) somebody conducts with them. */
export const protocolsKey = "tutti:protocols";
