// Machines that the demo starts beside itself, as `tutti demo --workers` asks for them.

import type { MachineNews } from "./machine-at-work.ts";

export type DemoMachinesOptions = {
  readonly count: number;
  /** Address of a server; undefined: one of the demo's own is started. */
  readonly store?: string;
};

export type DemoMachine = {
  readonly id: string;
  /** All it has told so far. */
  readonly news: readonly MachineNews[];
};

export type DemoMachines = {
  /** Address of the server they work for. */
  readonly store: string;
  /** A server was started for them. */
  readonly isOwnStore: boolean;
  readonly machines: readonly DemoMachine[];
  /** Ends what was started and removes what it left. Idempotent. */
  readonly stop: () => Promise<void>;
  /** The same without waiting, for a process that ends. */
  readonly kill: () => void;
};
