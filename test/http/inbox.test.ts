// What the decision inbox asks the API beside the approvals themselves.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PrecedentsBody, ToolsBody } from "../../src/http/inbox-wire.ts";
import { serveRun, type ServedRun } from "./served-run.ts";

let served: ServedRun;
beforeEach(async () => {
  served = await serveRun();
});
afterEach(() => served.close());

const get = async <T>(path: string): Promise<T> =>
  (await served.send("GET", `${served.base}${path}`)).json() as Promise<T>;

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
});
