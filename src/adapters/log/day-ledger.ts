// What all runs of this person use in one day: one small database in the state folder, shared by every process.
// One transaction looks and holds back, so that two processes never see the same money.

import type { DatabaseSync } from "node:sqlite";
import { dirname } from "node:path";
import type { Caps } from "../../domain/config.ts";
import type { DayCall, DaySpent } from "../../domain/day-budget.ts";
import { totalTokens } from "../../domain/usage.ts";
import { Fault, type DayLedger } from "../../engine/ports.ts";
import { dayRefusals } from "./day-refusals.ts";
import { hasSchema, openDatabase, schemaHeader } from "./database.ts";
import { makeFolder } from "./durable-files.ts";

/** Another process holds the database for as long as one transaction takes. */
const busyMs = 10_000;
const keptDays = 62;

const schemaSql = `
CREATE TABLE calls (
  key TEXT PRIMARY KEY,
  day TEXT NOT NULL,
  tokens INTEGER NOT NULL,
  micros INTEGER NOT NULL,
  ms INTEGER NOT NULL,
  turns INTEGER NOT NULL,
  spawns INTEGER NOT NULL,
  open INTEGER NOT NULL
) STRICT;
CREATE INDEX calls_by_day ON calls (day);
`;

/** Opened with the first call that needs it: most runs have no bound on the day. */
export function createDayLedger(file: string): DayLedger {
  let opened: DatabaseSync | undefined;
  const database = (): DatabaseSync => (opened ??= open(file));
  return {
    reserve: async (call, caps) => guarded(file, () => within(database(), () => reserve(database(), call, caps))),
    settle: async ({ key, usage, ms }) =>
      guarded(file, () => {
        // What nobody knows stays at its worst case.
        const sql = usage.estimated
          ? "UPDATE calls SET open = 0, ms = ? WHERE key = ?"
          : "UPDATE calls SET open = 0, ms = ?, tokens = ?, micros = coalesce(?, micros) WHERE key = ?";
        const tokens = totalTokens(usage);
        const values = usage.estimated ? [ms, key] : [ms, tokens, usage.costMicros, key];
        database()
          .prepare(sql)
          .run(...values);
      }),
    spentOn: async (day) => guarded(file, () => spentOn(database(), day, "")),
    close: () => {
      opened?.close();
      opened = undefined;
    },
  };
}

function open(file: string): DatabaseSync {
  makeFolder(dirname(file));
  const database = openDatabase(file, { readOnly: false, synchronous: "FULL", checkpointPages: 1_000, busyMs });
  within(database, () => {
    if (!hasSchema(database)) database.exec(`${schemaSql}${schemaHeader}`);
    database.prepare("DELETE FROM calls WHERE day < date('now', ?)").run(`-${keptDays} days`);
  });
  return database;
}

/** The lock is taken before the first look. */
function within<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/** Money that cannot be counted is not spent: the call is not made. */
function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Fault) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault("day_ledger_unusable", `what is spent today cannot be read or written (${reason}): ${file}`, {
      remedy: "Free some space or repair the folder; moving the file away makes the day begin anew.",
      cause: error,
    });
  }
}

function spentOn(database: DatabaseSync, day: string, without: string): DaySpent {
  const row = database
    .prepare(
      `SELECT coalesce(sum(tokens), 0) AS tokens, coalesce(sum(micros), 0) AS costMicros, coalesce(sum(ms), 0) AS ms,
       coalesce(sum(turns), 0) AS turns, coalesce(sum(spawns), 0) AS spawns,
       coalesce(sum(tokens) FILTER (WHERE open = 1), 0) AS heldTokens,
       coalesce(sum(micros) FILTER (WHERE open = 1), 0) AS heldMicros
       FROM calls WHERE day = ? AND key <> ?`,
    )
    .get(day, without);
  const of = (name: string): number => Number(row?.[name] ?? 0);
  const held = { tokens: of("heldTokens"), costMicros: of("heldMicros") };
  return {
    spent: { tokens: of("tokens") - held.tokens, costMicros: of("costMicros") - held.costMicros },
    held,
    ms: of("ms"),
    turns: of("turns"),
    spawns: of("spawns"),
  };
}

function reserve(database: DatabaseSync, call: DayCall, caps: Caps): Awaited<ReturnType<DayLedger["reserve"]>> {
  const { key, day, reserved, isStart, isTurn } = call;
  // The same call after a crash takes its own place again.
  const why = dayRefusals(spentOn(database, day, key), call, caps);
  if (why.length > 0) return { ok: false, detail: why.join("\n") };
  database
    .prepare(
      "INSERT OR REPLACE INTO calls (key, day, tokens, micros, ms, turns, spawns, open) VALUES (?, ?, ?, ?, 0, ?, ?, 1)",
    )
    .run(key, day, reserved.tokens, reserved.costMicros ?? 0, isTurn ? 1 : 0, isStart ? 1 : 0);
  return { ok: true };
}
