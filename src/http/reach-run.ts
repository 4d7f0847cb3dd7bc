// Finds the run an address names, wherever it is conducted: it is put beside the request, or the request is sent
// on to the process that conducts it.

import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { isRunId } from "../domain/ids.ts";
import { noSuchRun, toProblem } from "./problem.ts";
import { readCapped, tooLarge } from "./read-body.ts";
import type { FoundRun, Runs, SendOn } from "./runs.ts";

export const reachRun = (runs: Runs) =>
  createMiddleware(async (context, next) => {
    const run = context.req.param("run") ?? "";
    const found = isRunId(run) ? await runs.find(run) : undefined;
    if (found === undefined) return noSuchRun(run);
    if (found.kind === "elsewhere") return sendOn(context, found.send);
    context.set("open", found.open);
    return answerOpen(found, context, next);
  });

async function answerOpen(
  found: Extract<FoundRun, { kind: "open" }>,
  context: Context,
  next: () => Promise<void>,
): Promise<undefined> {
  try {
    await next();
  } catch (error) {
    found.release();
    throw error;
  }
  const { body, headers } = context.res;
  if (body === null || !isStream(headers)) found.release();
  else context.res = new Response(releasing(body, found.release), context.res);
}

const isStream = (headers: Headers): boolean => headers.get("content-type")?.startsWith("text/event-stream") === true;

/** The same bytes; the run is let go when they end, however they do. */
function releasing(body: ReadableStream<Uint8Array>, release: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            controller.enqueue(value);
            return;
          }
          release();
          controller.close();
        } catch (error) {
          release();
          controller.error(error);
        }
      },
      async cancel(reason) {
        release();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** A request that was sent on once already is not sent on again: two processes would ask each other for ever. */
export const sentOnHeader = "tutti-sent-on";

const headersThere = ["content-type", "accept", "last-event-id", "idempotency-key", "if-none-match"] as const;
const headersBack = [
  "content-type",
  "content-disposition",
  "allow",
  "etag",
  "retry-after",
  "x-accel-buffering",
] as const;

const longestAnswerMs = 30_000;

async function sendOn(context: Context, send: SendOn): Promise<Response> {
  const { method, raw } = context.req;
  if (context.req.header(sentOnHeader) !== undefined) return notHere();
  const headers = new Headers({ [sentOnHeader]: "1" });
  for (const name of headersThere) {
    const value = context.req.header(name);
    if (value !== undefined) headers.set(name, value);
  }
  const body = method === "GET" || method === "HEAD" ? null : await readCapped(raw.body);
  if (body === undefined) return tooLarge();
  const { pathname, search } = new URL(context.req.url);
  // A stream lasts as long as its reader wants; an answer that takes this long does not come.
  const isLasting = context.req.header("accept")?.includes("text/event-stream") === true;
  const signal = isLasting ? raw.signal : AbortSignal.any([raw.signal, AbortSignal.timeout(longestAnswerMs)]);
  const answer = await send(`${pathname}${search}`, { method, headers, signal, ...(body === null ? {} : { body }) });
  const back = new Headers();
  for (const name of headersBack) {
    const value = answer.headers.get(name);
    if (value !== null) back.set(name, value);
  }
  return new Response(answer.body, { status: answer.status, headers: back });
}

const notHere = (): Response =>
  toProblem(409, {
    code: "run_elsewhere",
    detail: "Another process began to conduct this run while the request was on its way.",
    remedy: "Ask again.",
  });
