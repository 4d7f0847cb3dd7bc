import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDate } from "../src/dates.js";

test("a day of the calendar is returned as given", () => {
  assert.equal(parseDate("2026-03-14"), "2026-03-14");
  assert.equal(parseDate("2024-02-29"), "2024-02-29");
});

test("a day the calendar does not have is refused", () => {
  assert.throws(() => parseDate("2026-02-29"), /no such day/);
  assert.throws(() => parseDate("2026-13-01"), /no such day/);
});

test("another way of writing dates is refused", () => {
  assert.throws(() => parseDate("14.03.2026"), /not a date/);
});
