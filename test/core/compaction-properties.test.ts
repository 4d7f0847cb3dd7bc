// Conversations at random: what holds of one whose old turns are told in short, whatever it held before.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compactableTo, compactItems, sizeOf, wholeTurns } from "../../src/core/compact-items.ts";
import { historySize } from "../../src/core/context-size.ts";
import { conversationOf, type Message } from "../../src/core/conversation.ts";
import type { Attempt, Item } from "../../src/core/state.ts";
import { headOf, type Text } from "../../src/domain/text.ts";
import type { ToolCall } from "../../src/domain/tool.ts";
import { createChance, type Chance } from "../simulator/chance.ts";
import { attemptOf, bareRun } from "./story.ts";
import { stored, words } from "./compacted-story.ts";

const attempt = attemptOf(bareRun(["A"]), "A");
const withItems = (items: readonly Item[]): Attempt => ({ ...attempt, items });

const pieces = [
  "",
  "short",
  "🙂",
  words(390),
  words(401),
  words(3_000),
  "🙂".repeat(300),
  `${"x".repeat(199)}🙂${"y".repeat(900)}`,
];

const someText = (chance: Chance): Text =>
  chance.maybe(0.15) ? stored(chance.int(16_385, 90_000), chance.pick(pieces).slice(0, 400)) : chance.pick(pieces);

function someArgs(chance: Chance): Text {
  if (chance.maybe(0.1)) return chance.pick(["", "{", "[]", '"text"', words(900), `{"path": ${words(900)}`]);
  if (chance.maybe(0.15))
    return stored(
      40_000,
      chance.pick(['{"path":"a \\"b\\".ts","content":"x', '{"content":"x', "no JSON", '{"path":"\\u00e9', ""]),
    );
  return JSON.stringify({
    path: chance.pick(["a.ts", "b c.ts", "🙂".repeat(300)]),
    content: chance.pick(pieces),
    deep: [{ text: chance.pick(pieces) }, chance.int(0, 9), null],
    ["__proto__"]: 1,
  });
}

const someCall = (chance: Chance, id: string): ToolCall => ({
  id,
  tool: chance.pick(["read", "write", "edit", "run", "search", "list", "ask", "other"]),
  args: someArgs(chance),
  class: chance.pick(["pure", "idempotent", "effectful", "control"]),
  ...(chance.maybe(0.1) ? { problem: "not understood" } : {}),
});

/** Whole turns, but for the last, whose results may be still to come. */
function someItems(chance: Chance): Item[] {
  const items: Item[] = [];
  const turns = chance.int(0, 9);
  for (let turn = 1; turn <= turns; turn += 1) {
    const calls = Array.from({ length: chance.int(0, 3) }, (_, place) => someCall(chance, `c${turn}.${place}`));
    const kept = calls.flatMap((_, place) => (chance.maybe(0.2) ? [place] : []));
    const echo = chance.maybe(0.5) ? `"signature of ${turn}"` : null;
    items.push({ kind: "reply", turn, text: someText(chance), calls, echo, ...(kept.length > 0 ? { kept } : {}) });
    const done = turn < turns ? calls.length : chance.int(0, calls.length);
    for (let call = 0; call < done; call += 1) {
      const decided = chance.maybe(0.2) ? { kept: true as const } : {};
      items.push({ kind: "result", turn, call, ok: chance.maybe(0.8), output: someText(chance), ...decided });
    }
    if (calls.length === 0 || chance.maybe(0.2)) items.push({ kind: "note", text: someText(chance) });
  }
  return items;
}

const whole = (items: readonly Item[]): readonly Item[] =>
  compactItems(items, { after: 0, upTo: compactableTo(items) });

const holds = (check: (before: readonly Item[], after: readonly Item[], chance: Chance) => void): void =>
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const chance = createChance(seed);
      const before = someItems(chance);
      check(before, whole(before), chance);
    }),
    { numRuns: 400 },
  );

/** As providers want it: roles take turns, every call has its one result right after it, no answer without a question. */
function expectValid(messages: readonly Message[]): void {
  expect(messages[0]?.role).toBe("user");
  messages.forEach((message, place) => {
    const next = messages[place + 1];
    if (message.role === "assistant" && message.calls.length > 0) {
      expect(next?.role).toBe("tool");
      const results = next?.role === "tool" ? next.results : [];
      expect(results.map(({ id, name }) => [id, name])).toEqual(message.calls.map(({ id, tool }) => [id, tool]));
    }
    if (message.role === "tool") expect(messages[place - 1]?.role).toBe("assistant");
    if (message.role === "user") expect(next?.role).not.toBe("user");
  });
}

