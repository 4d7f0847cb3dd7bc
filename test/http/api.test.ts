// What the API tells and takes.

import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Recorded } from "../../src/domain/event.ts";
import { createFeed } from "../../src/engine/feed.ts";
import { createEventStream } from "../../src/http/event-stream.ts";
import type { ApprovalBody, ApprovalsBody, LogBody, ProblemBody, BudgetBody, StatusBody } from "../../src/http/wire.ts";
import { serveRun, type ServedRun } from "./served-run.ts";

let served: ServedRun;
beforeEach(async () => {
  served = await serveRun();
});
afterEach(() => served.close());

const get = async <T>(path: string): Promise<T> => (await served.send("GET", path)).json() as Promise<T>;
const post = (path: string, body: unknown): Promise<Response> => served.send("POST", path, { body });

describe("the API of a run", () => {
  it("API9 A-170 status tells the kinds of pending approvals apart", async () => {
    const id = await served.untilAsked();
    const status = await get<StatusBody>(served.base);
    expect(status.board).toMatchObject({ title: "Served", counts: { step_paused: 1 } });
    expect(status.pending).toEqual({ plan: [], spawn: [], step: [], tool: [id], budget: [], question: [] });
    await post(`${served.base}/commands`, { type: "trust", trust: "step" });
    expect((await get<StatusBody>(served.base)).pending).toEqual({
      plan: [],
      spawn: [],
      step: [id],
      tool: [],
      budget: [],
      question: [],
    });
  });

  it("BUD17 GET /api/budget tells every scope; a bound that is none is refused with what is wrong", async () => {
    await served.untilAsked();
    const { budget } = await get<BudgetBody>(`${served.base}/budget`);
    expect(budget).toMatchObject({ isBounded: false, run: { scope: "run", caps: null, left: {} } });
    expect(budget.tiers.map(({ scope }) => scope)).toContain("tier:3");
    const bad = await post(`${served.base}/commands`, { type: "budget.raise", bounds: "run eur 5" });
    expect(bad.status).toBe(422);
    expect(await bad.text()).toContain("nothing a budget bounds");
    const none = await post(`${served.base}/commands`, { type: "budget.raise", bounds: "run usd 5" });
    expect(none.status).toBe(422);
    expect(await none.text()).toContain("run has no bound on money to raise");
  });

  it("API10 approvals come with what is to be seen and what an edit starts from", async () => {
    const id = await served.untilAsked();
    const { approvals } = await get<ApprovalsBody>(`${served.base}/approvals`);
    expect(approvals).toHaveLength(1);
    const one = await get<ApprovalBody>(`${served.base}/approvals/${id}`);
    expect(one).toEqual(approvals[0]);
    expect(one.detail).toMatchObject({
      editable: '{"path":"a.txt","content":"one"}',
      message: { text: "I write.", calls: [{ tool: "write" }] },
    });
  });

  it("API11 the second answer is told who gave the first; a stale digest, an unknown id and a missing text are refused", async () => {
    const id = await served.untilAsked();
    const stale = await post(`${served.base}/approvals/${id}/answer`, { decision: "approve", digest: "0".repeat(64) });
    expect([stale.status, ((await stale.json()) as ProblemBody).code]).toEqual([409, "digest_mismatch"]);
    const bare = await post(`${served.base}/approvals/${id}/answer`, { decision: "edit" });
    expect([bare.status, ((await bare.json()) as ProblemBody).code]).toEqual([422, "edit_missing"]);
    const unfit = await post(`${served.base}/approvals/${id}/answer`, { decision: "edit", edited: '{"path":1}' });
    expect([unfit.status, ((await unfit.json()) as ProblemBody).code]).toEqual([422, "edit_invalid"]);
    const unknown = await post(`${served.base}/approvals/A999/answer`, { decision: "approve" });
    expect([unknown.status, ((await unknown.json()) as ProblemBody).code]).toEqual([404, "approval_unknown"]);
    expect((await post(`${served.base}/approvals/${id}/answer`, { decision: "reject", reason: "no" })).status).toBe(
      200,
    );
    const second = (await (
      await post(`${served.base}/approvals/${id}/answer`, { decision: "approve" })
    ).json()) as ProblemBody;
    expect(second).toMatchObject({
      status: 409,
      code: "approval_answered",
      by: "person:ann",
      decision: "reject",
      remedy: expect.any(String) as unknown,
    });
    const gone = (await (await served.send("GET", `${served.base}/approvals/${id}`)).json()) as ProblemBody;
    expect(gone).toMatchObject({ code: "approval_answered", by: "person:ann" });
  });

  it("API12 A-111 a message is rewritten whole; a call that does not fit its tool is refused", async () => {
    const id = await served.untilAsked();
    const edit = (calls: unknown) =>
      post(`${served.base}/message-edits`, { approval: id, text: "Rather this.", calls });
    const strange = await edit([{ tool: "rm", args: "{}" }]);
    expect([strange.status, ((await strange.json()) as ProblemBody).detail]).toEqual([
      422,
      expect.stringContaining('no tool "rm"') as unknown,
    ]);
    expect((await edit([{ tool: "write", args: '{"path":"a.txt"}' }])).status).toBe(422);
    expect((await edit([{ tool: "write", args: '{"path":"b.txt","content":"two"}' }])).status).toBe(200);
    const { approvals } = await get<ApprovalsBody>(`${served.base}/approvals`);
    expect(approvals.map((each) => [each.id === id, each.detail?.editable])).toEqual([
      [false, '{"path":"b.txt","content":"two"}'],
    ]);
  });

  it("API13 commands are accepted once and refused with words the second time", async () => {
    const accepted = await post(`${served.base}/commands`, { type: "pause", drain: true });
    expect(await accepted.json()).toMatchObject({ events: 1 });
    const again = (await (await post(`${served.base}/commands`, { type: "pause", drain: true })).json()) as ProblemBody;
    expect(again).toMatchObject({ status: 409, code: "already_so" });
    const bodies = [
      { type: "resume" },
      { type: "mode", mode: "linear" },
      { type: "trust", trust: "step" },
      { type: "lanes", lanes: 9 },
      { type: "ticket.abort", ticket: "A" },
    ];
    for (const body of bodies) expect((await post(`${served.base}/commands`, body)).status).toBe(200);
    expect(served.conductor.state()).toMatchObject({ pause: null, mode: "linear", trust: "step", laneLimit: 9 });
    const reopened = await post(`${served.base}/commands`, { type: "ticket.reopen", ticket: "A", guidance: "again" });
    expect(reopened.status).toBe(200);
    expect((await post(`${served.base}/commands`, { type: "abort", reason: "over" })).status).toBe(200);
    expect(served.conductor.state().ended).toMatchObject({ outcome: "aborted", reason: "over" });
  });

  it("API14 the log is read in pages from any place", async () => {
    const all = await get<LogBody>(`${served.base}/log`);
    expect(all.next).toBeNull();
    expect(all.records.map(({ seq }) => seq)).toEqual(all.records.map((_, place) => place + 1));
    expect((await get<LogBody>(`${served.base}/log?after=2`)).records[0]?.seq).toBe(3);
    expect((await served.send("GET", `${served.base}/log?after=-1`)).status).toBe(400);
  });

  it("API15 events come from the place the client names, then live, each exactly once, until the run rests", async () => {
    const id = await served.untilAsked();
    const response = await served.send("GET", `${served.base}/events`, { headers: { "last-event-id": "2" } });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const text = response.text();
    await post(`${served.base}/approvals/${id}/answer`, { decision: "approve" });
    await served.conductor.done;
    await served.close();
    const seqs = [...(await text).matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq));
    const { seq } = served.conductor.state();
    expect(seqs).toEqual(Array.from({ length: seq - 2 }, (_, place) => place + 3));
    expect(await text).toMatch(/event: end\ndata: \{\}\n\n$/);
  });
});

