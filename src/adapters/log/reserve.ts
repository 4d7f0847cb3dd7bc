// Room kept free for the worst moment: given back when the disk is full, so that the stop itself can be recorded.

import { randomBytes } from "node:crypto";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { freeBytes } from "./sqlite-fault.ts";

export type Reserve = {
  /** Gives the room back. Idempotent. */
  readonly release: () => void;
  /** Takes it again where it was given back and there is plenty; otherwise does nothing. Cheap while it stands. */
  readonly restore: () => void;
};

/** Makes the reserve where there is room for it; a run without one still works. */
export function createReserve(file: string, bytes: number): Reserve {
  let stands = tryWrite(file, bytes);
  return {
    release() {
      if (stands) rmSync(file, { force: true });
      stands = false;
    },
    restore() {
      // Plenty, because taking the last free bytes would only bring the next refusal.
      if (!stands && freeBytes(dirname(file)) >= 16 * bytes) stands = tryWrite(file, bytes);
    },
  };
}

function tryWrite(file: string, bytes: number): boolean {
  try {
    const handle = openSync(file, "w", 0o600);
    try {
      // Chance fills it, so that no file system can compress the room away.
      const chunk = randomBytes(Math.min(bytes, 64 * 1024));
      for (let written = 0; written < bytes;)
        written += writeSync(handle, chunk, 0, Math.min(chunk.length, bytes - written));
    } finally {
      closeSync(handle);
    }
    return true;
  } catch {
    rmSync(file, { force: true });
    return false;
  }
}
