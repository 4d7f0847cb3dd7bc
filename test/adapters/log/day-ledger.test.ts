// The bound of a day, in one small database that every process of a machine shares, or on the server of all machines.

import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createDayLedger } from "../../../src/adapters/log/day-ledger.ts";
import { zeroUsage } from "../../../src/domain/usage.ts";
import type { DayLedger } from "../../../src/engine/ports.ts";
import { createRedisDayLedger } from "../../../src/adapters/log/redis/redis-day-ledger.ts";
import { describeNeeding } from "../../support/needs.ts";
import { startLineProcess } from "../../support/line-process.ts";
import { durable, startRedis, type RedisServer } from "../../support/redis-server.ts";

const day = "2026-11-21";
const call = (key: string, tokens = 100, costMicros: number | null = 1_000) => ({
  key,
  day,
  reserved: { tokens, costMicros },
  isStart: true,
  isTurn: true,
});
const used = (input: number, costMicros: number) => ({ ...zeroUsage, input, costMicros });

type LedgerPlace = {
  readonly ledger: DayLedger;
  /** As another process opens it. */
  readonly again: () => DayLedger;
  /** What a process of its own is told. */
  readonly name: string;
  readonly remove: () => void;
};

function ledgerSuite(open: () => Promise<LedgerPlace>): void {
  let place: LedgerPlace;
  let ledger: DayLedger;
  beforeEach(async () => {
    place = await open();
    ({ ledger } = place);
  });
  afterEach(() => {
    ledger.close();
    place.remove();
  });

  it("BUD12 holds the worst case back, and keeps what was used in its place", async () => {
    expect(await ledger.reserve(call("a"), { tokens: 250 })).toEqual({ ok: true });
    expect(await ledger.spentOn(day)).toMatchObject({ spent: { tokens: 0 }, held: { tokens: 100, costMicros: 1_000 } });
    await ledger.settle({ key: "a", day, usage: used(30, 7), ms: 12 });
    expect(await ledger.spentOn(day)).toMatchObject({
      spent: { tokens: 30, costMicros: 7 },
      held: { tokens: 0 },
      ms: 12,
      turns: 1,
    });
  });

  it("BUD12 refuses what does not fit beside what is spent and held, to the token", async () => {
    await ledger.reserve(call("a"), { tokens: 200 });
    expect(await ledger.reserve(call("b", 100), { tokens: 200 })).toEqual({ ok: true });
    const refused = await ledger.reserve(call("c", 1), { tokens: 200 });
    expect(refused).toMatchObject({ ok: false, detail: expect.stringContaining("day tokens 201 or more") as string });
    expect(await ledger.reserve(call("d", 1, 2_001), { costMicros: 4_000 })).toMatchObject({ ok: false });
    expect(await ledger.reserve(call("e", 1, null), { costMicros: 4_000 })).toMatchObject({ ok: false });
  });

  it("BUD3 keeps the worst case of a call whose end nobody saw", async () => {
    await ledger.reserve(call("a"), {});
    await ledger.settle({ key: "a", day, usage: { ...zeroUsage, costMicros: null, estimated: true }, ms: 5 });
    expect((await ledger.spentOn(day)).spent).toEqual({ tokens: 100, costMicros: 1_000 });
    await ledger.reserve(call("b"), {});
    await ledger.settle({ key: "b", day, usage: { ...zeroUsage, input: 40, costMicros: null }, ms: 5 });
    expect((await ledger.spentOn(day)).spent).toEqual({ tokens: 140, costMicros: 2_000 });
  });

  it("BUD12 the same call asked again takes its own place; another day begins at nothing", async () => {
    await ledger.reserve(call("a"), { tokens: 100 });
    expect(await ledger.reserve(call("a"), { tokens: 100 })).toEqual({ ok: true });
    expect(await ledger.reserve({ ...call("b"), day: "2026-11-22" }, { tokens: 100 })).toEqual({ ok: true });
    expect((await ledger.spentOn(day)).held.tokens).toBe(100);
  });

  it("BUD12 bounds turns, starts and minutes as well", async () => {
    await ledger.reserve(call("a"), {});
    await ledger.settle({ key: "a", day, usage: used(1, 1), ms: 60_000 });
    expect(await ledger.reserve(call("b"), { turns: 1 })).toMatchObject({ ok: false });
    expect(await ledger.reserve(call("b"), { spawns: 1 })).toMatchObject({ ok: false });
    expect(await ledger.reserve(call("b"), { minutes: 1 })).toMatchObject({ ok: false });
    expect(await ledger.reserve({ ...call("b"), isTurn: false, isStart: false }, { turns: 1, spawns: 1 })).toEqual({
      ok: true,
    });
  });

  it("BUD12 ends once: a call that is told to have ended twice counts once, and one that never began not at all", async () => {
    await ledger.reserve(call("a"), {});
    for (let times = 0; times < 2; times += 1) await ledger.settle({ key: "a", day, usage: used(30, 7), ms: 12 });
    await ledger.settle({ key: "b", day, usage: used(30, 7), ms: 12 });
    expect(await ledger.spentOn(day)).toEqual({
      spent: { tokens: 30, costMicros: 7 },
      held: { tokens: 0, costMicros: 0 },
      ms: 12,
      turns: 1,
      spawns: 1,
    });
  });

  it("BUD12 one that had ended and is made again counts anew", async () => {
    await ledger.reserve(call("a"), {});
    await ledger.settle({ key: "a", day, usage: used(30, 7), ms: 12 });
    expect(await ledger.reserve(call("a"), { tokens: 100, turns: 1, spawns: 1 })).toEqual({ ok: true });
    expect(await ledger.spentOn(day)).toMatchObject({ spent: { tokens: 0 }, held: { tokens: 100 }, ms: 0, turns: 1 });
  });

  it(
    "BUD12 P11 processes that race never take more than there is, and take all of it",
    { timeout: 60_000 },
    async () => {
      const { name, again } = place;
      const script = new URL("day-ledger-process.ts", import.meta.url);
      const racers = [1, 2, 3].map((racer) => startLineProcess(script, [name, String(racer)]));
      for (const racer of racers) await racer.next();
      for (const racer of racers) racer.say("go");
      const taken = await Promise.all(racers.map(async (racer) => Number(await racer.next())));
      await Promise.all(racers.map((racer) => racer.ended));
      expect(taken.reduce((sum, each) => sum + each, 0)).toBe(40);
      const after = again();
      // What a process left open when it died still counts.
      const { spent, held } = await after.spentOn(day);
      expect(spent.tokens + held.tokens).toBe(40 * 25);
      after.close();
    },
  );
}

