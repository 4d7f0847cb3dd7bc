// What the decision inbox needs beside the approvals: how their like was answered before, and what tools take.

import type { Hono } from "hono";
import { precedentsOf } from "../views/precedents.ts";
import type { PrecedentsBody, ToolsBody } from "./inbox-wire.ts";

export function addInbox(app: Hono): void {
  app.get("/precedents", (context) => {
    const body: PrecedentsBody = precedentsOf(context.get("open").ports.log.read());
    return context.json(body);
  });

  app.get("/tools", (context) => {
    const { specs } = context.get("open").ports.tools;
    const body: ToolsBody = {
      tools: specs.map(({ name, description, class: kind, parameters }) => ({
        name,
        description,
        class: kind,
        parameters,
      })),
    };
    return context.json(body);
  });
}
