// GET /api/stream: one connection for a tab, whoever conducts the run it looks at.

import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import type { RunId } from "../../../src/domain/ids.ts";
import { createFrameCutter } from "../../../src/http/stream/relay.ts";
import { makeRun, makeUpRuns } from "./made-up-runs.ts";
import { createTabReader, type TabReader } from "./reader.ts";

const one = "run_1111111111111111" as RunId;
const two = "run_2222222222222222" as RunId;

type OpenTab = {
  readonly tab: TabReader;
  readonly until: (wanted: () => boolean) => Promise<void>;
  readonly leave: () => Promise<void>;
};

async function openTab(app: Hono, query: string, headers: Record<string, string> = {}): Promise<OpenTab> {
  const from = headers["last-event-id"] ?? /after=(\d+)/.exec(query)?.[1];
  const tab = createTabReader({ folds: false, ...(from === undefined ? {} : { from: Number(from) }) });
  const response = await app.request(`/api/stream${query}`, { headers });
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const reader = response.body?.getReader();
  let problem: Error | undefined;
  const reading = (async () => {
    for (;;) {
      const got = await reader?.read();
      if (got === undefined || got.done) return;
      tab.take(got.value);
    }
  })().catch((error: unknown) => (problem = error instanceof Error ? error : new Error(String(error))));
  return {
    tab,
    until: async (wanted) => {
      for (let tries = 0; tries < 400 && !wanted() && problem === undefined; tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 5));
      if (problem !== undefined) throw problem;
      if (!wanted()) expect.fail(`still not so: ${String(wanted)}; ${JSON.stringify(tab.frames()).slice(0, 2_000)}`);
    },
    leave: async () => {
      await reader?.cancel();
      await reading;
    },
  };
}

const kindsOf = ({ tab }: OpenTab): string[] => tab.frames().map(({ kind }) => kind);

