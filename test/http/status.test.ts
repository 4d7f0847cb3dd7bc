// A run's status under the earlier system's names, and the document that describes the API.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MmaStatus } from "../../src/views/mma-status.ts";
import { holdToContract } from "./contract.ts";
import { serveRun, type ServedRun } from "./served-run.ts";

let served: ServedRun;
beforeEach(async () => {
  served = await serveRun();
});
afterEach(() => served.close());

const get = async <T>(path: string): Promise<T> => (await served.send("GET", path)).json() as Promise<T>;

describe("the status under the earlier names", () => {
  it("MMA1 MMA2 A-145 A-168 has the words of the worker after a scripted run, with and without the run's id", async () => {
    const id = await served.untilAsked();
    const first = await get<MmaStatus>("/api/status");
    expect(first).toMatchObject({
      mma_status: "running",
      active_tier: "Awaiting Approval: A",
      pending_tool_approval: true,
      mma_streams: { "Tier 3 (Worker): A": "I write." },
    });
    await served.send("POST", `${served.base}/approvals/${id}/answer`, { body: { decision: "approve" } });
    await served.conductor.done;
    const last = await get<MmaStatus>(`/api/status?run=${served.ports.log.run}`);
    expect(last).toEqual(await get(`${served.base}/status`));
    expect(last).toMatchObject({ mma_status: "done", active_tier: null, tickets: [{ id: "A", status: "completed" }] });
    expect(last.revision).toBeGreaterThan(first.revision);
    expect(last.mma_streams["Tier 3 (Worker): A"]).toMatch(/^I write\.\n\[TOOL CALL\] write\n.*\n\[TOOL RESULT\]\n/);
  });

  it("MMA1 of a run there is none of there is no status", async () => {
    for (const run of ["run_0123456789abcdef", "x", "../secret"])
      expect((await served.send("GET", `/api/status?run=${encodeURIComponent(run)}`)).status).toBe(404);
  });
});

describe("the document", () => {
  it("OAS2 is served, and every answer that these tests get is held to it", async () => {
    const document = await get<{ openapi: string; paths: object }>("/api/openapi.json");
    expect(document.openapi).toBe("3.1.1");
    expect(Object.keys(document.paths)).toContain("/api/runs/{run}/commands");
    const broken = Response.json({ runs: [{}] });
    await expect(holdToContract("GET", "/api/runs", broken)).rejects.toThrow("required property");
    for (const path of ["", "/budget", "/forecast", "/precedents", "/tools", "/plan", "/log", "/approvals"])
      expect((await served.send("GET", `${served.base}${path}`)).status).toBe(200);
    expect((await served.send("GET", "/api/runs")).status).toBe(200);
  });
});
