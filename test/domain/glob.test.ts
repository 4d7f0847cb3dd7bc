// Path globs: what they match, and that no pattern takes long.

import fc from "fast-check";
import { expect, it } from "vitest";
import { matchesAny, parseGlob } from "../../src/domain/glob.ts";

const cases: readonly (readonly [glob: string, path: string, matches: boolean])[] = [
  ["src/**", "src/a/b.ts", true],
  ["src/**", "source/a.ts", false],
  ["src/**/x.ts", "src/x.ts", true],
  ["**/*.ts", "a.ts", true],
  ["**/*.ts", "a/.hidden/b.ts", true],
  ["*.ts", "a/b.ts", false],
  ["src", "src/a.ts", true],
  ["src", "src2/a.ts", false],
  ["src/a.ts", "src/a.ts", true],
  ["./src/a.ts", "src/a.ts", true],
  ["src/", "src/deep/a.ts", true],
  ["{src,test}/**/*.{ts,js}", "test/x/y.js", true],
  ["{src,test}/**/*.{ts,js}", "docs/y.js", false],
  ["a{b,{c,d}}e", "ade", true],
  ["file?.txt", "file1.txt", true],
  ["file?.txt", "file/.txt", false],
  ["[!a-c]x", "dx", true],
  ["[!a-c]x", "bx", false],
  ["[a-c]x", "bx", true],
  ["src/**", "SRC/a.ts", false],
  ["a[b", "a[b", true],
];

it.each(cases)("%s on %s: %s", (glob, path, matches) => {
  expect(matchesAny([glob], path)).toBe(matches);
});

it("A-69 patterns that make backtracking matchers explode are answered by counting", () => {
  const path = "a/".repeat(1_000) + "a".repeat(3_000);
  for (const glob of ["**/".repeat(60) + "x", "*a".repeat(100) + "b", "**/*a*/".repeat(30) + "b"]) {
    expect(matchesAny([glob], path)).toBe(false);
  }
});

it("A-69 too long and too wide globs are refused with the reason", () => {
  expect(parseGlob("a".repeat(1_001))).toMatchObject({ problem: expect.stringContaining("1001") });
  expect(parseGlob("{a,b}".repeat(10))).toMatchObject({ problem: expect.stringContaining("braces") });
  expect(matchesAny(["{a,b}".repeat(10)], "aaaaaaaaaa")).toBe(false);
});

it("a path without wildcards matches itself and what lies below it, and nothing else", () => {
  const name = fc.stringMatching(/^[a-z._-]{1,8}$/);
  const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join("/"));
  fc.assert(
    fc.property(path, path, (one, other) => {
      expect(matchesAny([one], other)).toBe(other === one || other.startsWith(`${one}/`));
      expect(matchesAny(["**"], one)).toBe(true);
    }),
  );
});
