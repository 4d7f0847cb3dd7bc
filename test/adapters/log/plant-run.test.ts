// FORK13: a run that begins with records it did not write is there whole or not at all.

import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantRun } from "../../../src/adapters/log/plant-run.ts";
import { encodeRecord } from "../../../src/adapters/log/record.ts";
import { createSqliteRunStore } from "../../../src/adapters/log/sqlite-log.ts";
import { openStoredRun } from "../../../src/adapters/log/stored-run.ts";
import { takeOwnerLock } from "../../../src/adapters/log/ownership.ts";
import type { Digest, RunId } from "../../../src/domain/ids.ts";
import { startLineProcess } from "../../support/line-process.ts";
import { makeScratch } from "../../support/scratch.ts";
import { allSamples, toRecords } from "../../support/sample-events.ts";

const run = "run_0123456789abcdef" as RunId;
const sampleRecords = toRecords(allSamples);
const bodies = sampleRecords.map(encodeRecord);
const options = (dir: string) => ({ dir, run, createdAt: 5 });

describe("planting a run", () => {
  it("FORK13 makes a log that is read, taken over and appended to like any other", async () => {
    const dir = makeScratch("tutti-plant-");
    await plantRun(options(dir), async (planting) => {
      for (const body of bodies) planting.add(body);
    });
    const store = createSqliteRunStore({ dir });
    expect(await store.list()).toEqual([{ run, createdAt: 5, owner: null }]);
    const opened = await store.open(run);
    if (!("log" in opened)) throw new Error("it is held");
    expect([...opened.log.read()]).toEqual(sampleRecords);
    await opened.log.close();
    const stored = await openStoredRun(dir, run);
    expect([...(stored?.read() ?? [])].map(({ body }) => body)).toEqual(bodies);
    stored?.close();
    expect(readdirSync(join(dir, ".planting"))).toEqual([]);
  });

  it("FORK13 leaves nothing where it is given up half-way", async () => {
    const dir = makeScratch("tutti-plant-");
    const planted = plantRun(options(dir), async (planting) => {
      for (const body of bodies) planting.add(body);
      await planting.putBlob(Buffer.from("a text"));
      throw new Error("no more");
    });
    await expect(planted).rejects.toThrow("no more");
    expect(existsSync(join(dir, run))).toBe(false);
    expect(readdirSync(join(dir, ".planting"))).toEqual([]);
    expect(await createSqliteRunStore({ dir }).list()).toEqual([]);
  });

  it("FORK13 refuses a name that is taken, also one that is taken meanwhile", async () => {
    const dir = makeScratch("tutti-plant-");
    await plantRun(options(dir), async () => {});
    await expect(plantRun(options(dir), async () => {})).rejects.toMatchObject({ code: "run_exists" });
    const other = makeScratch("tutti-plant-");
    const late = plantRun(options(other), async () => plantRun(options(other), async () => {}));
    await expect(late).rejects.toMatchObject({ code: "run_exists" });
    expect(existsSync(join(other, run))).toBe(true);
  });

  it("FORK13 clears up what a dead process left, and leaves alone what a living one makes", async () => {
    const dir = makeScratch("tutti-plant-");
    const place = (name: string): string => {
      mkdirSync(join(dir, ".planting", name), { recursive: true });
      return join(dir, ".planting", name);
    };
    writeFileSync(join(place("dead"), "owner.lock"), "");
    const held = takeOwnerLock(join(place("living"), "owner.lock"));
    place("young");
    utimesSync(place("old"), 1, 1);
    await plantRun(options(dir), async () => {});
    expect(readdirSync(join(dir, ".planting")).toSorted()).toEqual(["living", "young"]);
    held?.release();
  });

  it.each(["begun", "written", "whole", "there"])(
    "FORK13 killed when it is %s: a whole run or none, and the next one clears up",
    async (moment) => {
      const dir = makeScratch("tutti-plant-");
      const child = startLineProcess(new URL("./plant-process.ts", import.meta.url), [dir, run]);
      for (let said = await child.next(); said !== moment; said = await child.next()) child.say("go on");
      await child.kill();
      const store = createSqliteRunStore({ dir });
      expect(await store.list()).toHaveLength(moment === "there" ? 1 : 0);
      if (moment === "there") {
        const opened = await store.open(run);
        if (!("log" in opened)) throw new Error("it is held");
        expect([...opened.log.read()]).toHaveLength(2_500);
        await opened.log.close();
      }
      await plantRun({ dir, run: "run_fedcba9876543210" as RunId, createdAt: 2 }, async () => {});
      expect(readdirSync(join(dir, ".planting"))).toEqual([]);
    },
  );

  it("FORK13 brings blobs from another run's folder, and says which are not there", async () => {
    const dir = makeScratch("tutti-plant-");
    let name = "" as Digest;
    await plantRun(options(dir), async (planting) => {
      name = await planting.putBlob(Buffer.from("a text"));
    });
    const second = "run_fedcba9876543210" as RunId;
    await plantRun({ dir, run: second, createdAt: 6 }, async (planting) => {
      expect(await planting.bringBlob({ run, folder: join(dir, run) }, name)).toBe(true);
      expect(await planting.bringBlob({ run, folder: join(dir, run) }, name)).toBe(true);
      expect(await planting.bringBlob({ run, folder: join(dir, run) }, "0".repeat(64) as Digest)).toBe(false);
    });
    const stored = await openStoredRun(dir, second);
    expect(Buffer.from((await stored?.getBlob(name)) ?? []).toString()).toBe("a text");
    stored?.close();
  });
});
