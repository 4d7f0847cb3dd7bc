// What every RunStore and EventLog owes the engine. Each adapter's test calls this with a way to make a store.

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Recorded } from "../../src/domain/event.ts";
import type { Digest, RunId } from "../../src/domain/ids.ts";
import { Fault } from "../../src/engine/ports.ts";
import type { EventLog, OpenedRun, RunStore } from "../../src/engine/ports.ts";
import { allSamples, noteRecord, noteRecords, sampleEvents, toRecords } from "../support/sample-events.ts";

export type StoreFixture = {
  readonly store: RunStore;
  /** The same runs as another process would see them. */
  readonly reopened: () => RunStore;
  readonly dispose: () => Promise<void>;
};

const run = "run_0123456789abcdef" as RunId;
const other = "run_fedcba9876543210" as RunId;

export function describeRunStore(name: string, makeFixture: () => Promise<StoreFixture>): void {
  describe(`${name}: run store contract`, () => {
    let fixture: StoreFixture;
    let opened: EventLog[];

    beforeEach(async () => {
      fixture = await makeFixture();
      opened = [];
    });
    afterEach(async () => {
      for (const log of opened) await log.close();
      await fixture.dispose();
    });

    const create = async (id: RunId = run): Promise<OpenedRun> => keep(await fixture.store.create(id));
    const open = async (store: RunStore = fixture.store): Promise<OpenedRun> => {
      const answer = await store.open(run);
      if (!("log" in answer)) throw new Error(`expected to own the run, got ${JSON.stringify(answer)}`);
      return keep(answer);
    };
    const keep = (answer: OpenedRun): OpenedRun => {
      opened.push(answer.log);
      return answer;
    };
    const parts = { fixture: () => fixture, create, open };

    describeAppending(parts);
    describeReading(parts);
    describeOwning(parts);
    describeSnapshots(parts);
    describeBlobs(parts);
  });
}

type Parts = {
  readonly fixture: () => StoreFixture;
  readonly create: (id?: RunId) => Promise<OpenedRun>;
  readonly open: (store?: RunStore) => Promise<OpenedRun>;
};

function describeAppending({ create }: Parts): void {
  it("appends to an empty log and says where it ended", async () => {
    const { log, token } = await create();
    expect(await log.append({ expected: 0, token, records: noteRecords(3) })).toEqual({ kind: "appended", seq: 3 });
    expect([...log.read()]).toEqual(noteRecords(3));
  });

  it("LOG2 refuses a batch that expects another end of the log, and stores none of it", async () => {
    const { log, token } = await create();
    await log.append({ expected: 0, token, records: noteRecords(2) });
    const late = await log.append({ expected: 1, token, records: noteRecords(2, 1) });
    expect(late).toEqual({ kind: "conflict", expected: 1, actual: 2 });
    const early = await log.append({ expected: 5, token, records: noteRecords(1, 5) });
    expect(early).toEqual({ kind: "conflict", expected: 5, actual: 2 });
    expect([...log.read()]).toEqual(noteRecords(2));
  });

  it("LOG2 refuses a batch with a stale or an invented token, and stores none of it", async () => {
    const { log, token } = await create();
    for (const wrong of [token - 1, token + 1]) {
      const answer = await log.append({ expected: 0, token: wrong, records: noteRecords(1) });
      expect(answer).toEqual({ kind: "fenced", token: wrong, current: token });
    }
    expect([...log.read()]).toEqual([]);
  });

  it("judges appends that wait together one after the other; a refused one fails alone", async () => {
    const { log, token } = await create();
    const answers = await Promise.all([
      log.append({ expected: 0, token, records: noteRecords(2) }),
      log.append({ expected: 0, token, records: [noteRecord(1, "a rival")] }),
      log.append({ expected: 2, token: token + 9, records: noteRecords(1, 2) }),
      log.append({ expected: 2, token, records: noteRecords(2, 2) }),
      log.append({ expected: 4, token, records: noteRecords(1, 4) }),
    ]);
    expect(answers.map(({ kind }) => kind)).toEqual(["appended", "conflict", "fenced", "appended", "appended"]);
    expect([...log.read()]).toEqual(noteRecords(5));
  });

  it("rejects a batch that contradicts itself without harming its neighbours", async () => {
    const { log, token } = await create();
    const broken = log.append({ expected: 0, token, records: [noteRecord(2)] });
    const sound = log.append({ expected: 0, token, records: noteRecords(1) });
    await expect(broken).rejects.toThrow(/has record 2 where 1 belongs/);
    expect(await sound).toEqual({ kind: "appended", seq: 1 });
  });

  it("accepts an empty batch as a question whether the writer is still current", async () => {
    const { log, token } = await create();
    expect(await log.append({ expected: 0, token, records: [] })).toEqual({ kind: "appended", seq: 0 });
    expect(await log.append({ expected: 1, token, records: [] })).toMatchObject({ kind: "conflict", actual: 0 });
  });

  it("any interleaving of writers with any idea of the log gives a log without gap, in the order acknowledged", async () => {
    const writes = fc.array(
      fc.record({ guess: fc.nat(12), size: fc.integer({ min: 1, max: 3 }), wait: fc.boolean() }),
      { maxLength: 20 },
    );
    let round = 0;
    await fc.assert(
      fc.asyncProperty(writes, async (plan) => {
        round += 1;
        const { log, token } = await create(`run_${String(round).padStart(16, "0")}` as RunId);
        const acknowledged: Recorded[] = [];
        const appends: Promise<void>[] = [];
        for (const { guess, size, wait } of plan) {
          const records = noteRecords(size, guess);
          const appending = log.append({ expected: guess, token, records }).then((answer) => {
            if (answer.kind === "appended") acknowledged.push(...records);
          });
          appends.push(appending);
          if (wait) await appending;
        }
        await Promise.all(appends);
        expect([...log.read()]).toEqual(acknowledged);
        expect(acknowledged.map(({ seq }) => seq)).toEqual(acknowledged.map((_, index) => index + 1));
        await log.close();
      }),
      { numRuns: 25 },
    );
  });
}

