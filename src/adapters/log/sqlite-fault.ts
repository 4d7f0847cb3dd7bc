// What SQLite's result codes mean to a person. Owns the translation from an error to a Fault, and nothing else.

import { readFileSync, statSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { Fault } from "../../engine/ports.ts";

/** Primary result codes, see sqlite.org/rescode.html. */
const code = {
  perm: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
};

const primaryCode = (error: unknown): number | undefined => {
  const errcode = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof errcode === "number" ? errcode & 0xff : undefined;
};

export const isBusy = (error: unknown): boolean => {
  const primary = primaryCode(error);
  return primary === code.busy || primary === code.locked;
};

export const isCorrupt = (error: unknown): boolean => {
  const primary = primaryCode(error);
  return primary === code.corrupt || primary === code.notADatabase;
};

/**
 * SQLite calls a full disk an I/O error, or a file it cannot open, where growing its shared index, a sync or making a
 * side file failed: then the file system decides.
 */
export function isDiskFull(error: unknown, file: string): boolean {
  const primary = primaryCode(error);
  if (primary === code.full || isOutOfRoom(error)) return true;
  return (primary === code.ioError || primary === code.cannotOpen) && freeBytes(dirname(file)) < 1 << 20;
}

/** Of node:fs: no space, or no quota. */
export const isOutOfRoom = (error: unknown): boolean =>
  systemCode(error) === "ENOSPC" || systemCode(error) === "EDQUOT";

/** The name node:fs gives an error, `EACCES` and the like. */
const systemCode = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

/** A Fault for what went wrong with `file`; what neither SQLite nor the file system said comes back unchanged. */
export function toFault(error: unknown, file: string): unknown {
  if (error instanceof Fault) return error;
  if (isBusy(error)) return toLockedFault(file, error);
  const text = error instanceof Error ? error.message : String(error);
  const make = (name: string, message: string, remedy: string): Fault =>
    new Fault(name, message, { remedy, cause: error });
  if (isCorrupt(error)) {
    return make(
      "log_corrupt",
      `${file} is damaged: ${text}`,
      "Restore it from a backup; records before the damage can still be read.",
    );
  }
  if (isDiskFull(error, file))
    return make("disk_full", `No room to write ${file}`, "Free some space on that disk, then try again.");
  if (isUnreachable(error)) {
    return make(
      "store_unreachable",
      `Cannot open ${file}: ${text}`,
      "Check that the file and its folder belong to you and are writable.",
    );
  }
  if (primaryCode(error) !== code.ioError && systemCode(error) !== "EIO") return error;
  return make(
    "store_failed",
    `Reading or writing ${file} failed: ${text}`,
    "Check the disk, then resume the run: what was acknowledged is safe.",
  );
}

const unreachable: readonly unknown[] = [
  "EACCES",
  "EPERM",
  "EROFS",
  "ENOTDIR",
  "EISDIR",
  "ENOENT",
  "ELOOP",
  "ENAMETOOLONG",
];

function isUnreachable(error: unknown): boolean {
  const primary = primaryCode(error);
  return (
    primary === code.perm ||
    primary === code.readOnly ||
    primary === code.cannotOpen ||
    unreachable.includes(systemCode(error))
  );
}

export function toLockedFault(file: string, cause: unknown): Fault {
  const holders = lockHolders(file);
  const who = holders.length === 0 ? "another program" : holders.join(", ");
  return new Fault("store_locked", `${file} is locked by ${who}`, {
    remedy: "Close that program (a database browser, a backup), then try again.",
    cause,
  });
}

/** Linux names the holders of file locks; elsewhere nobody does. Advisory: who it was a moment ago. */
function lockHolders(file: string): readonly string[] {
  try {
    const inodes = [file, `${file}-shm`].map((path) => statSync(path, { throwIfNoEntry: false })?.ino);
    const pids = new Set<string>();
    for (const line of readFileSync("/proc/locks", "utf8").split("\n")) {
      const [, pid, inode] = /^\d+: \S+\s+\S+\s+WRITE\s+(\d+)\s+\S+:(\d+)\s/.exec(line) ?? [];
      if (pid !== undefined && Number(pid) !== process.pid && inodes.includes(Number(inode))) pids.add(pid);
    }
    return [...pids].map((pid) => `process ${pid} (${readFileSync(`/proc/${pid}/comm`, "utf8").trim()})`);
  } catch {
    return [];
  }
}
