// What the API tells and takes.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toSnapshotText } from "../../src/core/snapshot.ts";
import type { ApprovalBody, ApprovalsBody, LogBody, ProblemBody, BudgetBody, StatusBody } from "../../src/http/wire.ts";
import { createTabReader } from "./stream/reader.ts";
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
      { type: "ticket.steer", ticket: "A", text: "use what is there" },
      { type: "ticket.pause", ticket: "A" },
      { type: "ticket.resume", ticket: "A" },
      { type: "models.set", ticket: "A", models: ["scripted/other"] },
      { type: "models.set", tier: 3, models: ["scripted/other"] },
      { type: "rule.add", rule: { gate: "call", tool: "run", argv: ["npm", "test"], decision: "approve" } },
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

  it("STREAM1 the run's own stream comes from the place the client names, then live, each record once, until the run rests", async () => {
    const id = await served.untilAsked();
    const response = await served.send("GET", `${served.base}/stream`, { headers: { "last-event-id": "2" } });
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const text = response.text();
    await post(`${served.base}/approvals/${id}/answer`, { decision: "approve" });
    await served.conductor.done;
    await served.close();
    const tab = createTabReader({ folds: false, from: 2 });
    tab.take(new TextEncoder().encode(await text));
    expect(tab.last()).toBe(served.conductor.state().seq);
    expect(tab.records()[0]?.seq).toBe(3);
  });

  it("STREAM1 a tab that knows nothing gets the state, and folds what follows to the run's own state", async () => {
    const response = await served.send("GET", `/api/stream?run=${served.ports.log.run}`);
    const reader = response.body?.getReader();
    const tab = createTabReader();
    const id = await served.untilAsked();
    await post(`${served.base}/approvals/${id}/answer`, { decision: "approve" });
    await served.conductor.done;
    const { seq } = served.conductor.state();
    while (tab.last() !== seq) {
      const got = await reader?.read();
      if (got?.value !== undefined) tab.take(got.value);
    }
    await reader?.cancel();
    expect(toSnapshotText(tab.state())).toBe(toSnapshotText(served.conductor.state()));
    expect(tab.frames().map(({ kind }) => kind)).toContain("runs");
  });
});
