// A command sent again under its key is done once.

import { Hono } from "hono";
import { afterEach, describe, expect, it } from "vitest";
import { onceByKey } from "../../src/http/idempotency.ts";
import { listen, type Listening } from "../../src/http/listen.ts";
import type { ProblemBody } from "../../src/http/wire.ts";
import { serveRun, type ServedRun } from "./served-run.ts";

type Counting = {
  readonly app: Hono;
  readonly counts: Map<string, number>;
  readonly time: { now: number };
  readonly post: (path: string, key: string, body?: unknown) => Promise<Response>;
};

/** Answers with how often it was asked the same; `/fail` fails the first two times, `/slow` once it is let. */
function makeCounting(most?: number, slow: Promise<void> = Promise.resolve()): Counting {
  const counts = new Map<string, number>();
  const time = { now: 0 };
  const app = new Hono();
  app.use(onceByKey({ now: () => time.now, ...(most === undefined ? {} : { most }) }));
  app.post("/api/*", async (context) => {
    const { path } = context.req;
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    const body = await context.req.json<{ readonly x?: string }>();
    if (path.endsWith("long")) return context.json({ count, length: body.x?.length });
    if (path.endsWith("slow")) await slow;
    if (path.endsWith("fail") && count < 3) return context.json({ count }, 500);
    if (path.endsWith("big")) return context.json({ count, text: "x".repeat(20_000) });
    return context.json({ count, body }, path.endsWith("no") ? 409 : 200);
  });
  const post: Counting["post"] = (path, key, body = {}) =>
    Promise.resolve(
      app.request(path, {
        method: "POST",
        headers: { "idempotency-key": key, "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    );
  return { app, counts, time, post };
}

const countOf = async (response: Response | Promise<Response>): Promise<unknown> =>
  ((await (await response).json()) as { count: unknown }).count;

describe("a command under a key", () => {
  it("DOOR7 is done once and answered alike, refusals too; another address is another command", async () => {
    const { post } = makeCounting();
    const first = await post("/api/a", "k", { x: 1 });
    const again = await post("/api/a", "k", { x: 1 });
    expect(await again.text()).toBe(await first.text());
    expect([first, again].map(({ headers }) => headers.get("idempotent-replay"))).toEqual([null, "true"]);
    expect(await countOf(post("/api/a", "l", { x: 1 }))).toBe(2);
    expect([(await post("/api/no", "k")).status, (await post("/api/no", "k")).status]).toEqual([409, 409]);
    expect(await countOf(post("/api/no", "k"))).toBe(1);
    expect(await countOf(post("/api/b", "k"))).toBe(1);
  });

  it("DOOR7 with another body is refused, and so is a key that is none", async () => {
    const { post, counts } = makeCounting();
    await post("/api/a", "k", { x: 1 });
    const other = await post("/api/a", "k", { x: 2 });
    expect([other.status, ((await other.json()) as ProblemBody).code]).toEqual([422, "key_reused"]);
    for (const key of ["", "a b", "x".repeat(201)]) expect((await post("/api/a", key)).status).toBe(400);
    expect(counts.get("/api/a")).toBe(1);
  });

  it("DOOR7 waits for the same that is under way", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { post, counts } = makeCounting(undefined, promise);
    const all = [1, 2, 3].map(() => post("/api/slow", "k"));
    await new Promise((done) => setImmediate(done));
    resolve();
    expect(await Promise.all(all.map(countOf))).toEqual([1, 1, 1]);
    expect(counts.get("/api/slow")).toBe(1);
  });

  it("DOOR7 that failed in the server is tried again, by one of those who wait at a time", async () => {
    const { post, counts } = makeCounting();
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => post("/api/fail", "k")));
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 200, 500, 500]);
    expect(counts.get("/api/fail")).toBe(3);
  });

  it("DOOR7 is remembered for a day, the last so many of a run, and nothing large", async () => {
    const { post, time } = makeCounting(2);
    for (const key of ["a", "b", "c"]) await post("/api/runs/R1/x", key);
    for (const key of ["a", "b"]) await post("/api/runs/R2/x", key);
    expect(await countOf(post("/api/runs/R1/x", "c"))).toBe(3);
    expect(await countOf(post("/api/runs/R2/x", "a"))).toBe(1);
    expect(await countOf(post("/api/runs/R1/x", "a"))).toBe(4);
    time.now = 24 * 3_600_000 - 1;
    expect(await countOf(post("/api/runs/R2/x", "a"))).toBe(1);
    time.now += 1;
    expect(await countOf(post("/api/runs/R2/x", "a"))).toBe(3);
    expect(await countOf(post("/api/big", "k"))).toBe(1);
    expect(await countOf(post("/api/big", "k"))).toBe(2);
  });
});

describe("over the network, before a run", () => {
  let served: ServedRun | undefined;
  let listening: Listening | undefined;
  afterEach(async () => {
    await listening?.close();
    await served?.close();
  });

  it("DOOR7 a pause that was sent twice is one pause", async () => {
    served = await serveRun();
    const sent = (key: string): Promise<Response> =>
      served?.send("POST", `${served.base}/commands`, {
        body: { type: "pause", drain: true },
        headers: { "idempotency-key": key },
      }) ?? Promise.reject(new Error("not served"));
    const [first, again] = await Promise.all([sent("k"), sent("k")]);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(await again.text()).toBe(await first.text());
    expect((await sent("l")).status).toBe(409);
    const pauses = [...served.ports.log.read()].filter(({ event }) => event.type === "run.paused");
    expect(pauses).toHaveLength(1);
  });

  it("DOOR7 the body is read by the key and by the route", async () => {
    const { app } = makeCounting();
    listening = await listen(app);
    const url = `http://127.0.0.1:${listening.port}/api/long`;
    const body = JSON.stringify({ x: "y".repeat(100_000) });
    const send = () => fetch(url, { method: "POST", headers: { "idempotency-key": "k" }, body });
    expect(await (await send()).json()).toEqual({ count: 1, length: 100_000 });
    expect(await (await send()).json()).toEqual({ count: 1, length: 100_000 });
  });
});