function describeReading({ create, open, fixture }: Parts): void {
  it("gives back every type of event as it was", async () => {
    const { log, token } = await create();
    const records = toRecords(allSamples);
    await log.append({ expected: 0, token, records });
    expect([...log.read()]).toEqual(records);
  });

  it("reads on after any record, and nothing after the last", async () => {
    const { log, token } = await create();
    await log.append({ expected: 0, token, records: noteRecords(1_200) });
    for (const after of [0, 1, 511, 512, 513, 1_199, 1_200, 5_000]) {
      expect([...log.read(after)].map(({ seq }) => seq)).toEqual(
        noteRecords(Math.max(0, 1_200 - after), after).map(({ seq }) => seq),
      );
    }
  });

  it("T-06 T-05 text comes back exactly: lone surrogates, NUL, astral, reversed, long, and names of prototypes", async () => {
    const { log, token } = await create();
    let after = 0;
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }).map((units) => String.fromCharCode(...units)),
      fc.constantFrom(
        "\ud800",
        "\udc00\ud800",
        "\0",
        "a\0b",
        "__proto__",
        "constructor",
        "\u2028",
        "\ufeff",
        "\u202e",
        "x".repeat(1 << 20),
      ),
    );
    await fc.assert(
      fc.asyncProperty(texts, texts, async (text, who) => {
        const record: Recorded = { ...noteRecord(after + 1, text), by: `person:${who}` };
        expect(await log.append({ expected: after, token, records: [record] })).toEqual({
          kind: "appended",
          seq: after + 1,
        });
        expect([...log.read(after)]).toEqual([record]);
        after += 1;
      }),
      { numRuns: 60 },
    );
  });

  it("does not change with what the writer does to its records afterwards", async () => {
    const { log, token } = await create();
    const tags = ["one"];
    const event = { ...sampleEvents["attempt.prepared"], omitted: tags };
    await log.append({ expected: 0, token, records: [{ ...noteRecord(1), event }] });
    tags.push("two");
    expect([...log.read()][0]?.event).toMatchObject({ omitted: ["one"] });
  });

  it("peek reads beside the owner, sees what is appended later, and cannot write", async () => {
    const { log, token } = await create();
    await log.append({ expected: 0, token, records: noteRecords(2) });
    const peeked = await fixture().reopened().peek(run);
    if (peeked === undefined) throw new Error("the run is there");
    expect([...peeked.read()]).toEqual(noteRecords(2));
    await log.append({ expected: 2, token, records: noteRecords(1, 2) });
    await peeked.refresh();
    expect([...peeked.read(2)]).toEqual(noteRecords(1, 2));
    await expect(peeked.append({ expected: 3, token, records: noteRecords(1, 3) })).rejects.toThrow(/reading only/);
    await expect(peeked.putBlob(Buffer.from("x"))).rejects.toThrow(/reading only/);
    await peeked.close();
    await peeked.close();
    expect(await log.append({ expected: 3, token, records: noteRecords(1, 3) })).toMatchObject({ kind: "appended" });
  });

  it("a long log is read whole by whoever opens it later, owner or not", async () => {
    const first = await create();
    await first.log.append({ expected: 0, token: first.token, records: noteRecords(2_500) });
    const peeked = await fixture().reopened().peek(run);
    expect([...(peeked?.read() ?? [])]).toHaveLength(2_500);
    await peeked?.close();
    await first.log.close();
    const second = await open(fixture().reopened());
    expect([...second.log.read(2_490)]).toEqual(noteRecords(10, 2_490));
  });

  it("what was acknowledged is there after close and open", async () => {
    const first = await create();
    await first.log.append({ expected: 0, token: first.token, records: noteRecords(7) });
    await first.log.close();
    const second = await open(fixture().reopened());
    expect([...second.log.read()]).toEqual(noteRecords(7));
    expect(await second.log.append({ expected: 7, token: second.token, records: noteRecords(1, 7) })).toEqual({
      kind: "appended",
      seq: 8,
    });
  });
}

