// What this process has of a run's log: a database of its own that is gone with it, and that goes to the disk only where
// it grows beyond a few MB. It is read as the log of a run on this machine is, chain and all.

import { DatabaseSync } from "node:sqlite";
import type { RunId } from "../../../domain/ids.ts";
import { schemaSql } from "../database.ts";
import type { RecordSource } from "../read-records.ts";
import { chainStart, type ChainHead, type StoredRecord } from "../record.ts";
import { keysOf } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";

export type Mirror = {
  readonly source: RecordSource;
  /** The last record that is here. */
  readonly head: () => ChainHead;
  readonly add: (records: readonly StoredRecord[]) => void;
  /** Brings what the server has beyond it. */
  readonly fill: () => Promise<void>;
  /** So many records there are to be: reading says where one is missing. */
  readonly seal: (records: number) => void;
  readonly close: () => void;
};

/** Records of one answer. */
const pageSize = 1_000;

export function createMirror(link: RedisLink, run: RunId): Mirror {
  // A file without a name is a database that nobody else can open; it is unlinked before it is written.
  const database = new DatabaseSync("");
  database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; ${schemaSql}`);
  database.exec("INSERT INTO owner (id, created_at, token, sealed, process) VALUES (1, 0, 0, 0, NULL)");
  const insert = database.prepare("INSERT INTO records (seq, body, sum) VALUES (?, ?, ?)");
  const { log } = keysOf(run);
  const source = { run, database, file: `${log} in ${link.name}` };
  let head = chainStart(run);
  let filling: Promise<void> | undefined;

  const add = (records: readonly StoredRecord[]): void => {
    const last = records.at(-1);
    if (last === undefined) return;
    database.exec("BEGIN");
    for (const { seq, body, sum } of records) insert.run(seq, body, sum);
    database.exec("COMMIT");
    head = { seq: last.seq, sum: last.sum };
  };

  const fill = async (): Promise<void> => {
    for (;;) {
      const from = `${head.seq + 1}-0`;
      const page = toRecords(await link.call("XRANGE", log, from, "+", "COUNT", pageSize));
      if (!database.isOpen) return;
      add(page);
      if (page.length < pageSize) return;
    }
  };

  return {
    source,
    head: () => head,
    add,
    fill: () => (filling ??= fill().finally(() => (filling = undefined))),
    seal: (records) => {
      database.prepare("UPDATE owner SET sealed = ?").run(records);
    },
    close: () => {
      if (database.isOpen) database.close();
    },
  };
}

/** Whatever is not as it must be keeps its place, and is found out where the chain is checked. */
function toRecords(answer: unknown): StoredRecord[] {
  if (!Array.isArray(answer)) return [];
  return answer.map((entry) => {
    const [id, fields] = entry as readonly [string, readonly string[]];
    const field = (name: string): string => {
      const at = fields.findIndex((text, index) => index % 2 === 0 && text === name);
      return at < 0 ? "" : (fields[at + 1] ?? "");
    };
    return { seq: Number.parseInt(id, 10), body: field("b"), sum: field("s") };
  });
}
