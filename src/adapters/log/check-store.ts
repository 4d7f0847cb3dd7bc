// Whether this machine keeps what a run records: a database is made where the runs lie, written, read back and removed.

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Fault } from "../../engine/ports.ts";
import { checkFileSystem, only, openDatabase } from "./database.ts";
import { freeBytes } from "./sqlite-fault.ts";

const leastFree = 256 * 1024 * 1024;

export type StoreLook = { readonly detail: string; readonly warning: string | undefined };

/** Settings are read back after they were set, never trusted. Throws Fault `unsafe_store`, `disk_full`. */
export function checkStore(folder: string): StoreLook {
  const warning = checkFileSystem(folder);
  const probe = mkdtempSync(join(folder, ".doctor-"));
  try {
    const database = openDatabase(join(probe, "probe.sqlite"), {
      readOnly: false,
      synchronous: "FULL",
      checkpointPages: 1000,
    });
    try {
      database.exec("CREATE TABLE probe (value TEXT) STRICT; INSERT INTO probe VALUES ('kept');");
      const journal = String(only(database, "PRAGMA journal_mode"));
      const synchronous = only(database, "PRAGMA synchronous") === 2 ? "FULL" : "not FULL";
      const version = String(only(database, "SELECT sqlite_version()"));
      if (only(database, "SELECT value FROM probe") !== "kept")
        throw new Fault("unsafe_store", `what is written in ${folder} does not come back`, {
          remedy: "Put Tutti's state folder (TUTTI_HOME) on another disk.",
        });
      return {
        detail: `SQLite ${version}, journal ${journal}, synchronous ${synchronous}, ${freeRoom(folder)}`,
        warning,
      };
    } finally {
      database.close();
    }
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}

function freeRoom(folder: string): string {
  const free = freeBytes(folder);
  const room = `${(free / 2 ** 30).toFixed(1)} GiB free`;
  if (free >= leastFree) return room;
  throw new Fault("disk_full", `the disk of ${folder} has only ${Math.floor(free / 2 ** 20)} MiB free`, {
    remedy: `Free some space: a run wants at least ${leastFree / 2 ** 20} MiB, better 1 GiB.`,
  });
}

/** Who else may look into a place of the person's, or change it. Throws Fault `folder_open`. */
export function checkRights(path: string, secrecy: "private" | "not writable by others"): void {
  const { mode, uid } = statSync(path);
  const own = process.getuid?.();
  if (own !== undefined && own !== 0 && uid !== own)
    throw new Fault("folder_open", `${path} belongs to another user`, {
      remedy: "Set TUTTI_HOME to a folder of your own.",
    });
  const [bits, others, rights] = secrecy === "private" ? [0o077, "use", "go="] : [0o022, "change", "go-w"];
  if (process.platform === "win32" || (mode & bits) === 0) return;
  throw new Fault("folder_open", `others may ${others} ${path} (mode ${(mode & 0o777).toString(8)})`, {
    remedy: `Close it: chmod ${rights} ${JSON.stringify(path)}`,
  });
}
