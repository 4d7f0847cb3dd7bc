// The event stream: nothing lost, nothing twice, wherever it is cut; shared frames, bounded clients.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConsultId } from "../../../src/domain/ids.ts";
import { createClient, type Client } from "../../../src/http/stream/client.ts";
import { follow, type Limits } from "../../../src/http/stream/follow.ts";
import { toBytes } from "../../../src/http/stream/frame.ts";
import { makeUpRun, nextTurn, type MadeUpRun } from "./made-up-run.ts";
import { createTabReader, type TabReader } from "./reader.ts";

type Tab = {
  readonly tab: TabReader;
  readonly cut: () => Promise<void>;
  /** Comes back with the last id it has. */
  readonly come: () => void;
  /** Reads what has come. */
  readonly read: () => Promise<void>;
};

function openTab({ source }: MadeUpRun, limits: Limits, from?: number): Tab {
  const tab = createTabReader({ folds: false, ...(from === undefined ? {} : { from }) });
  let client: Client | undefined;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let under: ReturnType<NonNullable<typeof reader>["read"]> | undefined;
  let leave: Promise<() => void> | undefined;
  const read = async (): Promise<void> => {
    for (;;) {
      if (reader === undefined) return;
      under ??= reader.read();
      const got = await Promise.race([under, nextTurn().then(nextTurn)]);
      if (got === undefined || got.done) return;
      under = undefined;
      // In two pieces, wherever that cuts a frame or a character.
      const half = Math.floor(got.value.byteLength / 2);
      tab.take(got.value.subarray(0, half));
      tab.take(got.value.subarray(half));
    }
  };
  return {
    tab,
    read,
    come: () => {
      client ??= createClient();
      reader ??= client.body.getReader();
      leave ??= follow(client, source, tab.last(), limits);
    },
    cut: async () => {
      await reader?.cancel();
      void leave?.then((go) => go());
      [client, reader, under, leave] = [undefined, undefined, undefined, undefined];
      tab.cut();
    },
  };
}

type Step =
  | { readonly do: "say" | "turn"; readonly ticket: string; readonly text: string }
  | { readonly do: "fill"; readonly bytes: number }
  | { readonly do: "tick" }
  | { readonly do: "come" | "cut" | "read"; readonly tab: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constantFrom("say" as const, "say" as const, "turn" as const),
      ticket: fc.constantFrom("A", "B", "Ü", "C1", "C2"),
      text: fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }),
    }),
    fc.record({ do: fc.constant("fill" as const), bytes: fc.constantFrom(1, 400, 30_000) }),
    fc.constant({ do: "tick" as const }),
    fc.record({ do: fc.constantFrom("come" as const, "cut" as const, "read" as const), tab: fc.nat(2) }),
  ),
  { maxLength: 120 },
);

const isConsult = (name: string): boolean => name.startsWith("C");

/**
 * What the models of a made-up run say: each ticket speaks, turn after turn, each consult, round after round, and each
 * turn's or round's record is what was said in it.
 */
function createSpeakers(run: MadeUpRun) {
  const turns = new Map<string, { turn: number; said: string }>();
  return {
    say: (ticket: string, text: string): void => {
      const now = turns.get(ticket) ?? { turn: 1, said: "" };
      if (!turns.has(ticket) && !isConsult(ticket)) run.begin(ticket, now.turn);
      turns.set(ticket, { ...now, said: now.said + text });
      if (isConsult(ticket)) run.utter(ticket, now.turn, text);
      else run.say(ticket, now.turn, text);
    },
    endTurn: (ticket: string): void => {
      const now = turns.get(ticket);
      if (now === undefined) return;
      if (isConsult(ticket)) run.answer(ticket, now.turn, now.said);
      else {
        run.reply(ticket, now.turn, now.said);
        run.begin(ticket, now.turn + 1);
      }
      turns.set(ticket, { turn: now.turn + 1, said: "" });
    },
  };
}

