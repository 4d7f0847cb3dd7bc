// The stream over real sockets: a reader that does not read is cut by the server, and costs the others nothing.

import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { RunId } from "../../../src/domain/ids.ts";
import { listen, type Listening } from "../../../src/http/listen.ts";
import { makeRun, makeUpRuns } from "./made-up-runs.ts";
import { nextTurn } from "./made-up-run.ts";
import { createTabReader } from "./reader.ts";

const run = "run_1111111111111111" as RunId;

let open: Listening | undefined;
afterEach(() => open?.close());

/** Sends the request and, unless it is read from, reads nothing. */
function ask(port: number, path: string): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
  return socket.pause();
}

const isOver = (promise: Promise<unknown>, ms: number): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setTimeout(() => resolve(false), ms))]);

describe("over real sockets", () => {
  it("STREAM5 a reader that does not read is cut while another reads on; it comes back and lacks nothing", async () => {
    const world = makeUpRuns();
    const made = makeRun();
    made.fill(1);
    world.openHere(run, made);
    open = await listen(world.app);
    const path = `/api/stream?run=${run}&after=0`;
    const stalled = ask(open.port, path);
    const tab = createTabReader({ folds: false, from: 0 });
    const response = await fetch(`http://127.0.0.1:${open.port}${path}`);
    const reader = response.body?.getReader();
    const readTo = async (seq: number): Promise<void> => {
      while ((tab.last() ?? 0) < seq) tab.take((await reader?.read())?.value ?? new Uint8Array());
    };
    await readTo(1);
    await isOver(new Promise(() => {}), 50);
    expect(world.openCount()).toBe(2);
    let written = 0;
    // The system's own buffers take some MB before ours begin to fill.
    for (; world.openCount() > 1 && written < 64; written += 1) {
      made.fill(500_000);
      await nextTurn();
      await readTo(made.records.length);
    }
    expect(world.openCount()).toBe(1);
    expect(written).toBeLessThan(64);
    const closed = new Promise((resolve) => stalled.once("close", resolve));
    stalled.resume();
    expect(await isOver(closed, 2_000)).toBe(true);
    await reader?.cancel();
    expect(world.errors).toEqual([]);
  });

  it("STREAM1 closing the server ends every stream", async () => {
    const world = makeUpRuns();
    world.openHere(run, makeRun());
    open = await listen(world.app);
    const response = await fetch(`http://127.0.0.1:${open.port}/api/stream?run=${run}&after=0`);
    const reader = response.body?.getReader();
    await reader?.read();
    await open.close();
    const ended = (async () => {
      while ((await reader?.read())?.done === false);
    })().catch(() => {});
    expect(await isOver(ended, 2_000)).toBe(true);
    expect(await isOver(nextTurn(), 500)).toBe(true);
    expect(world.openCount()).toBe(0);
  });

  it("STREAM13 a server that ends says so as its last frame, and every stream has a whole end", async () => {
    const ending = new AbortController();
    const world = makeUpRuns({ signal: ending.signal, serves: () => false });
    const made = makeRun();
    made.fill(3);
    world.openHere(run, made);
    open = await listen(world.app);
    const socket = ask(open.port, `/api/stream?run=${run}&after=0`);
    let text = "";
    socket
      .setEncoding("utf8")
      .on("data", (part: string) => (text += part))
      .resume();
    const closed = new Promise((resolve) => socket.once("close", resolve));
    while (!text.includes("event: records")) await nextTurn();
    ending.abort();
    expect(await isOver(open.close(), 2_000)).toBe(true);
    await closed;
    expect(text.split("event: ").at(-1)).toContain('over\ndata: {"serves":false}\n\n');
    // The piece of no length by which a chunked body ends.
    expect(text.endsWith("\r\n0\r\n\r\n")).toBe(true);
    expect(world.openCount()).toBe(0);
  });
});