describe("a client that does not keep up", () => {
  it("API16 is cut at a bounded buffer, and the feed goes on", async () => {
    const feed = createFeed();
    const big = "x".repeat(10_000);
    const recordedAt = (seq: number): Recorded => ({
      seq,
      at: 0,
      by: "engine",
      event: { type: "run.paused", reason: big, drain: false },
    });
    const stream = createEventStream({
      log: { read: () => [] },
      feed,
      durable: () => 0,
      after: 0,
      signal: new AbortController().signal,
      bufferBytes: 50_000,
    });
    const reader = stream.getReader();
    await reader.read();
    for (let seq = 1; seq <= 100; seq += 1) feed.publish({ kind: "recorded", recorded: recordedAt(seq) });
    const drain = async (): Promise<void> => {
      while (!(await reader.read()).done);
    };
    await expect(drain()).rejects.toThrow("does not keep up");
  });

  it("U-03 D-21 a client that left or was cut is told nothing at the run's end, where its closed stream would throw", async () => {
    const over = new AbortController();
    const feed = createFeed();
    const open = () =>
      createEventStream({
        log: { read: () => [] },
        feed,
        durable: () => 0,
        after: 0,
        signal: over.signal,
        bufferBytes: 100,
      });
    const [left, cut, stays] = [open().getReader(), open().getReader(), open().getReader()];
    for (const reader of [left, cut, stays]) await reader.read();
    expect(getEventListeners(over.signal, "abort")).toHaveLength(3);
    await left.cancel();
    const event = { type: "run.paused", reason: "x".repeat(1_000), drain: false } as const;
    const waiting = stays.read();
    feed.publish({ kind: "recorded", recorded: { seq: 1, at: 0, by: "engine", event } });
    await expect(cut.read()).rejects.toThrow("does not keep up");
    await waiting;
    expect(getEventListeners(over.signal, "abort")).toHaveLength(1);
    over.abort();
    expect(new TextDecoder().decode((await stays.read()).value)).toContain("event: end");
  });
});
