// Points of a run's past as the page finds them: each is the fold of the log up to it, whatever was looked at before.

import fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { foldAll } from "../../src/core/evolve.ts";
import { toOutlineText } from "../../src/core/outline.ts";
import { toSnapshotText } from "../../src/core/snapshot.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { Answer, Backend } from "../../src/web/state/backend.ts";
import { loadRules } from "../../src/web/state/folding.ts";
import { createPast, passageLength, type Past } from "../../src/web/state/past.ts";
import { createPastStore } from "../../src/web/state/past-store.ts";
import { createPlace } from "../../src/web/state/place.ts";
import { boardOf } from "../../src/views/board.ts";
import { makeBillingRun } from "./support/billing-run.ts";

const { run, records } = makeBillingRun({ tickets: 60, share: 1 });
const head = records.length;
const foldTo = (seq: number): string => toSnapshotText(foldAll(records.slice(0, seq)));

/** Plans of runs differ in their length here. */
function outline(seq: number, known: string | null): unknown {
  const state = foldAll(records.slice(0, seq));
  const plan = String(state.graph.tickets.length);
  return { run, seq, head, format: "", plan, state: JSON.parse(toOutlineText(state, known === plan)) as unknown };
}

type Served = { readonly backend: Backend; readonly asked: string[] };

/** Answers as the server does. `most`: it keeps longer pages back, as it does where records are long. */
function serve(log: () => readonly Recorded[], most = Infinity): Served {
  const asked: string[] = [];
  const get = (path: string): Answer<unknown> => {
    asked.push(path);
    const { pathname, searchParams } = new URL(path, "http://page");
    const after = Number(searchParams.get("after") ?? searchParams.get("at"));
    const all = log();
    if (after > all.length) return { ok: false, problem: { code: "no_such_record", detail: "", remedy: "" } };
    if (pathname.endsWith("/outline")) return { ok: true, value: outline(after, searchParams.get("plan")) };
    const page = all.slice(after, after + Math.min(most, Number(searchParams.get("limit"))));
    const last = page.at(-1)?.seq ?? after;
    const body = { records: page, next: last < all.length && page.length > 0 ? last : null, head: all.length };
    if (!pathname.endsWith("/passage")) return { ok: true, value: body };
    const before = JSON.parse(toSnapshotText(foldAll(all.slice(0, after)))) as unknown;
    return { ok: true, value: { ...body, run, format: "", before } };
  };
  const backend = { isOffline: false, get: (path: string) => Promise.resolve(get(path)) } as unknown as Backend;
  return { backend, asked };
}

async function textAt(past: Past, seq: number): Promise<string> {
  const here = past.here(seq);
  if (here !== undefined) return toSnapshotText(here);
  const answer = await past.fetch(seq);
  if (!answer.ok) throw new Error(answer.problem.code);
  return toSnapshotText(answer.value);
}

// What is counted here is answers, not how long a part of the page takes to come.
beforeAll(loadRules);

describe("a point of the past", () => {
  it("PAGE46 is the fold of the log up to it, in whatever order points are looked at", async () => {
    expect(head).toBeGreaterThan(2 * passageLength);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: head }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom(Infinity, 7, 120),
        async (seqs, most) => {
          const past = createPast(serve(() => records, most).backend, run);
          for (const seq of seqs) expect(await textAt(past, seq)).toBe(foldTo(seq));
        },
      ),
      { numRuns: 25 },
    );
  });

  it("PAGE46 where the run still writes, what came since is asked for and nothing twice", async () => {
    let length = passageLength + 20;
    const { backend, asked } = serve(() => records.slice(0, length));
    const past = createPast(backend, run);
    expect(await textAt(past, length)).toBe(foldTo(length));
    length += 30;
    expect(past.here(length)).toBeUndefined();
    expect(await textAt(past, length)).toBe(foldTo(length));
    expect(asked.map((path) => path.replace(/^.*\//, ""))).toEqual([
      `passage?after=${passageLength}&limit=${passageLength}`,
      `log?after=${passageLength + 20}&limit=${passageLength - 20}`,
    ]);
  });

  it("PAGE46 what is kept is bounded: what was looked at longest ago is asked for anew, and nothing else", async () => {
    const { backend, asked } = serve(() => records);
    const past = createPast(backend, run, passageLength);
    for (const place of [0, 1, 0, 2, 2, 1, 0]) {
      const seq = place * passageLength + 1;
      expect(await textAt(past, seq)).toBe(foldTo(seq));
    }
    const places = asked.map((path) => Number(/after=(\d+)/.exec(path)?.[1]) / passageLength);
    expect(places).toEqual([0, 1, 0, 2, 1, 0]);
  });

  it("PAGE46 whoever goes on step by step finds the next passage there already", async () => {
    const { backend, asked } = serve(() => records);
    const past = createPast(backend, run);
    await past.fetch(passageLength - 2);
    expect(past.here(passageLength - 1)).toBeDefined();
    await vi.waitFor(() => expect(past.here(passageLength + 1)).toBeDefined());
    expect(asked.some((path) => path.includes(`after=${passageLength}&`))).toBe(true);
  });
});

