import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCsv } from "../src/csv.js";

test("fields are split at commas and trimmed", () => {
  assert.deepEqual(parseCsv("a, b ,c\n"), [{ line: 1, fields: ["a", "b", "c"] }]);
});

test("empty lines and comments are skipped, line numbers are kept", () => {
  assert.deepEqual(parseCsv("a\r\n\r\n# note\r\nb"), [
    { line: 1, fields: ["a"] },
    { line: 4, fields: ["b"] },
  ]);
});

test("an empty field stays a field", () => {
  assert.deepEqual(parseCsv("a,,c")[0].fields, ["a", "", "c"]);
});
