import assert from "node:assert/strict";
import { test } from "node:test";
import { formatAmount, parseAmount } from "../src/money.js";

test("an amount becomes whole cents", () => {
  assert.equal(parseAmount("12"), 1200);
  assert.equal(parseAmount("12.5"), 1250);
  assert.equal(parseAmount(" 0.07 "), 7);
});

test("cents become an amount with two decimals", () => {
  assert.equal(formatAmount(1250), "12.50");
  assert.equal(formatAmount(7), "0.07");
  assert.equal(formatAmount(-300), "-3.00");
});

test("a decimal comma is refused, not read as hundreds", () => {
  assert.throws(() => parseAmount("12,50"), RangeError);
  assert.throws(() => parseAmount("0,99"), RangeError);
});

test("digits in odd groups are refused: they are typing errors", () => {
  for (const text of ["1,2,3.50", "12,3456", "1.234", ",5"]) assert.throws(() => parseAmount(text), RangeError, text);
});

test("words and nothing at all are refused", () => {
  assert.throws(() => parseAmount("free"), /not an amount: "free"/);
  assert.throws(() => parseAmount(""), RangeError);
});