function messageSize(message: Message): number {
  const sum = (sizes: readonly number[]): number => sizes.reduce((all, each) => all + each, 0);
  if (message.role === "user") return sum(message.texts.map(sizeOf));
  if (message.role === "tool") return sum(message.results.map(({ output }) => sizeOf(output)));
  const { text, echo, calls } = message;
  return sizeOf(text) + (echo?.length ?? 0) + sum(calls.map(({ tool, args }) => tool.length + sizeOf(args)));
}

const isObject = (args: Text): boolean => {
  try {
    const value: unknown = typeof args === "string" ? JSON.parse(args) : null;
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
};

describe("a conversation's size", () => {
  it("WIN1 is that of its messages, whole and told in short", () => {
    holds((before, after) => {
      for (const items of [before, after])
        expect(historySize(items)).toBe(
          conversationOf(withItems(items), "").reduce((sum, message) => sum + messageSize(message), 0),
        );
    });
  });
});

describe("a conversation told in short", () => {
  it("WIN3 is one that a provider takes, wherever the whole one was", () => {
    holds((before, after) => {
      const told = conversationOf(withItems(after), "The brief.");
      expectValid(told);
      expect(told.map(({ role }) => role)).toEqual(
        conversationOf(withItems(before), "The brief.").map(({ role }) => role),
      );
    });
  });

  it("WIN3 keeps arguments an object of known fields where they were one", () => {
    holds((before, after) => {
      before.forEach((item, place) => {
        const told = after[place];
        if (item.kind !== "reply" || told?.kind !== "reply") return;
        item.calls.forEach(({ args }, call) => {
          const now = told.calls[call]?.args ?? "";
          if (!isObject(args)) return;
          expect(isObject(now)).toBe(true);
          const [was, is] = [args, now].map((text) => Object.keys(JSON.parse(headOf(text)) as object));
          expect(is).toEqual(was);
        });
      });
    });
  });

  it("WIN3 keeps notes, the model's words, decisions of people and rules, and the newest turns word for word", () => {
    holds((before, after) => {
      const newest = before.findLast((item) => item.kind === "reply")?.turn ?? 0;
      expect(after).toHaveLength(before.length);
      before.forEach((item, place) => {
        const told = after[place];
        if (item.kind === "note" || item.turn > newest - wholeTurns) expect(told).toBe(item);
        else if (item.kind === "result")
          expect(told).toEqual(item.kept === true ? item : { ...item, output: expect.anything() });
        else {
          expect(told).toMatchObject({ kind: "reply", turn: item.turn, text: item.text, echo: null });
          item.calls.forEach((call, at) => {
            const isKept = item.kept?.includes(at) === true || call.class === "control";
            const now = told?.kind === "reply" ? told.calls[at] : undefined;
            expect(now).toEqual(isKept ? call : { ...call, args: expect.anything() });
          });
        }
      });
    });
  });

  it("WIN3 is never longer, in no part of it", () => {
    holds((before, after) => {
      const sizes = [before, after].map((items) => conversationOf(withItems(items), "").map(messageSize));
      sizes[0]?.forEach((size, place) => expect(sizes[1]?.[place]).toBeLessThanOrEqual(size));
    });
  });

  it("WIN3 is the same, told at once or little by little, and told twice is told once", () => {
    holds((before, after, chance) => {
      const upTo = compactableTo(before);
      const middle = chance.int(0, upTo);
      const first = compactItems(before, { after: 0, upTo: middle });
      expect(compactItems(first, { after: middle, upTo })).toEqual(after);
      expect(compactItems(after, { after: upTo, upTo })).toEqual(after);
    });
  });

  it("WIN3 holds no half character", () => {
    holds((_, after) => {
      for (const item of after) {
        const texts =
          item.kind === "reply" ? item.calls.map(({ args }) => args) : item.kind === "result" ? [item.output] : [];
        for (const text of texts) if (typeof text === "string") expect(text.isWellFormed()).toBe(true);
      }
    });
  });

  it("WIN3 has no long text left in its old turns but what is kept", () => {
    holds((before, after) => {
      const upTo = compactableTo(before);
      for (const item of after) {
        if (item.kind === "result" && item.turn <= upTo && item.kept !== true)
          expect(sizeOf(item.output)).toBeLessThanOrEqual(700);
      }
    });
  });
});
