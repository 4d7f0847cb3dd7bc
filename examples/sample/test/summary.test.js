import assert from "node:assert/strict";
import { test } from "node:test";
import { total, totalsByCategory } from "../src/summary.js";

const entries = [
  { date: "2026-01-03", payee: "Baker", category: "food", cents: 480 },
  { date: "2026-01-05", payee: "Transit", category: "travel", cents: 4900 },
  { date: "2026-02-07", payee: "Grocer", category: "food", cents: 5795 },
];

test("the total of nothing is nothing", () => {
  assert.equal(total([]), 0);
});

test("totals add up, in all and per category", () => {
  assert.equal(total(entries), 11175);
  assert.deepEqual(
    [...totalsByCategory(entries)],
    [
      ["food", 6275],
      ["travel", 4900],
    ],
  );
});
