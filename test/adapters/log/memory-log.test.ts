// The in-memory store against the contract, and what only it can do.

import { describe, expect, it } from "vitest";
import { createMemoryRunStore } from "../../../src/adapters/log/memory-log.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import { describeRunStore } from "../../contract/event-log.ts";
import { noteRecords } from "../../support/sample-events.ts";

describeRunStore("memory", async () => {
  const store = createMemoryRunStore();
  return { store, reopened: () => store, dispose: async () => {} };
});

describe("memory", () => {
  it("P6 an abandoned owner is replaced and fenced", async () => {
    const run = "run_0123456789abcdef" as RunId;
    const store = createMemoryRunStore();
    const old = await store.create(run);
    await old.log.append({ expected: 0, token: old.token, records: noteRecords(1) });
    store.abandon(run);
    const next = await store.open(run);
    if (!("log" in next)) throw new Error("the run was abandoned");
    expect(await old.log.append({ expected: 1, token: old.token, records: noteRecords(1, 1) })).toMatchObject({
      kind: "fenced",
    });
    await old.log.close();
    expect(await store.open(run)).toMatchObject({ heldBy: { pid: process.pid } });
    expect([...next.log.read()]).toEqual(noteRecords(1));
  });
});
