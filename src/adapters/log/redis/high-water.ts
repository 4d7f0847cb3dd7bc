// How far a run's log had come when this machine last heard of it: a small file in the run's folder, so that a server that
// comes back with less than it had acknowledged is found out, even by the next process.

import { closeSync, existsSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../durable-files.ts";
import type { ChainHead } from "../record.ts";

export type HighWater = {
  /** Called with everything the server acknowledges. What cannot be noted is not known later; nothing else is harmed. */
  readonly note: (head: ChainHead) => void;
  readonly close: () => void;
};

export const highWaterFile = (folder: string): string => join(folder, "acknowledged");

/** Seq, a blank, the sum, and a line break, always as many bytes: each note takes the place of the one before. */
const lineOf = ({ seq, sum }: ChainHead): string => `${String(seq).padStart(16, "0")} ${sum}\n`;

/** `folder`: the run's; undefined: nothing is noted. Not synced: it outlives the process, and a machine's crash takes what it says with it. */
export function openHighWater(folder: string | undefined): HighWater {
  const file = folder === undefined ? undefined : openNote(folder);
  let isOpen = file !== undefined;
  return {
    note: (head) => {
      if (file === undefined || !isOpen) return;
      try {
        writeSync(file, lineOf(head), 0);
      } catch {
        isOpen = false;
      }
    },
    close: () => {
      if (file !== undefined && isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

function openNote(folder: string): number | undefined {
  try {
    makeFolder(folder);
    return openSync(highWaterFile(folder), existsSync(highWaterFile(folder)) ? "r+" : "w+", 0o600);
  } catch {
    return undefined;
  }
}

/** Undefined where this machine knows nothing of the run. */
export function readHighWater(folder: string): ChainHead | undefined {
  try {
    const [, seq, sum] = /^(\d{16}) ([\w-]{43})\n/.exec(readFileSync(highWaterFile(folder), "utf8")) ?? [];
    return seq === undefined || sum === undefined ? undefined : { seq: Number(seq), sum };
  } catch {
    return undefined;
  }
}
