// The machines of a store over the API.

import { expect, it } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import { Fault } from "../../src/engine/ports.ts";
import type { MachinesDesk } from "../../src/http/machine-routes.ts";
import type { MachineList } from "../../src/views/machines.ts";
import { serveRun } from "./served-run.ts";

const list: MachineList = {
  store: "redis://127.0.0.1:6379/0",
  version: "0.1.0",
  protocol: 1,
  machines: [
    {
      id: "build-1-3f9a1c20",
      host: "build-1",
      pid: 7,
      version: "0.1.0",
      protocol: 1,
      labels: ["gpu"],
      capacity: 4,
      isDraining: false,
      startedAt: 1,
      load: 0.5,
      processors: 8,
      memory: { free: 1, all: 2 },
      working: [{ run: "run_0000000000000001" as RunId, ticket: "A", attempt: 1, step: null }],
      silentMs: 12,
    },
  ],
};

const drained: string[] = [];
const desk: MachinesDesk = {
  list: async () => list,
  drain: async (machine) => {
    if (machine !== "build-1-3f9a1c20")
      throw new Fault("machine_unknown", `There is no machine "${machine}" now.`, { remedy: "See `tutti machines`." });
    drained.push(machine);
    return { machine };
  },
};

it("MVW6 lists the machines, and sends one home once however often it is asked under one key", async () => {
  const { send } = await serveRun({}, { machines: desk });
  expect(await (await send("GET", "/api/machines")).json()).toEqual(list);
  const path = "/api/machines/build-1-3f9a1c20/drain";
  for (let time = 0; time < 2; time += 1) {
    const answer = await send("POST", path, { body: {}, headers: { "idempotency-key": "one" } });
    expect([answer.status, await answer.json()]).toEqual([200, { machine: "build-1-3f9a1c20" }]);
  }
  expect(drained).toEqual(["build-1-3f9a1c20"]);
});

it("MVW6 refuses a machine that is not there, a body it does not know and whoever has no token", async () => {
  const { send } = await serveRun({}, { machines: desk });
  const unknown = await send("POST", "/api/machines/nobody/drain", { body: {} });
  expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: "machine_unknown" }]);
  const path = "/api/machines/build-1-3f9a1c20/drain";
  expect((await send("POST", path, { body: { now: true } })).status).toBe(422);
  expect((await send("POST", path)).status).toBe(415);
  expect((await send("GET", "/api/machines", { headers: { authorization: undefined } })).status).toBe(401);
});