describe("GET /api/stream", () => {
  it("STREAM1 the header wins over `after`; what is no number, and a run there is not, are refused", async () => {
    const world = makeUpRuns();
    const made = makeRun();
    for (let count = 0; count < 5; count += 1) made.fill(1);
    world.openHere(one, made);
    const tab = await openTab(world.app, `?run=${one}&after=1`, { "last-event-id": "3" });
    await tab.until(() => tab.tab.last() === 5);
    expect(tab.tab.records().map(({ seq }) => seq)).toEqual([4, 5]);
    await tab.leave();
    expect((await world.app.request(`/api/stream?run=${one}&after=-1`)).status).toBe(400);
    expect((await world.app.request(`/api/stream?run=${two}`)).status).toBe(404);
    expect((await world.app.request("/api/stream?run=../x")).status).toBe(404);
    expect(world.openCount()).toBe(0);
  });

  it("STREAM6 without a run only the list comes; two runs do not mix, and each tab hears of all", async () => {
    const world = makeUpRuns();
    const [a, b] = [makeRun(), makeRun()];
    world.openHere(one, a);
    world.openHere(two, b);
    const list = await openTab(world.app, "");
    const first = await openTab(world.app, `?run=${one}&after=0`);
    const second = await openTab(world.app, `?run=${two}&after=0`);
    await list.until(() => kindsOf(list).includes("runs"));
    await first.until(() => kindsOf(first).includes("partials") && kindsOf(first).includes("runs"));
    await second.until(() => kindsOf(second).includes("partials"));
    a.fill(1);
    a.say("A", 1, "to one");
    b.say("A", 1, "to two");
    a.feed.publish({ kind: "notice", text: "mind this" });
    a.feed.publish({ kind: "stalled", detail: "full" });
    await first.until(() => first.tab.last() === 1 && kindsOf(first).includes("stalled"));
    await second.until(() => second.tab.live().size === 1);
    expect([...first.tab.live().values()]).toEqual(["to one"]);
    expect([...second.tab.live().values()]).toEqual(["to two"]);
    expect(first.tab.frames().find(({ kind }) => kind === "notice")?.data).toEqual({ run: one, text: "mind this" });
    world.tellChanged(two);
    await list.until(() => kindsOf(list).length === 2);
    expect(list.tab.frames().map(({ data }) => data)).toEqual([
      { runs: [{ run: one }, { run: two }], removed: [], isAll: true },
      { runs: [{ run: two }], removed: [], isAll: false },
    ]);
    for (const tab of [list, first, second]) await tab.leave();
    expect(world.openCount()).toBe(0);
    expect(world.errors).toEqual([]);
  });

  it("STREAM7 a run nobody conducts is told as it stands; the stream goes on when a process takes it, and after its end", async () => {
    const world = makeUpRuns();
    const made = makeRun();
    made.fill(1);
    made.fill(1);
    world.leaveToNobody(one, made);
    const tab = await openTab(world.app, `?run=${one}`);
    await tab.until(() => kindsOf(tab).includes("partials"));
    expect(tab.tab.frames().find(({ kind }) => kind === "snapshot")?.id).toBe(2);
    // Recorded while nobody conducts it.
    made.fill(1);
    await tab.until(() => tab.tab.last() === 3);
    const over = world.openHere(one, made);
    made.fill(1);
    await tab.until(() => tab.tab.last() === 4);
    made.say("A", 1, "live");
    await tab.until(() => tab.tab.live().size === 1);
    world.leaveToNobody(one, made);
    over.abort();
    await tab.until(() => tab.tab.live().size === 0);
    made.fill(1);
    await tab.until(() => tab.tab.last() === 5);
    await tab.leave();
    expect(world.openCount()).toBe(0);
  });

  it("STREAM7 what another process conducts is handed on, and mended when that process goes away", async () => {
    const [here, there] = [makeUpRuns(), makeUpRuns()];
    const made = makeRun();
    for (let count = 0; count < 3; count += 1) made.fill(100_000);
    const over = there.openHere(one, made);
    here.leaveElsewhere(one, there.app);
    const tab = await openTab(here.app, `?run=${one}&after=0`);
    await tab.until(() => tab.tab.last() === 3 && kindsOf(tab).includes("partials"));
    made.begin("A", 1);
    made.say("A", 1, "zäh");
    await tab.until(() => tab.tab.live().size === 1);
    expect([...tab.tab.live().values()]).toEqual(["zäh"]);
    expect(kindsOf(tab).filter((kind) => kind === "runs")).toHaveLength(1);
    // The other process dies: its connection breaks, and a record nobody was told of is on disk.
    made.fill(1);
    here.kill(there.app);
    over.abort();
    await new Promise((resolve) => setTimeout(resolve, 20));
    here.leaveToNobody(one, made);
    await tab.until(() => tab.tab.last() === 5);
    expect(tab.tab.records().map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    await tab.leave();
    expect([here.openCount(), there.openCount()]).toEqual([0, 0]);
    expect([...here.errors, ...there.errors]).toEqual([]);
  });

  it("STREAM7 two processes that each think the other conducts the run do not ask each other for ever", async () => {
    const [here, there] = [makeUpRuns(), makeUpRuns()];
    const asked: string[] = [];
    const counting = new Hono();
    counting.all("*", (context) => {
      asked.push(context.req.path);
      return there.app.fetch(context.req.raw);
    });
    here.leaveElsewhere(one, counting);
    there.leaveElsewhere(one, here.app);
    const tab = await openTab(here.app, `?run=${one}&after=0`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(asked.length).toBeLessThanOrEqual(2);
    await tab.leave();
  });
});

describe("frames of another process", () => {
  it("STREAM7 are found whole in pieces of any size", () => {
    const text = 'retry: 5\n\nid: 7\nevent: records\ndata: {"a":"ü"}\n\nevent: beat\ndata: {}\n\n';
    const bytes = new TextEncoder().encode(text);
    for (let size = 1; size <= bytes.byteLength; size += 1) {
      const frames = createFrameCutter();
      const seen: string[] = [];
      const kinds: unknown[] = [];
      for (let from = 0; from < bytes.byteLength; from += size)
        for (const frame of frames.cut(bytes.subarray(from, from + size))) {
          seen.push(new TextDecoder().decode(frame.bytes));
          kinds.push([frame.kind, frame.id]);
        }
      expect(seen.join("")).toBe(text);
      expect(kinds).toEqual([
        [undefined, undefined],
        ["records", 7],
        ["beat", undefined],
      ]);
    }
  });
});
