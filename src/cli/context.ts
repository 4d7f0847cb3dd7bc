// What a command is given: where it prints, who it asks, and what the process around it is like.

import type { Desk } from "./desk.ts";
import type { Environment, Keyboard, Screen } from "./terminal/terminal.ts";

export type CliContext = {
  readonly out: Screen;
  readonly err: { readonly write: (text: string) => unknown };
  readonly keyboard: Keyboard;
  /** The standard input, for what is piped in. */
  readonly input: AsyncIterable<Buffer | string>;
  readonly env: Environment;
  /** Epoch ms. */
  readonly now: () => number;
  /** Loaded when the first command needs it: `--help` needs none of it. `store`: another one than the command was given. */
  readonly desk: (store?: string) => Promise<Desk>;
  /** Calls back on SIGINT, SIGTERM and SIGHUP until the returned function is called. */
  readonly onStopSignal: (callback: (signal: string) => void) => () => void;
  /** Calls back when the process ends, however it does, until the returned function is called. */
  readonly onExit: (callback: () => void) => () => void;
  /** Ends the process at once, whatever is under way. */
  readonly exitNow: (code: number) => void;
};

/** Options every command takes. */
export type CommonOptions = { readonly repo: string; readonly json?: boolean };

/** 0 completed, 1 error or failed, 2 blocked or waiting for a person, 3 aborted. */
export type ExitCode = 0 | 1 | 2 | 3;
