// Every source file says what it owns, and none silences a check.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const top = join(import.meta.dirname, "../..");
const sources = ["src", "test", "bench", "scripts"].flatMap((folder) =>
  readdirSync(join(top, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => join(folder, path)),
);

// Put together from pieces, or this file would name itself.
const silenced = new RegExp(["(?:ox|es)lint-", "disable|@ts-(?:ignore|nocheck|expect-error)|v8 ", "ignore"].join(""));

describe("source files", () => {
  it("HOUSE6 open with a comment", () => {
    const bare = sources.filter(
      (path) => !/^(?:#!.*\n)?(?:\/\/|\/\*\*) ?\S/.test(readFileSync(join(top, path), "utf8")),
    );
    expect(sources.length).toBeGreaterThan(50);
    expect(bare).toEqual([]);
  });

  it("HOUSE6 silence no check", () => {
    // The one test that sees a silenced check refused has to write it.
    const others = sources.filter((path) => path !== join("test", "house", "lint.test.ts"));
    expect(others.filter((path) => silenced.test(readFileSync(join(top, path), "utf8")))).toEqual([]);
  });
});
