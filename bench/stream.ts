// W4: workers stream to subscribers, a real server and real readers in processes of their own, over loopback. Ours beside
// the floor in one run: how late tokens are, how many are lost, what the server costs, and what a reader costs that does
// not read.

import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { startChild } from "./child-process.ts";
import { makeFigure, type Figure } from "./figures.ts";
import type { Measurement } from "./measure-loads.ts";
import type { Scale } from "./scale.ts";
import type { ChildPlan, ChildReport } from "./stream-child.ts";
import type { ReadersReport } from "./stream-readers.ts";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

type Streamed = ReadersReport & ChildReport & { readonly lost: number };

async function streamOnce(plan: ChildPlan, subscribers: number): Promise<Streamed> {
  const server = startChild([here("./stream-child.ts"), JSON.stringify(plan)]);
  const readers = startChild([here("./stream-readers.ts"), await server.line("listening"), String(subscribers)]);
  try {
    await readers.line("ready");
    server.tell();
    const served = JSON.parse(await server.line("report")) as ChildReport;
    readers.tell();
    const read = JSON.parse(await readers.line("report")) as ReadersReport;
    return { ...served, ...read, lost: served.sent * subscribers - read.received };
  } finally {
    readers.end();
    server.end();
  }
}

/** MiB in the server's buffers for one reader that connects and reads nothing. */
async function weighStalled(plan: ChildPlan): Promise<number> {
  const server = startChild(["--expose-gc", here("./stream-child.ts"), JSON.stringify(plan)]);
  const port = Number(await server.line("listening"));
  const socket = connect(port, "127.0.0.1");
  try {
    socket.pause();
    socket.on("error", () => {});
    socket.write(`GET /api/stream?run=run_0000000000000000&after=0 HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    server.tell();
    return (JSON.parse(await server.line("report")) as ChildReport).bufferMiB;
  } finally {
    socket.destroy();
    server.end();
  }
}

export async function measureW4({ stream }: Scale, rounds: number): Promise<Measurement> {
  const { workers, subscribers, rates, seconds, stalledSeconds } = stream;
  const figures: Figure[] = [];
  for (const { rate, isGoal } of rates) {
    const ours: Streamed[] = [];
    const floor: Streamed[] = [];
    for (let round = 0; round < rounds; round += 1) {
      ours.push(await streamOnce({ server: "ours", workers, rate, seconds }, subscribers));
      floor.push(await streamOnce({ server: "floor", workers, rate, seconds }, subscribers));
    }
    const place = (what: string) => ({
      workload: "W4",
      what: `${workers} x ${rate} tokens/s x ${subscribers}: ${what}`,
    });
    const add = (
      what: string,
      list: readonly Streamed[],
      pick: (each: Streamed) => number,
      goal: number | null,
    ): void => void figures.push(makeFigure(place(what), list.map(pick), goal));
    add("p50 lag in ms", ours, (each) => each.lagsMs.p50, null);
    add("p99 lag in ms", ours, (each) => each.lagsMs.p99, isGoal ? 20 : null);
    add("lost", ours, (each) => each.lost, 0);
    add("the server's part of a core, its workers included", ours, (each) => each.cpu, isGoal ? 0.4 : null);
    add("the floor's p50 lag in ms", floor, (each) => each.lagsMs.p50, null);
    add("the floor's p99 lag in ms", floor, (each) => each.lagsMs.p99, null);
    add("the floor's part of a core", floor, (each) => each.cpu, null);
  }
  const fastest = Math.max(...rates.map(({ rate }) => rate));
  const weights: number[] = [];
  for (let round = 0; round < rounds; round += 1)
    weights.push(await weighStalled({ server: "ours", workers, rate: fastest, seconds: stalledSeconds }));
  figures.push(makeFigure({ workload: "W4", what: "MiB kept for a reader that does not read, at most" }, weights, 4));
  return { rows: [], figures };
}
