// The API's contract as an OpenAPI document, made from the table of routes: the very schemas that parse what is sent,
// and those that describe what is answered.

import { z } from "zod";
import { runConfigSchema } from "../../domain/config.ts";
import { eventSchema } from "../../domain/event.ts";
import { textSchema } from "../../domain/text.ts";
import { ticketSchema } from "../../domain/ticket.ts";
import { toolCallSchema } from "../../domain/tool.ts";
import { usageSchema } from "../../domain/usage.ts";
import { problem, recorded } from "./desk-answers.ts";
import type { ApiRoute } from "./route.ts";
import { apiRoutes } from "./routes.ts";
import { board, forecast, runCard } from "./run-answers.ts";

export type OpenApi = { readonly openapi: string; readonly paths: Readonly<Record<string, unknown>> } & Readonly<
  Record<string, unknown>
>;

/** The same document every time: it is published, and compared with what is published. */
export function makeOpenApi(): OpenApi {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of apiRoutes) {
    const path = route.path.replaceAll(/:([a-z]+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Tutti",
      version: "1",
      description:
        "See everything, decide everything. Nothing changes by GET; what is refused comes as problem+json with a remedy.",
    },
    servers: [{ url: "/", description: "The address that `tutti link` prints, or port and token of server.json." }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "The token of server.json." },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "tutti_<port>",
          description: "Of a browser, by a one-time code; counts only for what the server's own page asks.",
        },
      },
      schemas: schemasOf(),
      responses: {
        problem: {
          description: "What is wrong, and what to do.",
          content: { "application/problem+json": { schema: refTo("Problem") } },
        },
      },
    },
  };
}

/** What several answers hold, told once. */
const shared: Readonly<Record<string, z.ZodType>> = {
  Board: board,
  Event: eventSchema,
  Forecast: forecast,
  Recorded: recorded,
  RunCard: runCard,
  RunConfig: runConfigSchema,
  Text: textSchema,
  Ticket: ticketSchema,
  ToolCall: toolCallSchema,
  Usage: usageSchema,
};

const refTo = (name: string): { readonly $ref: string } => ({ $ref: `#/components/schemas/${name}` });

/** Bodies as they are sent, answers as they arrive: a default makes the two differ. */
function schemasOf(): Record<string, unknown> {
  const [sent, answered] = [z.registry<{ id: string }>(), z.registry<{ id: string }>()];
  answered.add(problem, { id: "Problem" });
  for (const [id, schema] of Object.entries(shared)) answered.add(schema, { id });
  for (const { body, answer } of apiRoutes) {
    if (typeof body === "object") sent.add(body.schema, { id: body.name });
    if (typeof answer === "object") answered.add(answer.schema, { id: answer.name });
  }
  const uri = (name: string): string => `#/components/schemas/${name}`;
  const bodies = z.toJSONSchema(sent, { io: "input", uri, unrepresentable: "any" }).schemas;
  const answers = z.toJSONSchema(answered, { io: "output", uri, unrepresentable: "any" }).schemas;
  return Object.fromEntries(
    Object.entries({ ...bodies, ...answers }).map(([name, schema]) => [name, withoutPlace(schema)]),
  );
}

/** Where it stands is said by the document. */
const withoutPlace = (schema: object): unknown =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "$id" && key !== "$schema"));

function operationOf({ method, path, summary, tag, query = {}, body, answer, problems }: ApiRoute): unknown {
  const parameters = [
    ...[...path.matchAll(/:([a-z]+)/g)].map(([, name = ""]) => parameter("path", name, "")),
    ...Object.entries(query).map(([name, description]) => parameter("query", name, description)),
    ...(isOnceByKey(method, path) ? [idempotencyKey] : []),
    ...(answer === "events" ? [parameter("header", "Last-Event-ID", "As `after`, from a stream that broke.")] : []),
  ];
  const elsewhere = path.startsWith("/api/runs/:run") ? [502] : [];
  const refusals = [
    ...new Set([...problems, ...elsewhere, 403, ...(path === "/api/session" && method === "POST" ? [] : [401])]),
  ];
  return {
    operationId: `${method.toLowerCase()}${path
      .replaceAll(/[/:.-]+([a-z])/g, (_, letter: string) => letter.toUpperCase())
      .replace(/^Api/, "")}`,
    tags: [tag],
    summary,
    ...(path === "/api/session" && method === "POST" ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: body === "lines" ? lines : jsonOf(body.name) } }),
    responses: {
      ...answerOf(answer),
      ...Object.fromEntries(
        refusals
          .toSorted((a, b) => a - b)
          .map((status) => [String(status), { $ref: "#/components/responses/problem" }]),
      ),
    },
  };
}

const lines = { "application/jsonl": { schema: { type: "string" } } };

const jsonOf = (name: string): unknown => ({ "application/json": { schema: refTo(name) } });

function answerOf(answer: ApiRoute["answer"]): Record<string, unknown> {
  switch (answer) {
    case "events":
      return {
        200: {
          description: "Server-sent events, until the server or the run ends.",
          content: { "text/event-stream": { schema: { type: "string" } } },
        },
      };
    case "lines":
      return { 200: { description: "An exported run, line by line.", content: lines } };
    case "text": {
      const content = { "text/plain": { schema: { type: "string" } } };
      return {
        200: { description: "All of it.", content },
        206: { description: "The part that Content-Range names.", content },
      };
    }
    case "document":
      return {
        200: { description: "This document.", content: { "application/json": { schema: { type: "object" } } } },
      };
    case "nothing":
      return { 204: { description: "Done." } };
    default:
      return {
        [answer.status ?? 200]: { description: answer.what, content: jsonOf(answer.name) },
      };
  }
}

/** Sessions are opened once anyway: an answer that carries a cookie is not given again. */
const isOnceByKey = (method: string, path: string): boolean => method === "POST" && !path.startsWith("/api/session");

const parameter = (where: "path" | "query" | "header", name: string, description: string): unknown => ({
  name,
  in: where,
  ...(where === "path" ? { required: true } : {}),
  ...(description === "" ? {} : { description }),
  schema: { type: "string" },
});

const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  description:
    "1 to 200 visible ASCII characters. Sent again with the same body within 24 hours, the same answer is given and nothing is done twice; with another body it is 422.",
  schema: { type: "string", minLength: 1, maxLength: 200 },
};
