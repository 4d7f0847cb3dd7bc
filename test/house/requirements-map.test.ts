// docs/requirements-map.md is whole, and points at rules there are.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const docs = join(import.meta.dirname, "..", "..", "docs");
const rows = [
  ...readFileSync(join(docs, "requirements-map.md"), "utf8").matchAll(/^\| (D?A-\d+) +\| (.+?) +\| (.+?) +\|$/gm),
];
/** Of the second system several stand in one row (`B-07 to B-11, B-13`), and one id may be told of in two places. */
const laterRows = [
  ...readFileSync(join(docs, "requirements-map.md"), "utf8").matchAll(
    /^\| ((?:D?B|X)-\d.*?) +\| (.+?) +\| (.+?) +\|$/gm,
  ),
];
const rules = new Set(
  [...readFileSync(join(docs, "SPEC.md"), "utf8").matchAll(/^- \*\*([A-Z]+\d+)\*\*/gm)].map(([, rule]) => rule),
);

const range = (prefix: string, from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, place) => `${prefix}-${String(from + place).padStart(2, "0")}`);

it("HOUSE5 every row of the requirements is mapped, once", () => {
  expect(rows.map(([, id]) => id)).toEqual([...range("A", 2, 171), ...range("DA", 1, 89)]);
});

it("HOUSE5 every row of the second system, and of what the two did not agree on, is mapped", () => {
  const told = laterRows.flatMap(([, ids = ""]) => ids.split(", ").flatMap(idsOf));
  const all = [...range("B", 1, 158), ...range("DB", 1, 81), ...range("X", 1, 14)];
  expect(all.filter((id) => !told.includes(id))).toEqual([]);
  expect(told.filter((id) => !all.includes(id))).toEqual([]);
});

/** `B-07`, or `B-07 to B-11`. */
function idsOf(part: string): readonly string[] {
  const [, family, from, to = from] = /^(\w+)-(\d+)(?: to \1-(\d+))?$/.exec(part) ?? [];
  if (family === undefined) throw new Error(`this is no id of a row: ${part}`);
  return range(family, Number(from), Number(to));
}

it("HOUSE5 each row names a rule there is, or says later or not taken", () => {
  for (const [row, , , here = ""] of [...rows, ...laterRows]) {
    const named = [...here.matchAll(/\b([A-Z]{2,}\d+)\b/g)].map(([, rule]) => rule);
    expect(
      named.filter((rule) => !rules.has(rule)),
      row,
    ).toEqual([]);
    if (named.length === 0) expect(here).toMatch(/^(?:later|not taken)/);
  }
});