describe("a far point of the past", () => {
  it("PAGE51 in outline looks as it does whole, whatever plan was known before", async () => {
    const { backend, asked } = serve(() => records);
    const past = createPast(backend, run);
    for (const seq of [head, 1, 2, 700, 20, head - 300]) {
      const answer = await past.outline(seq);
      if (!answer.ok) throw new Error(answer.problem.code);
      expect(boardOf(answer.value)).toEqual(boardOf(foldAll(records.slice(0, seq))));
    }
    expect(asked.filter((path) => path.includes("plan=")).length).toBe(5);
    await past.fetch(head);
    await past.fetch(700);
    const shown = [await past.outline(700), await past.fetch(701)].map((each) => each.ok && each.value.graph);
    expect(shown[0]).toBe(shown[1]);
  });

  it("PAGE51 comes whole from a server that gives no outlines", async () => {
    const { backend } = serve(() => records);
    const older: Backend = {
      ...backend,
      get: (path, signal) =>
        path.includes("/outline")
          ? Promise.resolve({ ok: false, problem: { code: "not_found", detail: "", remedy: "" } })
          : backend.get(path, signal),
    };
    const answer = await createPast(older, run).outline(700);
    expect(answer.ok && toSnapshotText(answer.value)).toBe(foldTo(700));
  });

  it("PAGE51 a look that rests there finds all of it, and what lies around it, without another wait", async () => {
    const { backend, asked } = serve(() => records);
    const past = createPast(backend, run);
    const store = createPastStore(run, past, () => head);
    const far = passageLength + 200;
    store.seek(far);
    await vi.waitFor(() => expect(store.shown().view?.state().seq).toBe(far));
    expect(toSnapshotText(store.steady.state())).not.toBe(foldTo(far));
    await vi.waitFor(() => expect([past.here(far - 240), past.here(far + 240)]).not.toContain(undefined));
    await vi.waitFor(() => expect(toSnapshotText(store.steady.state())).toBe(foldTo(far)));
    expect(asked[0]).toContain("/outline");
    expect(asked.filter((path) => path.includes("/outline")).length).toBe(1);
  });

  it("PAGE51 is never in outline for who shows whole conversations", async () => {
    const { backend, asked } = serve(() => records);
    const store = createPastStore(run, createPast(backend, run), () => head);
    store.seek(700);
    await vi.waitFor(() => expect(store.shown().view?.state().seq).toBe(700));
    const letGo = store.steady.keepWhole();
    await vi.waitFor(() => expect(toSnapshotText(store.steady.state())).toBe(foldTo(700)));
    store.seek(head);
    await vi.waitFor(() => expect(store.shown().view?.state().seq).toBe(head));
    expect(toSnapshotText(store.steady.state())).toBe(foldTo(head));
    expect(asked.filter((path) => path.includes("/outline")).length).toBe(1);
    letGo();
  });
});

