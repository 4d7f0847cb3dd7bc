// Folders and files that are still there after a power cut: content synced, then the folder entry synced.

import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Makes `path` (0700) with its missing parents; every new entry is synced in the folder above it. */
export function makeFolder(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 }) ?? path;
  let made = path;
  // A folder found already there may be the unsynced work of a process that died: syncing once more is cheap.
  for (;;) {
    syncFolder(dirname(made));
    if (made === first) return;
    made = dirname(made);
  }
}

/**
 * Makes an empty file (0600) where there is none. One that is there is not even opened: closing any handle of a file
 * drops the locks this process has on it, SQLite's among them.
 */
export function ensureFile(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
}

export function syncFolder(path: string): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * Puts `bytes` at `path`, whole or not at all (0600); what stood there is replaced. `drafts` is a folder on the same
 * disk for the unfinished file: what a crash leaves in it may be deleted by the next owner.
 */
export async function writeFileDurably(path: string, bytes: Uint8Array, drafts: string): Promise<void> {
  const draft = join(drafts, randomBytes(16).toString("hex"));
  try {
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}
