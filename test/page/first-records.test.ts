// The page's connection while the rules that fold records are still on their way, and while a code still lets it in.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type * as folding from "../../src/web/state/folding.ts";
import type { Recorded } from "../../src/domain/event.ts";
import { initialState } from "../../src/core/state.ts";
import { toSnapshotText } from "../../src/core/snapshot.ts";
import type { Backend, Frame, StreamHandlers } from "../../src/web/state/backend.ts";
import { makeBillingRun } from "./support/billing-run.ts";

const { run, records, state } = makeBillingRun({ tickets: 12, share: 0.3 });

/** A backend that is told what to say. */
function scripted() {
  const open: StreamHandlers[] = [];
  const asked: string[] = [];
  const backend: Backend = {
    isOffline: false,
    get: async (path) => {
      asked.push(path);
      return { ok: true, value: null as never };
    },
    send: () => Promise.reject(new Error("nothing is sent")),
    sendLeaving: () => Promise.reject(new Error("nobody leaves")),
    stream: (_, handlers) => {
      open.push(handlers);
      return () => void open.splice(open.indexOf(handlers), 1);
    },
  };
  return { backend, open, asked, say: (frame: Frame) => open.forEach(({ onFrame }) => onFrame(frame)) };
}

const recordsFrame = (some: readonly Recorded[]): Frame => ({
  kind: "records",
  data: { run, records: some, head: records.length },
});

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("requestAnimationFrame", () => 0);
  vi.stubGlobal("cancelAnimationFrame", () => {});
});
afterEach(() => {
  vi.doUnmock("../../src/web/state/folding.ts");
});

it("PAGE53 records that come before the rules are folded in their turn, and what came after them is not lost", async () => {
  const { createConnection } = await import("../../src/web/state/connection.ts");
  const { backend, say } = scripted();
  const connection = createConnection(backend, run);
  const store = connection.show(run);
  say({
    kind: "snapshot",
    data: { run, seq: 0, format: "", text: toSnapshotText(initialState), head: records.length },
  });
  say(recordsFrame(records.slice(0, 7)));
  say(recordsFrame(records.slice(7)));
  const ref = { ticket: records.flatMap(({ event }) => ("ticket" in event ? [event.ticket] : []))[0], attempt: 1 };
  const delta = { ...ref, turn: 1, text: "spoken meanwhile", reasoning: "", call: "" };
  say({ kind: "partials", data: { run, turns: [delta], answers: [] } } as unknown as Frame);
  expect(store?.state().seq).toBe(0);
  await vi.waitUntil(() => store?.state().seq === records.length);
  expect(toSnapshotText(store?.state() ?? initialState)).toBe(toSnapshotText(state));
  expect(store?.live.of(ref as never)?.text).toBe("spoken meanwhile");
});

it("PAGE53 says so where the rules cannot be had, tries again, and takes what has come meanwhile", async () => {
  const real = await vi.importActual<typeof folding>("../../src/web/state/folding.ts");
  let tries = 0;
  const loadRules = (): Promise<void> =>
    (tries += 1) === 1 ? Promise.reject(new Error("the server is gone")) : real.loadRules();
  vi.doMock("../../src/web/state/folding.ts", () => ({
    ...real,
    canFold: () => tries > 1 && real.canFold(),
    loadRules,
  }));
  const { createConnection } = await import("../../src/web/state/connection.ts");
  const { backend, open, say } = scripted();
  const connection = createConnection(backend, run);
  const store = connection.show(run);
  say({
    kind: "snapshot",
    data: { run, seq: 0, format: "", text: toSnapshotText(initialState), head: records.length },
  });
  say(recordsFrame(records.slice(0, 3)));
  await vi.waitUntil(() => connection.state().stalled !== null);
  expect(connection.state().stalled).toBe("A part of the page could not be loaded; it is tried again.");
  say(recordsFrame(records.slice(3)));
  await vi.waitUntil(() => store?.state().seq === records.length, { timeout: 10_000 });
  expect(connection.state().stalled).toBe(null);
  expect(open).toHaveLength(1);
});

it("PAGE53 PAGE42 nothing of a run is asked for before the code has let the page in, and nothing at all where it does not", async () => {
  const { behindDoor } = await import("../../src/web/state/door.ts");
  for (const ok of [true, false]) {
    const { backend, open, asked } = scripted();
    const entering = Promise.withResolvers<{ readonly ok: true; readonly value: null }>();
    const behind = behindDoor(backend, entering.promise);
    const handlers = { onFrame: () => {}, onOpen: () => {} };
    const answer = behind.get("/api/runs");
    const close = behind.stream({ run }, handlers);
    behind.stream({ run }, handlers)();
    await Promise.resolve();
    expect([asked, open]).toEqual([[], []]);
    entering.resolve({ ok, value: null } as never);
    await answer;
    expect([asked, open.length]).toEqual([["/api/runs"], ok ? 1 : 0]);
    close();
    expect(open).toEqual([]);
  }
});
