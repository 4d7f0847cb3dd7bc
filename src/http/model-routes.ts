// Which models a run calls from now on.

import type { Hono } from "hono";
import { laddersOf } from "../views/ladders.ts";
import type { ModelsBody } from "./wire.ts";

export function addModels(app: Hono): void {
  app.get("/models", (context) => context.json(laddersOf(context.get("open").state()) satisfies ModelsBody));
}
