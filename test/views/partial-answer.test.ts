// What is read out of an answer that is JSON while it comes in.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { proseOfAnswer } from "../../src/views/partial-answer.ts";
import { says, vote, write } from "../support/deliberating.ts";

const textOf = (answer: unknown): string => JSON.stringify(answer);

const cycle = textOf(
  says({
    status: "waiting",
    waitingFor: "BETA",
    blocked: "I lack figures.",
    entries: [
      write("solutions", "queue", 0, { text: 'Take SQLite.\n\nIt is "here" already.', patch: "--- a\n+++ b\n" }),
    ],
    objections: [{ section: "synthesis", key: "plan", version: 2, severity: "blocking", text: "Nobody tried it." }],
    messages: [{ to: "BETA", kind: "question", text: "Did you try?" }],
    votes: [vote("plan", 2, "reject")],
  }).answer,
);

describe("an answer while it is written", () => {
  it("DPG30 is told by its running text, each under what it belongs to; names and numbers are no text", () => {
    expect(proseOfAnswer(cycle)).toBe(
      [
        "**Is blocked**",
        "I lack figures.",
        "**Writes solutions, queue**",
        'Take SQLite.\n\nIt is "here" already.',
        "~~~~~\n--- a\n+++ b\n\n~~~~~\n",
        "**Objects to synthesis, plan, blocking**",
        "Nobody tried it.",
        "**Says to BETA, question**",
        "Did you try?",
        "**Votes on plan, reject**",
        "reject plan 2",
      ].join("\n\n"),
    );
  });

  it("DPG30 an answer that stops in the middle of a word, an escape or a character is told as far as it goes", () => {
    const begun = '{"entries":[{"section":"solutions","key":"a","text":"Take it';
    expect(proseOfAnswer(begun)).toBe("**Writes solutions, a**\n\nTake it");
    for (const open of ["\\", "\\u", "\\u00", "\\ud83d", "\\ud83d\\ude"])
      expect(proseOfAnswer(`${begun}${open}`), open).toBe(proseOfAnswer(begun));
    expect(proseOfAnswer(`${begun}\\ud83d\\ude00`)).toBe(`${proseOfAnswer(begun)}😀`);
  });

  it("DPG30 tells tracks and tickets, words before the JSON, and an answer that is none", () => {
    const tracks = { tracks: [{ id: "core", title: "The rules", brief: "Pure and small.", dependsOn: [] }] };
    expect(proseOfAnswer(textOf(tracks))).toBe("**Track core**\n\nThe rules\n\nPure and small.");
    expect(proseOfAnswer(`Here it is:\n\n\`\`\`json\n${textOf(tracks)}\n\`\`\``)).toBe(
      "Here it is:\n\n**Track core**\n\nThe rules\n\nPure and small.",
    );
    expect(proseOfAnswer('{"messages":[{"to":"ALPHA","kind":"answer","text":"Yes"')).toBe(
      "**Says to ALPHA, answer**\n\nYes",
    );
    expect(proseOfAnswer("I cannot answer that.")).toBe("I cannot answer that.");
    expect(proseOfAnswer('{"tickets":[{"id":"A","title":"文字だけ"}]}')).toBe("**Ticket A**\n\n文字だけ");
  });

  it("DPG30 what was told stays as it is and is only added to, whatever the answer is and wherever it is cut", () => {
    const words = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.constantFrom("ALPHA", "two words", "x\ny"));
    const field = fc.constantFrom("entries", "votes", "text", "patch", "key", "open");
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, words, fc.double(), fc.boolean(), fc.constant(null), tie("list"), tie("thing")),
      list: fc.array(tie("any"), { maxLength: 4 }),
      thing: fc.dictionary(field, tie("any"), { maxKeys: 4 }),
    })).thing;
    const said = fc.oneof(
      value.map((thing) => JSON.stringify(thing)),
      value.map((thing) => `Look:\n\`\`\`json\n${JSON.stringify(thing, null, 2)}\n\`\`\``),
      fc.string({
        unit: fc.constantFrom("{", "}", "[", "]", '"', "\\", "u", "a", " ", ",", ":", "\n", "`"),
        maxLength: 40,
      }),
    );
    fc.assert(
      fc.property(said, (answer) => {
        let before = "";
        for (let end = 0; end <= answer.length; end += 1) {
          const now = proseOfAnswer(answer.slice(0, end));
          if (!now.startsWith(before)) expect.fail(`${JSON.stringify(before)} became ${JSON.stringify(now)}`);
          before = now;
        }
      }),
      { numRuns: 400 },
    );
  });

  it("DPG30 takes time in proportion to the answer, however deep or broken it is", () => {
    for (const hostile of [
      "[".repeat(200_000),
      '{"a":'.repeat(100_000),
      '"'.repeat(200_001),
      "`".repeat(200_000),
      " ".repeat(200_000),
    ]) {
      const begun = performance.now();
      proseOfAnswer(`{"entries":[${hostile}`);
      proseOfAnswer(hostile);
      expect(performance.now() - begun).toBeLessThan(1_000);
    }
  });
});
