// docs/SPEC.md and the tests keep each other honest: no rule without a test, no number without a rule.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const top = join(import.meta.dirname, "../..");

/** Rules are lines like `- **TF1** A ticket file is ...`. */
const rulesOf = (spec: string): string[] =>
  [...spec.matchAll(/^- \*\*([A-Z]+\d+)\*\* /gm)].map((rule) => rule[1] ?? "");

/** Areas are named in the headings: `## Ticket files (TF)`. */
const areasOf = (spec: string): string[] => [...spec.matchAll(/^## .*\(([A-Z]+)\)$/gm)].map((area) => area[1] ?? "");

/** Numbers of an area that a text of a test file begins with. A requirement id such as T-07 is no number of ours. */
const quotedIn = (source: string, areas: readonly string[]): string[] =>
  [...source.matchAll(/["'`]((?:[A-Z]+-?\d+[,:]? )+)/g)]
    .flatMap((start) => (start[1] ?? "").split(/[,: ]+/))
    .filter((number) => areas.includes(/^([A-Z]+)\d+$/.exec(number)?.[1] ?? ""));

const spec = readFileSync(join(top, "docs/SPEC.md"), "utf8");
const rules = rulesOf(spec);
const areas = areasOf(spec);
const testFiles = readdirSync(join(top, "test"), { recursive: true, encoding: "utf8" }).filter((path) =>
  path.endsWith(".test.ts"),
);
const quotes = testFiles.flatMap((path) =>
  quotedIn(readFileSync(join(top, "test", path), "utf8"), areas).map((number) => ({ number, path })),
);

describe("the specification", () => {
  it("HOUSE5 has each number once, under the heading of its area", () => {
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.filter((rule, place) => rules.indexOf(rule) !== place)).toEqual([]);
    for (const section of spec.split(/^## /m).slice(1)) {
      const [area] = areasOf(`## ${section.split("\n", 1)[0]}`);
      expect(rulesOf(section).filter((rule) => rule.replace(/\d+$/, "") !== area)).toEqual([]);
    }
  });

  it("HOUSE5 every rule is quoted by a test", () => {
    const quoted = new Set(quotes.map(({ number }) => number));
    expect(rules.filter((rule) => !quoted.has(rule))).toEqual([]);
  });

  it("HOUSE5 every number a test quotes is a rule", () => {
    const known = new Set(rules);
    const strangers = quotes
      .filter(({ number }) => !known.has(number))
      .map(({ number, path }) => `${number} in ${path}`);
    expect([...new Set(strangers)]).toEqual([]);
  });
});