async function play(list: readonly Step[], { deltaMs, limits }: { deltaMs: number; limits: Limits }) {
  const run = makeUpRun({ deltaMs });
  const speakers = createSpeakers(run);
  const tabs = [openTab(run, limits), openTab(run, limits, 0), openTab(run, limits)];
  for (const step of list) {
    if (step.do === "say") speakers.say(step.ticket, step.text);
    else if (step.do === "turn") speakers.endTurn(step.ticket);
    else if (step.do === "fill") run.fill(step.bytes);
    else if (step.do === "tick") await nextTurn();
    else if ("tab" in step) await tabs[step.tab]?.[step.do]();
  }
  for (const each of tabs) each.come();
  await new Promise((resolve) => setTimeout(resolve, deltaMs + 2));
  for (const each of tabs) await each.read();
  return { run, tabs };
}

const liveOf = (run: MadeUpRun): Record<string, string> =>
  Object.fromEntries([
    ...run.live
      .all()
      .filter(({ text }) => text !== "")
      .map(({ ticket, attempt, turn, text }) => [`${ticket}#${attempt}#${turn} text`, text]),
    ...run.live.answers().map(({ consult, round, try: count, text }) => [`${consult}/${round}/${count} text`, text]),
  ]);

describe("the event stream", () => {
  it("STREAM1 STREAM2 whoever comes, is cut and comes back at any place has every record once and every live text whole", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.constantFrom(0, 3), async (list, deltaMs) => {
        const limits = { records: 1_000, bytes: 4 * 1024 * 1024 };
        const { run, tabs } = await play(list, { deltaMs, limits });
        for (const { tab } of tabs) {
          expect(tab.last()).toBe(run.records.length);
          expect(Object.fromEntries(tab.live())).toEqual(liveOf(run));
        }
        expect(tabs[1]?.tab.records()).toEqual(run.records);
      }),
      { numRuns: 150 },
    );
  });

  it("STREAM3 who is too far behind, in records or in bytes, gets the state; then the rest without a gap", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const { run, tabs } = await play(list, { deltaMs: 0, limits: { records: 5, bytes: 20_000 } });
        for (const { tab } of tabs) {
          expect(tab.last()).toBe(run.records.length);
          expect(Object.fromEntries(tab.live())).toEqual(liveOf(run));
        }
      }),
      { numRuns: 100 },
    );
    const run = makeUpRun();
    for (let count = 0; count < 10; count += 1) run.fill(10);
    const kindsFrom = async (after: number | undefined, limits: Limits): Promise<string[]> => {
      const tab = openTab(run, limits, after);
      tab.come();
      await tab.read();
      return tab.tab.frames().map(({ kind }) => kind);
    };
    const wide = { records: 100, bytes: 1_000_000 };
    expect(await kindsFrom(undefined, wide)).toEqual(["snapshot", "partials"]);
    expect(await kindsFrom(0, wide)).toEqual(["records", "partials"]);
    expect(await kindsFrom(10, wide)).toEqual(["partials"]);
    expect(await kindsFrom(11, wide)).toEqual(["snapshot", "partials"]);
    expect(await kindsFrom(4, { ...wide, records: 5 })).toEqual(["snapshot", "partials"]);
    expect(await kindsFrom(5, { ...wide, records: 5 })).toEqual(["records", "partials"]);
    for (let count = 0; count < 10; count += 1) run.fill(60_000);
    expect(await kindsFrom(1, { ...wide, bytes: 100_000 })).toEqual(["records", "snapshot", "partials"]);
  });

  it("STREAM4 what one turn of the loop brings is one frame of a kind, made once for all", async () => {
    const run = makeUpRun();
    const seen: Uint8Array[][] = [[], []];
    for (const list of seen) run.source.channel?.join((frames) => list.push(frames));
    run.begin("A", 1);
    for (const token of ["one ", "two ", "three"]) run.say("A", 1, token);
    run.begin("B", 1);
    run.say("B", 1, "else");
    await nextTurn();
    expect(seen.map((list) => list.length)).toEqual([2, 2]);
    expect(seen[0]?.[1]).toBe(seen[1]?.[1]);
    const tab = createTabReader({ folds: false, from: 0 });
    for (const frames of seen[0] ?? []) tab.take(frames);
    expect(tab.frames().map(({ kind }) => kind)).toEqual(["partials", "records", "deltas"]);
    expect(tab.frames()[2]?.data).toMatchObject({ deltas: [{ text: "one two three" }, { text: "else" }], answers: [] });
  });

  it("STREAM2 STREAM30 what was said in the turn of the loop that brings its record stands before that record", async () => {
    const run = makeUpRun();
    const tab = createTabReader({ folds: false, from: 0 });
    run.source.channel?.join((frames) => tab.take(frames));
    for (const round of [1, 2]) {
      run.utter("C7", round, "all of it");
      run.answer("C7", round, "all of it");
    }
    run.begin("A", 1);
    run.say("A", 1, "a turn");
    run.reply("A", 1, "a turn");
    await nextTurn();
    expect(tab.frames().map(({ kind }) => kind)).toEqual(["partials", "deltas", "records", "deltas", "records"]);
    expect(tab.records()).toHaveLength(4);
    expect(tab.live().size).toBe(0);
  });

  it("STREAM4 STREAM30 answers to consults are told in the same frames, joined and by name; an end leaves nothing of them", async () => {
    const run = makeUpRun();
    const tab = createTabReader({ folds: false, from: 0 });
    run.utter("C7", 1, "before ");
    run.source.channel?.join((frames) => tab.take(frames));
    run.say("A", 1, "a turn");
    for (const word of ["you ", "came"]) run.utter("C7", 1, word);
    run.utter("C9", 2, "again");
    await nextTurn();
    expect(tab.frames().map(({ kind }) => kind)).toEqual(["partials", "deltas"]);
    expect(tab.frames()[1]?.data).toEqual({
      run: run.source.run,
      deltas: [{ ticket: "A", attempt: 1, turn: 1, kind: "text", text: "a turn" }],
      answers: [
        { consult: "C7", round: 1, try: 1, kind: "text", text: "you came" },
        { consult: "C9", round: 2, try: 1, kind: "text", text: "again" },
      ],
    });
    expect(tab.live().get("C7/1/1 text")).toBe("before you came");
    run.record({ type: "consult.ended", consult: "C7" as ConsultId, result: "void", detail: "over" });
    expect(run.live.answers().map(({ consult }) => consult)).toEqual(["C9"]);
    run.record({ type: "consult.refused", consult: "C9" as ConsultId, round: 2, try: 1, detail: "no money" });
    expect(run.live.answers()).toEqual([]);
    expect(run.live.all()).toHaveLength(1);
  });
});

