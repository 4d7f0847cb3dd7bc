// The runs of a store on a Redis server, as a server of pages on one machine sees them.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { createRedisRunStore } from "../../src/adapters/log/redis/redis-run-store.ts";
import { findHomes } from "../../src/adapters/run-files.ts";
import { createAllRuns, type AllRuns } from "../../src/compose/all-runs.ts";
import { RunHub } from "../../src/compose/hub.ts";
import { runsOf } from "../../src/compose/place.ts";
import { StartedRuns } from "../../src/compose/start-runs.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { RunCard } from "../../src/http/run-card.ts";
import { leaveRun } from "../support/left-run.ts";
import { describeNeeding } from "../support/needs.ts";
import { durable, startRedis, type RedisServer } from "../support/redis-server.ts";

describeNeeding("redis", "the cards of runs on a Redis server", () => {
  let server: RedisServer;
  let home: string;
  let all: AllRuns;
  beforeAll(async () => {
    server = await startRedis(...durable);
  });
  afterAll(() => server.dispose());
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "tutti-redis-runs-"));
    const env = { TUTTI_HOME: home, TUTTI_STORE: server.address };
    const started = new StartedRuns({ env, program: home, hub: new RunHub({ env, program: home }) });
    all = createAllRuns({ env, homes: findHomes(env), started, named: [] });
  });
  afterEach(async () => {
    await all.close();
    rmSync(home, { recursive: true, force: true });
  });

  const place = () => runsOf(findHomes({ TUTTI_HOME: home, TUTTI_STORE: server.address }), "p-1");
  const leave = (title: string): Promise<RunId> =>
    leaveRun({ runs: place().runs, title, root: home, store: place().store });
  const cardOf = async (run: RunId): Promise<RunCard | undefined> =>
    (await all.runs.list()).find((card) => card.run === run);

  it("RDS16 a run that nobody conducts is listed, opened, and told what a person says", async () => {
    const run = await leave("Resting");
    expect(await cardOf(run)).toMatchObject({ title: "Resting", conducted: "nobody", total: 1 });
    const found = await all.runs.find(run);
    if (found?.kind !== "open") throw new Error("nobody conducts it");
    await found.open.change(({ conductor }) => conductor.submit({ type: "run.set_lanes", lanes: 9 }, "person:ann"));
    expect(found.open.state()).toMatchObject({ laneLimit: 9 });
    found.release();
    expect(await cardOf(run)).toMatchObject({ isPaused: true });
  });

  it("RDS16 one that another machine conducts is followed here, and refused what only its process could do", async () => {
    const run = await leave("Away");
    const owner = { pid: process.pid, startedAt: 1, host: "another-machine" };
    const away = await createRedisRunStore({ link: server.link(), project: "p-1", owner }).open(run);
    if (!("log" in away)) throw new Error("it was free");
    try {
      expect(await cardOf(run)).toMatchObject({ title: "Away", conducted: "elsewhere" });
      const found = await all.runs.find(run);
      if (found?.kind !== "open") throw new Error("its log can be read");
      const { seq } = found.open.state();
      const record: Recorded = {
        seq: seq + 1,
        at: 5,
        by: "person:ann",
        event: { type: "run.lanes_changed", lanes: 7 },
      };
      await away.log.append({ expected: seq, token: away.token, records: [record] });
      const told = Promise.withResolvers<void>();
      const unwatch = all.runs.watch(() => {
        if (found.open.state().laneLimit === 7) told.resolve();
      });
      const again = await all.runs.find(run);
      if (again?.kind === "open") again.release();
      expect(found.open.state()).toMatchObject({ laneLimit: 7 });
      expect(found.open.signal.aborted).toBe(false);
      await told.promise;
      unwatch();
      const asked = found.open.change(({ conductor }) =>
        conductor.submit({ type: "run.set_lanes", lanes: 2 }, "person:ann"),
      );
      await expect(asked).rejects.toMatchObject({
        code: "run_held",
        message: expect.stringContaining("on another-machine") as unknown,
      });
      found.release();
    } finally {
      await away.log.close();
    }
    expect(await cardOf(run)).toMatchObject({ conducted: "nobody" });
  });
});
