// What the decision inbox asks the API beside the approvals themselves.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MessageBody, PrecedentsBody, ToolsBody } from "../../src/http/inbox-wire.ts";
import type { ApprovalsBody } from "../../src/http/wire.ts";
import { serveRun, type ServedRun } from "./served-run.ts";

let served: ServedRun;
beforeEach(async () => {
  served = await serveRun();
});
afterEach(() => served.close());

const get = async <T>(path: string): Promise<T> =>
  (await served.send("GET", `${served.base}${path}`)).json() as Promise<T>;

const openId = async (): Promise<string | undefined> => (await get<ApprovalsBody>("/approvals")).approvals[0]?.id;

describe("the inbox over the API", () => {
  it("INBOX6 tells how requests were answered before", async () => {
    const id = await served.untilAsked();
    expect(await get<PrecedentsBody>("/precedents")).toEqual({ requests: [], tools: [] });
    await served.send("POST", `${served.base}/approvals/${id}/answer`, { body: { decision: "approve" } });
    const { requests, tools } = await get<PrecedentsBody>("/precedents");
    expect(requests).toEqual([
      { gate: "call", tool: "write", subject: "a.txt", answers: { approve: 1, edit: 0, reject: 0, abort: 0 } },
    ]);
    expect(tools).toMatchObject([{ gate: "call", tool: "write", answers: { approve: 1 } }]);
  });

  it("INBOX7 tells what every tool takes", async () => {
    const { tools } = await get<ToolsBody>("/tools");
    const write = tools.find(({ name }) => name === "write");
    expect(write).toMatchObject({ class: "idempotent", parameters: { type: "object", required: ["path", "content"] } });
    expect(write?.description).not.toBe("");
  });

  it("MUT1 tells every version of a message that can be rewritten, with who wrote it and why", async () => {
    const id = await served.untilAsked();
    const first = await get<MessageBody>(`/approvals/${id}/message`);
    expect(first).toMatchObject({ done: 0, versions: [{ by: "engine", reason: "", text: "I write." }] });
    const [own] = first.versions;
    const edit = { approval: id, text: "I write two.", calls: own?.calls, reason: "clearer" };
    expect((await served.send("POST", `${served.base}/message-edits`, { body: edit })).status).toBe(200);
    const gone = await served.send("GET", `${served.base}/approvals/${id}/message`);
    expect([gone.status, ((await gone.json()) as { code: string }).code]).toEqual([404, "no_message"]);
    const again = await openId();
    const { versions } = await get<MessageBody>(`/approvals/${again}/message`);
    expect(versions.map(({ text, reason }) => [text, reason])).toEqual([
      ["I write.", ""],
      ["I write two.", "clearer"],
    ]);
    expect(versions[1]?.by).toMatch(/^person:/);
    expect(versions[1]?.calls).toEqual(own?.calls);
    // Undone by putting the model's own words back; every version stays.
    const back = { approval: again, text: own?.text, calls: own?.calls, reason: "as it was" };
    expect((await served.send("POST", `${served.base}/message-edits`, { body: back })).status).toBe(200);
    const last = await openId();
    const all = await get<MessageBody>(`/approvals/${last}/message`);
    expect(all.versions.map(({ text }) => text)).toEqual(["I write.", "I write two.", "I write."]);
  });
});
