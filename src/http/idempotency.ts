// A command that is sent again under its key is done once: the second gets the first one's answer. What a client repeats
// because the connection broke, and what a finger pressed twice, changes nothing more.

import { createHash } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { dropOldest } from "./drop-oldest.ts";
import { toProblem } from "./problem.ts";
import { readCapped } from "./read-body.ts";

export type IdempotencyOptions = {
  /** Epoch ms. */
  readonly now: () => number;
  /** Answers kept for one run. */
  readonly most?: number;
};

type Answer = { readonly status: number; readonly headers: readonly [string, string][]; readonly body: ArrayBuffer };

type Kept = {
  readonly body: string;
  readonly at: number;
  /** Undefined where there is nothing to be given again. */
  readonly answer: Promise<Answer | undefined>;
};

const keepMs = 24 * 60 * 60 * 1_000;
/** Larger answers are only made by routes that look. */
const largestKept = 16 * 1024;
const mostRuns = 200;

/** For every POST. A run is told from another by its place in the address; what is in no run shares one place. */
export function onceByKey({ now, most = 500 }: IdempotencyOptions): MiddlewareHandler {
  const runs = new Map<string, Map<string, Kept>>();

  const keptOf = (path: string): Map<string, Kept> => {
    const [, run = ""] = /^\/api\/runs\/([^/]+)/.exec(path) ?? [];
    const kept = runs.get(run) ?? new Map<string, Kept>();
    // Put back at the end: the run that was not spoken to for longest goes first.
    runs.delete(run);
    runs.set(run, kept);
    dropOldest(runs, mostRuns);
    for (const [key, { at }] of kept) if (at + keepMs <= now()) kept.delete(key);
    return kept;
  };

  return async (context, next) => {
    const key = context.req.header("idempotency-key");
    if (context.req.method !== "POST" || key === undefined) return next();
    if (!/^[\x21-\x7e]{1,200}$/.test(key)) return badKey();
    // Both branches of a clone are read: this one to compare, the other by the route.
    const text = await readCapped(context.req.raw.clone().body);
    if (text === undefined) return next();
    const kept = keptOf(context.req.path);
    const place = `${context.req.path} ${key}`;
    const body = createHash("sha256").update(text).digest("base64");
    // Where the first came to nothing, one of those that waited for it is the next first.
    for (let first = kept.get(place); first !== undefined; first = kept.get(place)) {
      if (first.body !== body) return otherBody();
      const given = await first.answer;
      if (given !== undefined) return new Response(given.body, { status: given.status, headers: [...given.headers] });
    }

    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    kept.set(place, { body, at: now(), answer: promise });
    dropOldest(kept, most);
    let made: Answer | undefined;
    try {
      await next();
      made = await keepable(context.res);
    } finally {
      if (made === undefined) kept.delete(place);
      resolve(made);
    }
    return undefined;
  };
}

/** A failure of the server is nothing to hold on to: the next try may go through, and the core does nothing twice. */
async function keepable(response: Response): Promise<Answer | undefined> {
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  if (response.status >= 500 || !isJson) return undefined;
  const body = await response.clone().arrayBuffer();
  if (body.byteLength > largestKept) return undefined;
  return { status: response.status, headers: [...response.headers, ["idempotent-replay", "true"]], body };
}

const badKey = (): Response =>
  toProblem(400, {
    code: "key_invalid",
    detail: "An Idempotency-Key is 1 to 200 visible ASCII characters.",
    remedy: "Send a fresh UUID with each new command, and the same one again when you repeat it.",
  });

const otherBody = (): Response =>
  toProblem(422, {
    code: "key_reused",
    detail: "This Idempotency-Key came with another body before.",
    remedy: "A new command needs a new key.",
  });
