// What the decision inbox needs beside the approvals: how their like was answered before, and what tools take.

import type { Hono } from "hono";
import { precedentsOf } from "../views/precedents.ts";
import type { ApprovalId } from "../domain/ids.ts";
import { loadText } from "../engine/texts.ts";
import { messageAt, messageVersionsOf } from "../views/message-versions.ts";
import { toProblem } from "./problem.ts";
import type { MessageBody, PrecedentsBody, ToolsBody } from "./inbox-wire.ts";

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

  app.get("/approvals/:id/message", async (context) => {
    const { state, ports } = context.get("open");
    const message = messageAt(state(), context.req.param("id") as ApprovalId);
    if (message === undefined) return noMessage();
    const versions = messageVersionsOf(ports.log.read(), message).map(async ({ text, calls, ...version }) => ({
      ...version,
      text: await loadText(ports.log, text),
      calls: await Promise.all(calls.map(async ({ tool, args }) => ({ tool, args: await loadText(ports.log, args) }))),
    }));
    const body: MessageBody = { versions: await Promise.all(versions), done: message.done };
    return context.json(body);
  });
}

const noMessage = (): Response =>
  toProblem(404, {
    code: "no_message",
    detail: "There is no message to rewrite here.",
    remedy: "It can be rewritten while a call of it, its result or its question waits for a person.",
  });