function describeOwning({ create, open, fixture }: Parts): void {
  it("says missing for a run nobody made", async () => {
    expect(await fixture().store.open(other)).toEqual({ missing: true });
    expect(await fixture().store.open("../run_0123456789abcdef" as RunId)).toEqual({ missing: true });
    expect(await fixture().store.peek(other)).toBeUndefined();
    expect(await fixture().store.list()).toEqual([]);
    expect(await fixture().store.look(other)).toBeUndefined();
  });

  it("refuses to make a run twice or under a name that is no run id", async () => {
    await create();
    await expect(fixture().store.create(run)).rejects.toMatchObject({ name: "Fault", code: "run_exists" });
    await expect(fixture().store.create("../escape" as RunId)).rejects.toThrow(/not a run id/);
  });

  it("D-08 an owned run is held: the second opener is told by whom", async () => {
    await create();
    const answer = await fixture().reopened().open(run);
    expect(answer).toEqual({ heldBy: { pid: process.pid, startedAt: expect.any(Number), host: expect.any(String) } });
  });

  it("the token grows with every owner, and the old one is fenced", async () => {
    let last = 0;
    const first = await create();
    expect(first.token).toBeGreaterThan(last);
    last = first.token;
    await first.log.close();
    for (let round = 0; round < 3; round += 1) {
      const next = await open();
      expect(next.token).toBeGreaterThan(last);
      const stale = await next.log.append({ expected: 0, token: last, records: noteRecords(1) });
      expect(stale).toEqual({ kind: "fenced", token: last, current: next.token });
      last = next.token;
      await next.log.close();
    }
  });

  it("close waits for what is under way, is idempotent, and ends writing", async () => {
    const { log, token } = await create();
    const pending = log.append({ expected: 0, token, records: noteRecords(1) });
    await Promise.all([log.close(), log.close()]);
    expect(await pending).toEqual({ kind: "appended", seq: 1 });
    await expect(log.append({ expected: 1, token, records: noteRecords(1, 1) })).rejects.toThrow(/closed/);
    expect([...(await open()).log.read()]).toEqual(noteRecords(1));
  });

  it("lists every run with its owner", async () => {
    await create(run);
    const second = await create(other);
    await second.log.close();
    const listed = await fixture().reopened().list();
    expect(listed.map((listing) => [listing.run, listing.owner?.pid ?? null])).toEqual([
      [run, process.pid],
      [other, null],
    ]);
    expect(listed.every(({ createdAt }) => Number.isSafeInteger(createdAt))).toBe(true);
    const looked = await Promise.all([run, other].map((each) => fixture().reopened().look(each)));
    expect(looked).toEqual(listed);
  });

  it("nothing is left of a run that is discarded, and a new one may take its name", async () => {
    const first = await create();
    await first.log.append({ expected: 0, token: first.token, records: noteRecords(3) });
    await first.log.putBlob(Buffer.from("long text"));
    await first.log.close();
    await fixture().store.discard(run);
    await fixture().store.discard(other);
    expect(await fixture().reopened().list()).toEqual([]);
    expect(await fixture().store.open(run)).toEqual({ missing: true });
    expect(await fixture().store.peek(run)).toBeUndefined();
    const second = await create();
    expect([...second.log.read()]).toEqual([]);
    expect(await second.log.append({ expected: 0, token: second.token, records: noteRecords(1) })).toMatchObject({
      kind: "appended",
    });
  });

  it("two runs of one store do not mix", async () => {
    const [a, b] = [await create(run), await create(other)];
    await a.log.append({ expected: 0, token: a.token, records: [noteRecord(1, "a")] });
    await b.log.append({ expected: 0, token: b.token, records: [noteRecord(1, "b")] });
    expect([...a.log.read()]).toEqual([noteRecord(1, "a")]);
    expect([...b.log.read()]).toEqual([noteRecord(1, "b")]);
  });
}