describe("points that are asked for quickly", () => {
  const frames: (() => void)[] = [];
  // For good: a page that is hidden is told a while later, which may be after the test.
  vi.stubGlobal("cancelAnimationFrame", () => {});
  vi.stubGlobal("requestAnimationFrame", (work: () => void) => frames.push(work));
  beforeEach(() => void frames.splice(0));
  const nextFrame = async (): Promise<void> => {
    await vi.waitFor(() => expect(frames).not.toEqual([]));
    for (const work of frames.splice(0)) work();
  };

  it("PAGE47 are shown a frame at a time, the last one in the end; a ticket that did not change stays the same object", async () => {
    const store = createPastStore(run, createPast(serve(() => records).backend, run), () => head);
    const told: number[] = [];
    store.subscribe(() => {
      const seq = store.shown().view?.state().seq ?? 0;
      if (seq !== told.at(-1)) told.push(seq);
    });
    store.seek(300);
    await nextFrame();
    const unsubscribes = Array.from({ length: 60 }, (_, index) => store.steady.subscribeTicket(index, () => {}));
    const first = Array.from({ length: 60 }, (_, index) => store.steady.ticket(index));
    const point = store.shown().view;
    for (const seq of [301, 305, 303]) store.seek(seq);
    expect(store.steady.state().seq).toBe(300);
    await nextFrame();
    expect(told).toEqual([300, 303]);
    expect([store.steady.state().seq, point?.state().seq]).toEqual([303, 300]);
    const then = Array.from({ length: 60 }, (_, index) => store.steady.ticket(index));
    const changed = then.filter((ticket, index) => ticket !== first[index]).length;
    expect(changed).toBeLessThan(10);
    for (const [index, ticket] of then.entries()) expect(ticket).toEqual(store.shown().view?.ticket(index));
    for (const unsubscribe of unsubscribes) unsubscribe();
  });

  it("PAGE47 a slow answer never takes the place of a point that was asked for later", async () => {
    const { backend } = serve(() => records);
    const answers: (() => void)[] = [];
    const slow: Backend = {
      ...backend,
      get: async (path) => {
        await new Promise<void>((resolve) => answers.push(resolve));
        return backend.get(path);
      },
    };
    const store = createPastStore(run, createPast(slow, run), () => head);
    const settle = async (): Promise<void> => {
      // What is asked for is asked once the rules are there, if only a moment later.
      await vi.waitFor(() => expect(answers).not.toEqual([]));
      for (const answer of answers.splice(0)) answer();
      await new Promise((resolve) => setTimeout(resolve, 20));
      await nextFrame();
    };
    store.seek(10);
    await settle();
    store.seek(passageLength + 10);
    store.seek(12);
    await settle();
    await settle();
    expect(store.shown().view?.state().seq).toBe(12);
  });
});

describe("the place that was asked for", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const of = (at: number | undefined, id = "a"): { readonly run: RunId; readonly at: number | undefined } => ({
    run: id as RunId,
    at,
  });

  it("PAGE47 counts at once; the address comes after, a few times a second, and says the last one", () => {
    const written: (number | undefined)[] = [];
    const place = createPlace((at) => {
      written.push(at);
      place.follow(of(at));
    });
    place.follow(of(undefined));
    for (const by of [1, 2, 3]) {
      place.ask((place.at() ?? 100) - by);
      expect(place.seenFrom(of(undefined))).toBe(place.at());
    }
    expect([place.at(), written]).toEqual([94, []]);
    vi.advanceTimersByTime(1_000);
    expect([place.at(), written]).toEqual([94, [94]]);
    place.ask(undefined);
    expect([place.at(), written]).toEqual([undefined, [94, undefined]]);
  });

  it("PAGE47 another address, or another run, takes its place", () => {
    const written: (number | undefined)[] = [];
    const place = createPlace((at) => void written.push(at));
    place.follow(of(5));
    place.ask(7);
    place.follow(of(40));
    expect(place.at()).toBe(40);
    place.ask(41);
    place.follow(of(undefined, "b"));
    expect([place.at(), place.seenFrom(of(3, "b"))]).toEqual([undefined, 3]);
    vi.advanceTimersByTime(1_000);
    expect(written).toEqual([]);
  });
});
