// The map of a repository: every file is named or counted, the top comes first, and it keeps to its room.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toDirectoryMap } from "../../../src/adapters/context/directory-map.ts";

describe("a directory map", () => {
  it("CTX7 A-132 names folders with their files, and a chain of folders in one line", () => {
    const paths = [
      "src/main/java/shop/Cart.java",
      "src/main/java/shop/Item.java",
      "README.md",
      "docs/a.md",
      "docs/adr/1.md",
    ];
    expect(toDirectoryMap(paths, 10_000)).toEqual({
      text: [
        "README.md",
        "docs/ (2 files)",
        "  a.md",
        "  adr/ (1 file)",
        "    1.md",
        "src/main/java/shop/ (2 files)",
        "  Cart.java, Item.java",
      ].join("\n"),
      leftOut: undefined,
    });
  });

  it("CTX7 a folder that does not fit keeps its count; one with too many files says how many more", () => {
    const files = Array.from({ length: 100 }, (_, n) => `big/${String(n).padStart(3, "0")}.txt`);
    const map = toDirectoryMap([...files, "small/a.txt"], 120);
    expect(map.text).toBe("big/ (100 files)\nsmall/ (1 file)\n  a.txt");
    expect(map.leftOut).toBe("100 of 101 files are not named");
    expect(toDirectoryMap(files, 10_000).text).toMatch(/059\.txt and 40 more$/);
  });

  it("CTX7 a name cannot break its line", () => {
    expect(toDirectoryMap(["a\n\u001b[31m/b\n"], 1_000).text).toBe("a\\n\\x1b[31m/ (1 file)\n  b\\n");
  });

  it("CTX7 no depth makes it fail", () => {
    const deep = `${"d/".repeat(20_000)}f`;
    expect(toDirectoryMap([deep, `${deep}2`, "x/a"], 100_000).leftOut).toBeUndefined();
    const steps = Array.from({ length: 2_000 }, (_, n) => `${"d/".repeat(n)}f`);
    expect(toDirectoryMap(steps, 20_000).text.length).toBeLessThan(20_000);
  });

  it("CTX7 every file is named or counted, within the room", () => {
    const name = fc.stringMatching(/^[a-c]{1,3}$/);
    const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => `${names.join("/")}.x`);
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 60 }), fc.integer({ min: 0, max: 600 }), (paths, bytes) => {
        const { text, leftOut } = toDirectoryMap(paths, bytes);
        const named = text.match(/\.x\b/g)?.length ?? 0;
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(bytes);
        expect(named + Number(leftOut?.split(" ")[0] ?? 0)).toBe(paths.length);
      }),
    );
  });
});
