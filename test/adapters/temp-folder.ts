// A temporary folder for one test file, canonical, removed afterwards.

import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

export function createTempFolder(): (files?: Readonly<Record<string, string>>) => string {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "tutti-test-")));
  let made = 0;
  afterAll(() => rmSync(base, { recursive: true, force: true }));
  return (files = {}) => {
    made += 1;
    const root = join(base, String(made), "repo");
    mkdirSync(root, { recursive: true });
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    return root;
  };
}
