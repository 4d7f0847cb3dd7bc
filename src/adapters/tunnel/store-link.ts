// The connection to a store as a tunnel needs it.

export type Argument = string | number | Buffer;

/** Throws Faults only: `store_unreachable` and its like. */
export interface StoreLink {
  call(command: string, ...args: readonly Argument[]): Promise<unknown>;
  /** The same with bytes as they are. */
  callForBytes(command: string, ...args: readonly Argument[]): Promise<unknown>;
  /** Sent together; answers in their order. */
  callAll(commands: readonly (readonly [string, ...Argument[]])[]): Promise<readonly unknown[]>;
  /** A connection of its own to the same server, for what waits there; it does not keep the process alive. */
  another(): StoreLink;
  close(): void;
}
