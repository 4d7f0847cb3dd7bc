// Where a person stands in the queue while it changes under them.

import { describe, expect, it } from "vitest";
import { movePlace, nowhere, settlePlace } from "../../src/web/screens/inbox/queue.ts";

const nobody: ReadonlySet<string> = new Set();

describe("the place in the queue", () => {
  it("INBOX2 begins at the first request, and is nowhere in an empty queue", () => {
    expect(settlePlace(["a", "b"], nowhere, nobody)).toEqual({ key: "a", at: 0 });
    expect(settlePlace([], nowhere, nobody)).toBe(nowhere);
  });

  it("INBOX2 stays on its request while others come and go before it", () => {
    const place = { key: "b", at: 1 };
    expect(settlePlace(["a", "b", "c"], place, nobody)).toBe(place);
    expect(settlePlace(["new", "a", "b"], place, nobody)).toEqual({ key: "b", at: 2 });
    expect(settlePlace(["b"], place, nobody)).toEqual({ key: "b", at: 0 });
  });

  it("INBOX2 stays on a request that somebody else answered, and moves on from one's own", () => {
    const place = { key: "b", at: 1 };
    expect(settlePlace(["a", "c"], place, nobody)).toBe(place);
    expect(settlePlace(["a", "c"], place, new Set(["b"]))).toEqual({ key: "c", at: 1 });
    expect(settlePlace(["a"], place, new Set(["b"]))).toEqual({ key: "a", at: 0 });
    expect(settlePlace([], place, new Set(["b"]))).toEqual(nowhere);
  });

  it("INBOX2 moves by one within the list, from a request that is gone to the one in its place", () => {
    const keys = ["a", "b", "c"];
    expect(movePlace(keys, { key: "a", at: 0 }, 1)).toEqual({ key: "b", at: 1 });
    expect(movePlace(keys, { key: "a", at: 0 }, -1)).toEqual({ key: "a", at: 0 });
    expect(movePlace(keys, { key: "c", at: 2 }, 1)).toEqual({ key: "c", at: 2 });
    expect(movePlace(keys, { key: "gone", at: 1 }, 1)).toEqual({ key: "b", at: 1 });
    expect(movePlace(keys, { key: "gone", at: 1 }, -1)).toEqual({ key: "a", at: 0 });
    expect(movePlace([], { key: "gone", at: 1 }, 1)).toEqual(nowhere);
  });
});
