// docs/requirements-map.md is whole, and points at rules there are.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const docs = join(import.meta.dirname, "..", "..", "docs");
const rows = [
  ...readFileSync(join(docs, "requirements-map.md"), "utf8").matchAll(/^\| (D?A-\d+) +\| (.+?) +\| (.+?) +\|$/gm),
];
const rules = new Set(
  [...readFileSync(join(docs, "SPEC.md"), "utf8").matchAll(/^- \*\*([A-Z]+\d+)\*\*/gm)].map(([, rule]) => rule),
);

const range = (prefix: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, place) => `${prefix}-${String(from + place).padStart(2, "0")}`);

it("HOUSE5 every row of the requirements is mapped, once", () => {
  expect(rows.map(([, id]) => id)).toEqual([...range("A", 2, 171), ...range("DA", 1, 89)]);
});

it("HOUSE5 each row names a rule there is, or says later or not taken", () => {
  for (const [row, , , here = ""] of rows) {
    const named = [...here.matchAll(/\b([A-Z]{2,}\d+)\b/g)].map(([, rule]) => rule);
    expect(
      named.filter((rule) => !rules.has(rule)),
      row,
    ).toEqual([]);
    if (named.length === 0) expect(here).toMatch(/^(?:later|not taken)/);
  }
});
