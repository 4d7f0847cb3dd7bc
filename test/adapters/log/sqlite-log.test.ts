// The SQLite store against the contract, in real files.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSqliteRunStore } from "../../../src/adapters/log/sqlite-log.ts";
import { describeRunStore } from "../../contract/event-log.ts";

describeRunStore("sqlite", async () => {
  const dir = await mkdtemp(join(tmpdir(), "tutti-log-"));
  const makeStore = () => createSqliteRunStore({ dir });
  return { store: makeStore(), reopened: makeStore, dispose: () => rm(dir, { recursive: true, force: true }) };
});
