// Skeletons of real libraries: how much smaller they are than the file. Go, Rust and C have no library of theirs in a
// package that is small enough to fetch for a test, so theirs are generated; docs/guide/context-views.md has real ones.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { languageOf } from "../../../src/adapters/context/languages.ts";
import { createSourceViews } from "../../../src/adapters/context/source-views.ts";
import { countTokens } from "../../../scripts/count-tokens.ts";
import { describeNeeding } from "../../support/needs.ts";
import { createTempFolder } from "../temp-folder.ts";

const views = createSourceViews();
afterAll(views.close);
const newFolder = createTempFolder();
const modules = join(import.meta.dirname, "../../../node_modules");

async function expectSmall(path: string, text: string, holds: readonly string[]): Promise<void> {
  expect(text.split("\n").length).toBeGreaterThan(1_000);
  const language = languageOf(path);
  if (language === undefined) throw new Error(`${path} has no language`);
  const answer = await views.show({ language, as: "skeleton", text });
  if (answer.kind === "trouble") throw new Error(`${path} ${answer.problem}`);
  for (const line of holds) expect(answer.text.split("\n").map((shown) => shown.trim())).toContain(line);
  expect(countTokens(answer.text) / countTokens(text)).toBeLessThan(0.15);
}

const installed: Readonly<Record<string, readonly string[]>> = {
  "commander/lib/command.js": ["export class Command extends EventEmitter", "parseOptions(args)"],
  "ai/src/generate-text/stream-text.ts": ["import type { ServerResponse } from 'node:http'"],
};

it.each(Object.entries(installed))(
  "CTX2 A-133 the skeleton of %s takes less than 15 in 100 of its tokens",
  async (path, holds) => {
    await expectSmall(path, readFileSync(join(modules, path), "utf8"), holds);
  },
);

const published = [
  ["node-gyp@12.4.0", "gyp/pylib/gyp/input.py", ["import ast"]],
  ["node-addon-api@8.9.2", "napi-inl.h", ["#include <algorithm>"]],
  ["cordova-plugin-inappbrowser@7.0.0", "src/android/InAppBrowser.java", ["import java.util.HashMap"]],
] as const;

describeNeeding("registry", "skeletons of published libraries", () => {
  it.each(published)(
    "CTX2 A-133 the skeleton of a file of %s takes less than 15 in 100 of its tokens",
    async (spec, path, holds) => {
      const folder = newFolder();
      const packed = execFileSync("npm", ["pack", "--silent", spec], { cwd: folder, encoding: "utf8" }).trim();
      execFileSync("tar", ["-xzf", packed], { cwd: folder });
      const text = readFileSync(join(folder, "package", path), "utf8");
      await expectSmall(path, text, holds);
    },
  );
});

const generated: Readonly<Record<string, readonly [head: string, step: string, end: string]>> = {
  "big.go": [
    "func (s *Store) Find@(key string) (value int, err error) {",
    "\tvalue += len(key) * @ // and so on",
    "\treturn value, nil\n}",
  ],
  "big.rs": [
    "    pub fn find_@(&self, key: &str) -> Option<u64> {",
    "        let next = self.step(key.len() * @);",
    "        None\n    }",
  ],
  "big.c": [
    "static int find_@(const struct store *store, const char *key) {",
    "  result += step(store, key) * @;",
    "  return result;\n}",
  ],
};

it.each(Object.entries(generated))(
  "CTX2 A-133 the skeleton of %s, generated, takes less than 15 in 100 of its tokens",
  async (path, [head, step, end]) => {
    const functions = Array.from({ length: 100 }, (_, n) =>
      [
        `// Finds what is kept under a key, the way number ${n} does it.`,
        head,
        ...Array.from({ length: 12 }, () => step),
        end,
        "",
      ]
        .join("\n")
        .replaceAll("@", String(n)),
    );
    const text = functions.join("\n");
    const first = head.replace("@", "7").trim().replace(/ \{$/, "").replace("func (s *Store) ", "");
    await expectSmall(path, path === "big.rs" ? `impl Store {\n${text}\n}\n` : text, [first]);
  },
);

it("CTX2 the guide's figures are what its command prints", () => {
  const top = join(import.meta.dirname, "../../..");
  const printed = execFileSync(process.execPath, [join(top, "scripts/measure-views.ts")], { encoding: "utf8" });
  const [, lines, , skeleton] =
    printed
      .split("\n")
      .find((line) => line.includes("commander"))
      ?.split("\t") ?? [];
  const page = readFileSync(join(top, "docs/guide/context-views.md"), "utf8");
  const row = page
    .split("\n")
    .findLast((line) => line.includes("commander 15.1.0"))
    ?.replaceAll(",", "");
  expect(
    row
      ?.split("|")
      .map((cell) => cell.trim())
      .slice(3, 5),
  ).toEqual([lines, skeleton]);
});
