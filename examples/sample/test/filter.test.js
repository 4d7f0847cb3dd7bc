import assert from "node:assert/strict";
import { test } from "node:test";
import { filterEntries } from "../src/filter.js";

const entries = [
  { date: "2026-01-31", payee: "Baker", category: "food", cents: 300 },
  { date: "2026-02-01", payee: "Transit", category: "travel", cents: 4900 },
  { date: "2026-02-28", payee: "Grocer", category: "food", cents: 2150 },
];
const payees = (conditions) => filterEntries(entries, conditions).map(({ payee }) => payee);

test("without conditions everything passes", () => {
  assert.deepEqual(payees(), ["Baker", "Transit", "Grocer"]);
});

test("both ends of a range belong to it", () => {
  assert.deepEqual(payees({ from: "2026-02-01", to: "2026-02-28" }), ["Transit", "Grocer"]);
});

test("all conditions have to hold", () => {
  assert.deepEqual(payees({ category: "food", from: "2026-02-01" }), ["Grocer"]);
});