describe("a client", () => {
  it("STREAM5 is cut at a bounded buffer, its socket counted; the others go on, and it comes back to the very place", async () => {
    const run = makeUpRun();
    let isDestroyed = false;
    const socket = { writableLength: 40_000, destroy: () => (isDestroyed = true) };
    const stalled = createClient({ bufferBytes: 100_000, socket });
    await follow(stalled, run.source, 0);
    const quick = openTab(run, { records: 1_000, bytes: 1_000_000 }, 0);
    quick.come();
    await quick.read();
    let waited = 0;
    for (let count = 0; count < 50 && !stalled.gone.aborted; count += 1) {
      run.fill(10_000);
      await nextTurn();
      await quick.read();
      waited += 10_000;
    }
    expect(stalled.gone.aborted).toBe(true);
    expect(waited).toBeLessThanOrEqual(70_000);
    expect(isDestroyed).toBe(true);
    run.fill(1);
    await nextTurn();
    await quick.read();
    expect(quick.tab.last()).toBe(run.records.length);
  });

  it("STREAM5 that reads nothing of what brings it up to date is cut after a while, and holds only what it was about to read", async () => {
    const run = makeUpRun();
    for (let count = 0; count < 100; count += 1) run.fill(10_000);
    const client = createClient({ patienceMs: 20 });
    const following = follow(client, run.source, 0);
    await following.then((leave) => leave());
    const reader = client.body.getReader();
    expect(client.gone.aborted).toBe(true);
    await expect(reader.read()).rejects.toThrow("does not keep up");
  });

  it("STREAM3 STREAM5 gets a long state in pieces as it reads; what comes meanwhile follows it", async () => {
    const client = createClient();
    const long = toBytes("s".repeat(1_000_000));
    const sending = client.sendLong(long);
    client.send(toBytes("after"));
    let text = "";
    const reader = client.body.getReader();
    while (!text.endsWith("after")) {
      const { value } = await reader.read();
      expect(value?.byteLength).toBeLessThanOrEqual(64 * 1024);
      text += new TextDecoder().decode(value);
    }
    await sending;
    expect(text).toBe(`${"s".repeat(1_000_000)}after`);
  });
});
