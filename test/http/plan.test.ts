// The plan over the API: as it is, what a patch would do, and the patch itself.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Accepted, PlanBody, PlanDiffBody, ProblemBody } from "../../src/http/wire.ts";
import { readPlan } from "../../src/core/plan-rules.ts";
import { serveRun, type ServedRun } from "./served-run.ts";

let served: ServedRun;
beforeEach(async () => {
  served = await serveRun();
});
afterEach(() => served.close());

const post = (path: string, body: unknown): Promise<Response> => served.send("POST", path, { body });
const plan = async (): Promise<string> =>
  ((await (await served.send("GET", `${served.base}/plan`)).json()) as PlanBody).text;

const addB = { reason: "one more", add: [{ id: "B", prompt: "Do it.", depends_on: ["A"] }] };

describe("the plan over the API", () => {
  it("PATCH17 GET /api/plan gives the plan as a ticket file that can be run", async () => {
    const read = readPlan(await plan());
    expect(read.ok && read.plan.tickets.map(({ id }) => id)).toEqual(["A"]);
  });

  it("PATCH17 a diff changes nothing", async () => {
    const { seq } = served.conductor.state();
    const response = await post(`${served.base}/plan/diff`, { patch: addB });
    const body = (await response.json()) as PlanDiffBody;
    expect(body.diff).toMatchObject({
      added: [{ id: "B", dependsOn: ["A"] }],
      stopped: [],
      tickets: { before: 1, after: 2 },
      criticalPath: { before: { weight: 1 }, after: { weight: 2, ids: ["A", "B"] } },
    });
    expect(body.lines).toContain("  + B Do it.  waits for A");
    expect(served.conductor.state().seq).toBe(seq);
  });

  it("PATCH17 a patch is taken under the name of who sent it", async () => {
    const response = await post(`${served.base}/plan/patch`, { patch: addB, as: "mara" });
    expect(response.status).toBe(200);
    const { seq } = (await response.json()) as Accepted;
    const [record] = served.ports.log.read(seq - 1);
    expect(record).toMatchObject({ by: expect.stringContaining("mara"), event: { type: "plan.patched" } });
    expect(await plan()).toContain('"B"');
  });

  it("PATCH17 what is wrong with a patch is told whole, as text and as a list", async () => {
    for (const path of [`${served.base}/plan/diff`, `${served.base}/plan/patch`]) {
      const graph = await post(path, { patch: { reason: "x", drop: ["Z"], add: [{ id: "A", description: "again" }] } });
      const problem = (await graph.json()) as ProblemBody;
      expect([graph.status, problem.code, problem.problems?.map(({ field }) => field)]).toEqual([
        422,
        "invalid_patch",
        ["drop[0]", "add[0].id"],
      ]);
      const shape = await post(path, { patch: { add: [{ id: "B" }], dorp: [] } });
      const { problems } = (await shape.json()) as ProblemBody;
      expect(problems?.map(({ field }) => field)).toEqual(["reason", "dorp"]);
      expect((await post(path, { patch: [] })).status).toBe(422);
    }
  });
});
