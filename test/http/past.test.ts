// The log and the past of a run, over the API.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { foldAll } from "../../src/core/evolve.ts";
import { toOutlineText } from "../../src/core/outline.ts";
import { fromSnapshot, toSnapshotText } from "../../src/core/snapshot.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import { boardOf } from "../../src/views/board.ts";
import type { LogBody, MarksBody, OutlineBody, PassageBody, ProblemBody, SnapshotBody } from "../../src/http/wire.ts";
import { serveRun, type ServedRun } from "./served-run.ts";

let served: ServedRun;
beforeEach(async () => {
  served = await serveRun();
});
afterEach(() => served.close());

const ask = (path: string): Promise<Response> => served.send("GET", `${served.base}${path}`);
const get = async <T>(path: string): Promise<T> => (await ask(path)).json() as Promise<T>;
const refusal = async (path: string): Promise<unknown[]> => {
  const answer = await ask(path);
  return [answer.status, ((await answer.json()) as ProblemBody).code];
};

describe("the past of a run", () => {
  it("API14 the log is read in pages of any size, up to any record", async () => {
    await served.untilAsked();
    const all = await get<LogBody>("/log");
    expect(all.head).toBe(served.conductor.state().seq);
    const seqs: number[] = [];
    for (let after: number | null = 0; after !== null;) {
      const page: LogBody = await get(`/log?after=${after}&limit=2`);
      expect(page.records.length).toBeLessThanOrEqual(2);
      seqs.push(...page.records.map(({ seq }) => seq));
      after = page.next;
    }
    expect(seqs).toEqual(all.records.map(({ seq }) => seq));
    const until = await get<LogBody>("/log?after=1&until=3");
    expect([until.records.map(({ seq }) => seq), until.next]).toEqual([[2, 3], null]);
    expect(await refusal("/log?after=x")).toEqual([400, "after_invalid"]);
    expect(await refusal("/log?limit=0")).toEqual([400, "limit_invalid"]);
    expect(await refusal("/log?until=1.5")).toEqual([400, "until_invalid"]);
  });

  it("STREAM8 GET snapshot gives the state after any record, or now", async () => {
    await served.untilAsked();
    const { records } = await get<LogBody>("/log");
    for (const { seq } of records) {
      const { text, head } = await get<SnapshotBody>(`/snapshot?at=${seq}`);
      expect(text).toBe(toSnapshotText(foldAll(records.slice(0, seq))));
      expect(head).toBe(records.length);
    }
    expect((await get<SnapshotBody>("/snapshot")).seq).toBe(records.length);
    expect((await get<SnapshotBody>("/snapshot?at=0")).seq).toBe(0);
    expect(await refusal(`/snapshot?at=${records.length + 1}`)).toEqual([404, "no_such_record"]);
  });

  it("STREAM20 GET passage gives a page of the log with the state before it", async () => {
    await served.untilAsked();
    const { records } = await get<LogBody>("/log");
    for (const { seq } of records) {
      const passage = await get<PassageBody>(`/passage?after=${seq}&limit=3`);
      expect(toSnapshotText(fromSnapshot(passage.before))).toBe(toSnapshotText(foldAll(records.slice(0, seq))));
      expect(passage.records).toEqual(records.slice(seq, seq + 3));
      expect(passage.next).toBe(seq + 3 < records.length ? seq + 3 : null);
      expect([passage.run, passage.head]).toEqual([served.conductor.state().run, records.length]);
    }
    expect((await get<PassageBody>("/passage?limit=1")).records).toEqual(records.slice(0, 1));
    expect(await refusal(`/passage?after=${records.length + 1}`)).toEqual([404, "no_such_record"]);
    expect(await refusal("/passage?after=x")).toEqual([400, "after_invalid"]);
    expect(await refusal("/passage?limit=0")).toEqual([400, "limit_invalid"]);
  });

  it("STREAM31 GET outline gives the state after any record without old words, and the plan once", async () => {
    await served.untilAsked();
    const { records } = await get<LogBody>("/log");
    for (const { seq } of records) {
      const whole = foldAll(records.slice(0, seq));
      const outline = await get<OutlineBody>(`/outline?at=${seq}`);
      expect(outline.state).toEqual(JSON.parse(toOutlineText(whole, false)));
      expect([outline.seq, outline.run, outline.head]).toEqual([seq, served.conductor.state().run, records.length]);
      const again = await get<OutlineBody>(`/outline?at=${seq}&plan=${outline.plan}`);
      expect(again.state).toEqual(JSON.parse(toOutlineText(whole, true)));
      expect(boardOf(fromSnapshot(again.state, whole.graph))).toEqual(boardOf(whole));
    }
    const [first, last] = [await get<OutlineBody>("/outline?at=0"), await get<OutlineBody>("/outline")];
    expect([last.seq, first.plan === last.plan]).toEqual([records.length, false]);
    expect(await refusal(`/outline?at=${records.length + 1}`)).toEqual([404, "no_such_record"]);
    expect(await refusal("/outline?at=x")).toEqual([400, "at_invalid"]);
  });

  it("STREAM9 GET texts gives a long text as plain text, in parts that cut no character", async () => {
    const long = `${"ä€𝄞".repeat(10_000)}.`;
    const blob = await served.ports.log.putBlob(new TextEncoder().encode(long));
    const whole = await ask(`/texts/${blob}`);
    expect([whole.status, await whole.text()]).toEqual([200, long]);
    expect(whole.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(whole.headers.get("x-content-type-options")).toBe("nosniff");
    let text = "";
    for (let offset = 0, total = 1; offset < total;) {
      const part = await ask(`/texts/${blob}?offset=${offset}&limit=7001`);
      expect(part.status).toBe(206);
      const [, to, all] = /^bytes \d+-(\d+)\/(\d+)$/.exec(part.headers.get("content-range") ?? "") ?? [];
      text += await part.text();
      [offset, total] = [Number(to) + 1, Number(all)];
    }
    expect(text).toBe(long);
    expect(await refusal(`/texts/${"0".repeat(64)}`)).toEqual([404, "blob_missing"]);
    expect(await refusal("/texts/..%2F..%2Fsecret")).toEqual([404, "blob_missing"]);
    expect(await refusal(`/texts/${blob}?limit=99999999999`)).toEqual([400, "limit_invalid"]);
  });

  it("STREAM10 GET marks tells what stands out, in as many stretches as are asked for", async () => {
    await served.untilAsked();
    const { stretches, head } = await get<MarksBody>("/marks?stretches=3");
    expect(stretches.length).toBeLessThanOrEqual(3);
    expect(stretches.at(-1)?.to).toBe(head);
    expect(stretches.flatMap(({ marks }) => marks.map(({ kind }) => kind))).toContain("gate");
    expect(await refusal("/marks?stretches=0")).toEqual([400, "stretches_invalid"]);
  });

  it("STREAM11 GET tickets/:ticket/records gives one ticket's records in pages", async () => {
    await served.untilAsked();
    const { records } = await get<LogBody>("/log");
    const own = records.filter(({ event }) => "ticket" in event && event.ticket === ("A" as TicketId));
    expect(own.length).toBeGreaterThan(3);
    expect((await get<LogBody>("/tickets/A/records")).records).toEqual(own);
    const first = await get<LogBody>("/tickets/A/records?limit=2");
    expect(first.records).toEqual(own.slice(0, 2));
    expect(first.next).toBe(own[1]?.seq);
    expect((await get<LogBody>(`/tickets/A/records?after=${first.next}`)).records).toEqual(own.slice(2));
    expect(await get<LogBody>("/tickets/nobody/records")).toMatchObject({ records: [], next: null });
  });

  it("STREAM12 GET the diff of an attempt says clearly where there is no worktree to look into", async () => {
    expect(await refusal("/tickets/A/attempts/1/diff")).toEqual([404, "attempt_gone"]);
    expect(await refusal("/tickets/B/attempts/1/diff")).toEqual([404, "ticket_unknown"]);
    expect(await refusal("/tickets/A/attempts/x/diff")).toEqual([400, "attempt_invalid"]);
  });
});
