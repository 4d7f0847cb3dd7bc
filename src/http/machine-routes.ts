// The machines that work for the runs of a store, and how one is sent home.

import type { Hono } from "hono";
import { z } from "zod";
import type { MachineList } from "../views/machines.ts";
import { readBody } from "./read-body.ts";

export type MachinesDesk = {
  /** Throws Fault `store_unreachable` and its like. */
  readonly list: () => Promise<MachineList>;
  /** Throws Fault `machine_unknown`, and those of `list`. */
  readonly drain: (machine: string) => Promise<DrainedBody>;
};

export type MachinesBody = MachineList;

/** It was told; that it drains, its card says. */
export type DrainedBody = { readonly machine: string };

export const drainSchema = z.strictObject({});

export function addMachines(app: Hono, desk: MachinesDesk): void {
  app.get("/api/machines", async (context) => {
    const body: MachinesBody = await desk.list();
    return context.json(body);
  });

  app.post("/api/machines/:machine/drain", async (context) => {
    const body = await readBody(context, drainSchema);
    if (!body.ok) return body.refusal;
    return context.json(await desk.drain(context.req.param("machine")));
  });
}
