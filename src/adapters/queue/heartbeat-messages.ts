// What a process and its heartbeat's thread say to each other, and the few numbers that both see at any moment.

import type { MessagePort } from "node:worker_threads";
import type { ConnectionOptions, Script } from "../redis-access.ts";

/** Asked of the server again and again; one answered with 0 is over. All of it may be sent to a thread. */
export type Beat = {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
  /** Over as well once the whole process has stood still for longer than a lease. */
  readonly isLock: boolean;
};

export type ThreadOrder = {
  readonly options: ConnectionOptions;
  readonly leaseMs: number;
  readonly shared: SharedArrayBuffer;
  readonly port: MessagePort;
};

export type ToThread =
  | { readonly kind: "keep"; readonly id: number; readonly beat: Beat; readonly at: number }
  | { readonly kind: "drop"; readonly id: number };

export type FromThread =
  /** It has reached the server. */
  | { readonly kind: "started" }
  | { readonly kind: "lost"; readonly ids: readonly number[]; readonly why: LossReason }
  /** The server does not answer over a connection that seems to stand. */
  | { readonly kind: "mute" };

/** `refused`: another has it, or nobody may; `frozen`: nobody knows, since this process did not run. */
export type LossReason = "refused" | "frozen";

/** Places in the shared numbers. When the thread last ran, in ms of `monotonicMs`. */
export const ranAt = 0;
/** When the lock that was renewed longest ago is known to have been held, likewise. */
export const heldSince = 1;
/** The last beat that the thread has been told of. */
export const heardOf = 2;
export const sharedNumbers = 3;

/** The same in all threads of a process; it goes on while the process is stopped. */
export const monotonicMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

/** How often the thread looks at the clock. */
export const tickMs = 100;

/** A thread that has not run for as long was stopped with its process: no processor is that busy. */
export const stillMs = 1_000;
