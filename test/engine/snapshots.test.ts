// Snapshots at work: a long run is killed and taken over, and what was taken on trust is proven.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSqliteRunStore } from "../../src/adapters/log/sqlite-log.ts";
import { foldAll } from "../../src/core/evolve.ts";
import { snapshotFormat } from "../../src/core/snapshot.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { Done } from "../../src/engine/conductor.ts";
import { adoptRun, beginRun } from "../../src/engine/open-run.ts";
import type { Fault, OpenedRun } from "../../src/engine/ports.ts";
import { loadFolded } from "../../src/engine/snapshots.ts";
import { canonicalJson } from "../golden/fold-golden.ts";
import { makeConfig, makePorts, makeTicket, watch, type Stage } from "../support/conducted.ts";
import { makeScratch } from "../support/scratch.ts";
import { createVirtualClock, type VirtualClock } from "../support/virtual-clock.ts";

const run = "run_0123456789abcdef" as RunId;
const tickets = 260;

/** Lets what is due on the clock happen until the promise is settled. */
async function settled<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const mark = (): void => void (isSettled = true);
  promise.then(mark, mark);
  while (!isSettled) {
    clock.pass(0);
    await new Promise(setImmediate);
  }
  return promise;
}

describe("snapshots", () => {
  let dir: string;
  let clock: VirtualClock;
  beforeEach(() => {
    dir = makeScratch("tutti-snapshots-");
    clock = createVirtualClock();
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const harm = (sql: string): void => {
    using database = new DatabaseSync(join(dir, run, "log.db"));
    database.exec(sql);
  };
  const open = async (): Promise<OpenedRun> => {
    const opened = await createSqliteRunStore({ dir }).open(run);
    if (!("log" in opened)) throw new Error("the run is free");
    return opened;
  };
  /** Conducts until `until` events are recorded, then stops as a process does that rests. */
  const conductUntil = async (until: number): Promise<void> => {
    const opened = await createSqliteRunStore({ dir }).create(run);
    const plan = Array.from({ length: tickets }, (_, place) => makeTicket(`T${place}`));
    const begun = await beginRun(makePorts({}, opened, clock), {
      run,
      config: makeConfig(),
      tickets: plan,
      by: "person:test",
    });
    if (!begun.ok) expect.fail(begun.rejection.code);
    const { conductor } = begun;
    let stopping: Promise<void> | undefined;
    conductor.feed.subscribe((item) => {
      if (item.kind === "recorded" && item.recorded.seq >= until) stopping ??= conductor.stop(1_000);
    });
    conductor.start();
    expect(await settled(clock, conductor.done)).toEqual({ kind: "rested" });
    await stopping;
    await opened.log.close();
  };
  const takeOver = async (stage: Stage = {}): Promise<{ done: Done; opened: OpenedRun }> => {
    const opened = await open();
    const { conductor } = await adoptRun(makePorts(stage, opened, clock), "second");
    watch(conductor);
    conductor.start();
    return { done: await settled(clock, conductor.done), opened };
  };
  /** A tool that never ends: the run can only end by a fault. */
  const stuck: Stage = { runTool: () => new Promise(() => {}) };

  it("LOG9 one is kept every 2,000 events, and a run goes on from it as from its whole log", async () => {
    await conductUntil(2_100);
    const opened = await open();
    const { state, snapshot } = loadFolded(opened.log);
    expect(snapshot?.seq).toBeGreaterThanOrEqual(2_000);
    expect(snapshot?.seq).toBeLessThan(2_100);
    expect(canonicalJson(state)).toBe(canonicalJson(foldAll(opened.log.read())));
    await opened.log.close();
    const second = await takeOver();
    expect(second.done).toEqual({ kind: "ended" });
    expect(foldAll(second.opened.log.read()).counts.completed).toBe(tickets);
    await second.opened.log.close();
  });

  it("LOG9 none is kept of a short run", async () => {
    await conductUntil(1_500);
    const { log } = await open();
    expect(log.loadSnapshot(snapshotFormat)).toBeUndefined();
    await log.close();
  });

  it("LOG10 rot before the snapshot stops the run, and from then on is found before anything starts", async () => {
    await conductUntil(2_100);
    harm("UPDATE records SET body = replace(body, '\"at\":1', '\"at\":2') WHERE seq = 700");
    const { done, opened } = await takeOver(stuck);
    expect(done.kind === "fault" && (done.error as Fault).code).toBe("log_corrupt");
    expect(done.kind === "fault" && done.error.message).toContain("Record 700");
    await opened.log.close();
    const next = await open();
    expect(() => loadFolded(next.log)).toThrow(/Record 700/);
    await next.log.close();
  });

  it("LOG10 a snapshot that is not what the log says stops the run; the next take-over reads the log", async () => {
    await conductUntil(2_100);
    const opened = await open();
    const kept = opened.log.loadSnapshot(snapshotFormat);
    if (kept === undefined) expect.fail("there is a snapshot");
    const text = kept.text.replace('"merged":0', '"merged":1');
    expect(text).not.toBe(kept.text);
    expect(await opened.log.saveSnapshot({ ...kept, text })).toBe(true);
    await opened.log.close();
    const second = await takeOver(stuck);
    expect(second.done.kind === "fault" && (second.done.error as Fault).code).toBe("snapshot_wrong");
    await second.opened.log.close();
    const third = await takeOver();
    expect(third.done).toEqual({ kind: "ended" });
    expect(foldAll(third.opened.log.read()).totals.merged).toBe(0);
    await third.opened.log.close();
  });
});
