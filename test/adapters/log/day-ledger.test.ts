// The bound of a day, in one small database that every process shares.

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createDayLedger } from "../../../src/adapters/log/day-ledger.ts";
import { zeroUsage } from "../../../src/domain/usage.ts";
import type { DayLedger } from "../../../src/engine/ports.ts";
import { startLineProcess } from "../../support/line-process.ts";

let folder = "";
let ledger: DayLedger;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tutti-days-"));
  ledger = createDayLedger(join(folder, "state", "days.sqlite"));
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const day = "2026-11-21";
const call = (key: string, tokens = 100, costMicros: number | null = 1_000) => ({
  key,
  day,
  reserved: { tokens, costMicros },
  isStart: true,
  isTurn: true,
});
const used = (input: number, costMicros: number) => ({ ...zeroUsage, input, costMicros });

describe("the ledger of a day", () => {
  it("BUD12 holds the worst case back, and keeps what was used in its place", () => {
    expect(ledger.reserve(call("a"), { tokens: 250 })).toEqual({ ok: true });
    expect(ledger.spentOn(day)).toMatchObject({ spent: { tokens: 0 }, held: { tokens: 100, costMicros: 1_000 } });
    ledger.settle({ key: "a", usage: used(30, 7), ms: 12 });
    expect(ledger.spentOn(day)).toMatchObject({
      spent: { tokens: 30, costMicros: 7 },
      held: { tokens: 0 },
      ms: 12,
      turns: 1,
    });
  });

  it("BUD12 refuses what does not fit beside what is spent and held, to the token", () => {
    ledger.reserve(call("a"), { tokens: 200 });
    expect(ledger.reserve(call("b", 100), { tokens: 200 })).toEqual({ ok: true });
    const refused = ledger.reserve(call("c", 1), { tokens: 200 });
    expect(refused).toMatchObject({ ok: false, detail: expect.stringContaining("day tokens 201 or more") as string });
    expect(ledger.reserve(call("d", 1, 2_001), { costMicros: 4_000 })).toMatchObject({ ok: false });
    expect(ledger.reserve(call("e", 1, null), { costMicros: 4_000 })).toMatchObject({ ok: false });
  });

  it("BUD3 keeps the worst case of a call whose end nobody saw", () => {
    ledger.reserve(call("a"), {});
    ledger.settle({ key: "a", usage: { ...zeroUsage, costMicros: null, estimated: true }, ms: 5 });
    expect(ledger.spentOn(day).spent).toEqual({ tokens: 100, costMicros: 1_000 });
    ledger.reserve(call("b"), {});
    ledger.settle({ key: "b", usage: { ...zeroUsage, input: 40, costMicros: null }, ms: 5 });
    expect(ledger.spentOn(day).spent).toEqual({ tokens: 140, costMicros: 2_000 });
  });

  it("BUD12 the same call asked again takes its own place; another day begins at nothing", () => {
    ledger.reserve(call("a"), { tokens: 100 });
    expect(ledger.reserve(call("a"), { tokens: 100 })).toEqual({ ok: true });
    expect(ledger.reserve({ ...call("b"), day: "2026-11-22" }, { tokens: 100 })).toEqual({ ok: true });
    expect(ledger.spentOn(day).held.tokens).toBe(100);
  });

  it("BUD12 bounds turns, starts and minutes as well", () => {
    ledger.reserve(call("a"), {});
    ledger.settle({ key: "a", usage: used(1, 1), ms: 60_000 });
    expect(ledger.reserve(call("b"), { turns: 1 })).toMatchObject({ ok: false });
    expect(ledger.reserve(call("b"), { spawns: 1 })).toMatchObject({ ok: false });
    expect(ledger.reserve(call("b"), { minutes: 1 })).toMatchObject({ ok: false });
    expect(ledger.reserve({ ...call("b"), isTurn: false, isStart: false }, { turns: 1, spawns: 1 })).toEqual({
      ok: true,
    });
  });

  it("BUD12 is the person's alone, and survives being closed", () => {
    ledger.reserve(call("a"), {});
    ledger.close();
    expect(ledger.spentOn(day).held.tokens).toBe(100);
    expect(statSync(join(folder, "state", "days.sqlite")).mode & 0o777).toBe(0o600);
  });

  it(
    "BUD12 P11 a day's first call waits for the process that has the database for itself",
    { timeout: 60_000 },
    async () => {
      const file = join(folder, "days.sqlite");
      const holder = startLineProcess(new URL("day-holder-process.ts", import.meta.url), [file, "500"]);
      expect(await holder.next()).toBe("held");
      const late = createDayLedger(file);
      expect(late.reserve(call("a"), { tokens: 1_000 })).toEqual({ ok: true });
      late.close();
      expect(await holder.ended).toBe(0);
    },
  );

  it(
    "BUD12 P11 processes that race never take more than there is, and take all of it",
    { timeout: 60_000 },
    async () => {
      const file = join(folder, "days.sqlite");
      const script = new URL("day-ledger-process.ts", import.meta.url);
      const racers = [1, 2, 3].map((racer) => startLineProcess(script, [file, String(racer)]));
      for (const racer of racers) await racer.next();
      for (const racer of racers) racer.say("go");
      const taken = await Promise.all(racers.map(async (racer) => Number(await racer.next())));
      await Promise.all(racers.map((racer) => racer.ended));
      expect(taken.reduce((sum, each) => sum + each, 0)).toBe(40);
      const after = createDayLedger(file);
      // What a process left open when it died still counts.
      const { spent, held } = after.spentOn(day);
      expect(spent.tokens + held.tokens).toBe(40 * 25);
      after.close();
    },
  );
});
