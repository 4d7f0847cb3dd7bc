// Keeps debug_state.json in step with a linear run: the same log gives the same bytes.

import { replacePrivateFile } from "./run-files.ts";

export type DebugStateFile = {
  /** Takes the next state; where several come before the disk is free, only the last is written. */
  readonly update: (snapshot: () => string) => void;
  /** Writes what is still waiting. */
  readonly flush: () => void;
};

/** A file that cannot be written is told once and is no reason to stop a run: it is a view, not the truth. */
export function createDebugStateFile(
  path: string,
  options: { readonly warn: (message: string) => void },
): DebugStateFile {
  let waiting: (() => string) | undefined;
  let isScheduled = false;
  let isBroken = false;

  const flush = (): void => {
    isScheduled = false;
    const snapshot = waiting;
    waiting = undefined;
    if (snapshot === undefined || isBroken) return;
    try {
      replacePrivateFile(path, snapshot());
    } catch (error) {
      isBroken = true;
      options.warn(`debug_state.json is no longer written: ${error instanceof Error ? error.message : String(error)}`);
    }
  };

  return {
    update(snapshot) {
      waiting = snapshot;
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(flush);
    },
    flush,
  };
}
