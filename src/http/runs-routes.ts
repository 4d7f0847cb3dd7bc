// What is asked of all runs together.

import type { Hono } from "hono";
import type { Runs } from "./runs.ts";

export function addRuns(app: Hono, runs: Runs): void {
  app.get("/api/runs", async (context) => context.json({ runs: await runs.list() }));
}