function describeSnapshots({ create, open, fixture }: Parts): void {
  const snapshot = { seq: 3, format: "1.1", text: 'any "text" \ud83d\ude00' };

  it("LOG9 a snapshot is there for the next owner, in its own format only, until it is replaced or dropped", async () => {
    const first = await create();
    await first.log.append({ expected: 0, token: first.token, records: noteRecords(5) });
    expect(first.log.loadSnapshot("1.1")).toBeUndefined();
    expect(await first.log.saveSnapshot({ ...snapshot, seq: 2 })).toBe(true);
    expect(await first.log.saveSnapshot(snapshot)).toBe(true);
    await first.log.close();
    const second = await open(fixture().reopened());
    expect(second.log.loadSnapshot("1.1")).toEqual(snapshot);
    expect(second.log.loadSnapshot("1.2")).toBeUndefined();
    await second.log.dropSnapshot();
    await second.log.dropSnapshot();
    expect(second.log.loadSnapshot("1.1")).toBeUndefined();
    expect([...second.log.read()]).toEqual(noteRecords(5));
  });

  it("LOG9 only the owner keeps a snapshot, and only of a record that is there", async () => {
    const first = await create();
    await first.log.append({ expected: 0, token: first.token, records: noteRecords(5) });
    expect(await first.log.saveSnapshot({ ...snapshot, seq: 6 })).toBe(false);
    const peeked = await fixture().reopened().peek(run);
    expect(await peeked?.saveSnapshot(snapshot)).toBe(false);
    await first.log.close();
    expect(await first.log.saveSnapshot(snapshot)).toBe(false);
    const second = await open();
    expect(await second.log.saveSnapshot(snapshot)).toBe(true);
    await first.log.dropSnapshot();
    await peeked?.dropSnapshot();
    expect(second.log.loadSnapshot("1.1")).toEqual(snapshot);
    expect(peeked?.loadSnapshot("1.1")).toBeUndefined();
    await peeked?.close();
  });
}

function describeBlobs({ create, fixture }: Parts): void {
  it("stores any bytes under their digest, once or often, alone or at once", async () => {
    const { log } = await create();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        const digests = await Promise.all([log.putBlob(bytes), log.putBlob(bytes)]);
        expect(digests[0]).toMatch(/^[0-9a-f]{64}$/);
        expect(digests[1]).toBe(digests[0]);
        expect(Buffer.from(await log.getBlob(digests[0]))).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 15 },
    );
  });

  it("a blob is there for a reader beside the owner; one nobody stored is a Fault", async () => {
    const { log } = await create();
    const digest = await log.putBlob(Buffer.from("long text"));
    const peeked = await fixture().reopened().peek(run);
    expect(Buffer.from((await peeked?.getBlob(digest)) ?? []).toString()).toBe("long text");
    await peeked?.close();
    for (const wrong of ["0".repeat(64), "../../../etc/passwd"]) {
      const failure: unknown = await log.getBlob(wrong as Digest).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Fault);
      expect(failure).toMatchObject({ code: "blob_missing" });
    }
  });
}