describe("the ledger of a day", () => {
  let folder = "";
  const open = async (): Promise<LedgerPlace> => {
    folder = mkdtempSync(join(tmpdir(), "tutti-days-"));
    const name = join(folder, "state", "days.sqlite");
    const again = (): DayLedger => createDayLedger(name);
    return { name, again, ledger: again(), remove: () => rmSync(folder, { recursive: true, force: true }) };
  };
  ledgerSuite(open);

  it("BUD12 is the person's alone, and survives being closed", async () => {
    const { ledger, remove } = await open();
    await ledger.reserve(call("a"), {});
    ledger.close();
    expect((await ledger.spentOn(day)).held.tokens).toBe(100);
    expect(statSync(join(folder, "state", "days.sqlite")).mode & 0o777).toBe(0o600);
    ledger.close();
    remove();
  });

  it(
    "BUD12 P11 a day's first call waits for the process that has the database for itself",
    { timeout: 60_000 },
    async () => {
      const { name: file, remove } = await open();
      mkdirSync(join(folder, "state"));
      const holder = startLineProcess(new URL("day-holder-process.ts", import.meta.url), [file, "500"]);
      expect(await holder.next()).toBe("held");
      const late = createDayLedger(file);
      expect(await late.reserve(call("a"), { tokens: 1_000 })).toEqual({ ok: true });
      late.close();
      expect(await holder.ended).toBe(0);
      remove();
    },
  );
});

describeNeeding("redis", "the ledger of a day on a server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(...durable);
  });
  afterAll(() => server.dispose());
  ledgerSuite(async () => {
    const link = server.link();
    await link.call("FLUSHALL");
    const again = (): DayLedger => createRedisDayLedger(link, "ada");
    return { name: server.address, again, ledger: again(), remove: () => {} };
  });

  it("BUD12 is each person's own, and forgotten after two months", async () => {
    const link = server.link();
    await link.call("FLUSHALL");
    await createRedisDayLedger(link, "ada").reserve(call("a"), {});
    expect((await createRedisDayLedger(link, "bob").spentOn(day)).held.tokens).toBe(0);
    expect(Number(await link.call("TTL", `tutti:days:ada:${day}`))).toBeGreaterThan(61 * 86_400);
  });

  it("BUD12 a server that is not there refuses the call: nothing is spent that is not counted", async () => {
    const link = server.link({ patienceMs: 500 });
    await server.kill();
    await expect(createRedisDayLedger(link, "ada").reserve(call("a"), {})).rejects.toMatchObject({
      code: "day_ledger_unusable",
    });
    await server.start();
  });
});
