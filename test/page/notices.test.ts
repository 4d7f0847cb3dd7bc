// What went wrong beside the run, as the page keeps it.

import { describe, expect, it } from "vitest";
import { addNotice, type Notice } from "../../src/web/state/notices.ts";

const none: ReadonlySet<string> = new Set();
const told = (texts: readonly string[], closed = none): readonly Notice[] =>
  texts.reduce<readonly Notice[]>((notices, text) => addNotice(notices, text, closed), []);

describe("notices", () => {
  it("PAGE19 stand once each, the newest last, with how often they came", () => {
    expect(told(["a", "b", "a", "a"])).toEqual([
      { text: "b", times: 1 },
      { text: "a", times: 3 },
    ]);
  });

  it("PAGE19 are kept to twenty, and what was closed does not come back", () => {
    const many = told(Array.from({ length: 50 }, (_, place) => `notice ${place}`));
    expect(many).toHaveLength(20);
    expect(many.at(-1)?.text).toBe("notice 49");
    const before = told(["b"]);
    expect(addNotice(before, "a", new Set(["a"]))).toBe(before);
  });
});
