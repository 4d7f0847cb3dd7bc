// How requests like this one were answered before.

import { describe, expect, it } from "vitest";
import type { BlobRef } from "../../src/domain/text.ts";
import { answersInWords, callSubject, editsInWords, medianOf, precedentsOf } from "../../src/views/precedents.ts";
import { answer, bareRun, command, edit, replied, toolDone, trusted } from "../core/story.ts";

const none = { approve: 0, edit: 0, reject: 0, abort: 0 };

describe("precedents", () => {
  it("INBOX6 counts the answers to requests of the same gate, tool and file or command", () => {
    const asked = bareRun(["A"], trusted("ask")).when(
      replied("A#1/1", [command("npm test"), command("npm test"), edit]),
    );
    const first = asked.when(answer(asked, "approve"), { at: 1_790_000_005_000 }).when(toolDone("A#1/1.0"));
    const second = first
      .when(answer(first, "edit", { edited: '{"command":"npm run t"}' }), { at: 1_790_000_009_000 })
      .when(toolDone("A#1/1.1"));
    const third = second.when(answer(second, "reject", { reason: "no" }));
    const { requests, tools } = precedentsOf(third.records);
    expect(requests).toEqual([
      { gate: "call", tool: "run", subject: "npm test", answers: { ...none, approve: 1, edit: 1 } },
      { gate: "call", tool: "edit", subject: "a.ts", answers: { ...none, reject: 1 } },
    ]);
    expect(tools.map(({ tool, answers }) => [tool, answers.edit])).toEqual([
      ["run", 1],
      ["edit", 0],
    ]);
  });

  it("INBOX6 does not count what nobody answered", () => {
    const asked = bareRun(["A"], trusted("ask")).when(replied("A#1/1", [command()]));
    expect(precedentsOf(asked.records)).toEqual({ requests: [], tools: [] });
  });

  it("says counts in words", () => {
    expect(answersInWords({ ...none, approve: 11, edit: 1 })).toBe("11 approved, 1 edited, 0 rejected");
    expect(answersInWords({ ...none, abort: 2 })).toBe("0 approved, 0 edited, 0 rejected, 2 aborted");
    expect(editsInWords({ ...none, approve: 11, edit: 1 })).toBe("1 of 12 requests was edited");
    expect([medianOf([]), medianOf([5]), medianOf([9, 1]), medianOf([9, 1, 4])]).toEqual([0, 5, 1, 4]);
  });

  it("knows what a call is about, also where its arguments lie beside the log", () => {
    const stored = { blob: "a".repeat(64), bytes: 20_000, head: '{"path":"src/\\u0061.ts","content":"xx' };
    expect(callSubject(stored as BlobRef)).toBe("src/a.ts");
    expect(callSubject('{"command":"npm test"}')).toBe("npm test");
    expect(callSubject("[1]")).toBe("");
    expect(callSubject("not json")).toBe("");
  });
});
