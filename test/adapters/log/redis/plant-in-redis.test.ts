// Runs that begin with records they did not write, on a Redis server: there whole, or not at all.

import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { encodeRecord } from "../../../../src/adapters/log/record.ts";
import type { RedisLink } from "../../../../src/adapters/log/redis/redis-link.ts";
import { createRedisShelf } from "../../../../src/adapters/log/redis/redis-shelf.ts";
import type { RunShelf } from "../../../../src/adapters/log/run-shelf.ts";
import type { Digest, RunId } from "../../../../src/domain/ids.ts";
import { describeNeeding } from "../../../support/needs.ts";
import { durable, startRedis, type RedisServer } from "../../../support/redis-server.ts";
import { noteRecord, noteRecords } from "../../../support/sample-events.ts";
import { makeScratch } from "../../../support/scratch.ts";

const run = "run_0123456789abcdef" as RunId;
const second = "run_fedcba9876543210" as RunId;

describeNeeding("redis", "planting a run on a Redis server", () => {
  let server: RedisServer;
  let link: RedisLink;
  let dir: string;
  let shelf: RunShelf;
  beforeAll(async () => {
    server = await startRedis(...durable);
    link = server.link();
  });
  afterAll(() => server.dispose());
  beforeEach(async () => {
    await link.call("FLUSHALL");
    dir = makeScratch("tutti-redis-plant-");
    shelf = createRedisShelf({ link, project: "sample", dir });
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const plant = async (records: number, text = "a text", isImported = false): Promise<Digest> => {
    let digest = "" as Digest;
    await shelf.plant({ run, createdAt: 7, isImported }, async (planting) => {
      digest = await planting.putBlob(Buffer.from(text));
      for (const record of noteRecords(records)) {
        planting.add(encodeRecord(record));
        await planting.settle();
      }
    });
    return digest;
  };

  it("RDS12 is there whole, owned by nobody, and nothing of its making is left", async () => {
    const digest = await plant(1_300);
    expect(((await link.call("KEYS", "*")) as string[]).filter((key) => key.includes("planting"))).toEqual([]);
    expect(await link.call("TTL", `tutti:{${run}}:log`)).toBe(-1);
    expect(await link.call("TTL", `tutti:{${run}}:blobs`)).toBe(-1);
    expect(await shelf.stamps()).toMatchObject([{ run }]);
    const stored = await shelf.openStored(run);
    expect(stored?.createdAt).toBe(7);
    expect([...(stored?.read() ?? [])].map(({ record }) => record)).toEqual(noteRecords(1_300));
    expect(Buffer.from((await stored?.getBlob(digest)) ?? []).toString()).toBe("a text");
    stored?.close();
    const opened = await shelf.store.open(run);
    if (!("log" in opened)) throw new Error("nobody owns it");
    const appended = await opened.log.append({ expected: 1_300, token: opened.token, records: noteRecords(1, 1_300) });
    expect(appended).toEqual({ kind: "appended", seq: 1_301 });
    await opened.log.close();
    await expect(plant(1)).rejects.toMatchObject({ code: "run_exists" });
  });

  it("RDS12 planted several times at once it is there once, with what lies beside it from the same hand", async () => {
    const hands = ["a", "b", "c", "d"];
    const planted = await Promise.allSettled(
      hands.map((hand) =>
        shelf.plant({ run, createdAt: 7 }, async (planting) => {
          writeFileSync(join(planting.folder, "scenario.json"), hand, { flag: "wx" });
          planting.add(encodeRecord(noteRecord(1, hand)));
        }),
      ),
    );
    expect(planted.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const each of planted)
      if (each.status === "rejected") expect(each.reason).toMatchObject({ code: "run_exists" });
    const stored = await shelf.openStored(run);
    const [first] = [...(stored?.read() ?? [])];
    stored?.close();
    const beside = readFileSync(join(dir, run, "scenario.json"), "utf8");
    expect(first?.record).toEqual(noteRecord(1, beside));
    expect(readdirSync(join(dir, ".planting"))).toEqual([]);
  });

  it("RDS12 killed before what lies beside it was in place, it is put there by whoever opens it", async () => {
    await plant(1);
    const claim = String(await link.call("HGET", `tutti:{${run}}:meta`, "claim"));
    renameSync(join(dir, run), join(dir, ".planting", `${run}-${claim}`));
    writeFileSync(join(dir, ".planting", `${run}-${claim}`, "scenario.json"), "kept");
    const opened = await shelf.store.open(run);
    expect(readFileSync(join(dir, run, "scenario.json"), "utf8")).toBe("kept");
    if ("log" in opened) await opened.log.close();
  });

  it("RDS12 brings texts from another run, and says which are not there", async () => {
    const digest = await plant(1);
    await shelf.plant({ run: second, createdAt: 8 }, async (planting) => {
      expect(await planting.bringBlob({ run, folder: "" }, digest)).toBe(true);
      expect(await planting.bringBlob({ run, folder: "" }, "0".repeat(64) as Digest)).toBe(false);
    });
    const stored = await shelf.openStored(second);
    expect(Buffer.from((await stored?.getBlob(digest)) ?? []).toString()).toBe("a text");
    stored?.close();
  });

  it("RDS12 leaves nothing where its making comes to grief, and no one conducts what came from a file", async () => {
    const failing = shelf.plant({ run, createdAt: 7 }, async (planting) => {
      await planting.putBlob(Buffer.from("a text"));
      for (const record of noteRecords(600)) planting.add(encodeRecord(record));
      await planting.settle();
      throw new Error("the file is cut short");
    });
    await expect(failing).rejects.toThrow(/cut short/);
    expect(await link.call("DBSIZE")).toBe(0);
    expect(existsSync(join(dir, run))).toBe(false);
    await plant(2, "a text", true);
    expect(await shelf.stamps()).toHaveLength(1);
    expect(shelf.isImported(run)).toBe(true);
    await expect(shelf.store.open(run)).rejects.toMatchObject({ code: "run_imported" });
    await shelf.store.discard(run);
    await plant(2);
    expect(await shelf.stampOf(run)).toBeDefined();
    expect(shelf.isImported(run)).toBe(false);
  });
});
