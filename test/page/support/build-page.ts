// Before the tests of the page: builds it, where what it is made of has changed since.

import { execFile } from "node:child_process";
import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const top = join(import.meta.dirname, "../../..");
const made = join(top, "dist/page/carried/index.html");

const changedAt = (path: string): number => statSync(path).mtimeMs;

function isFresh(): boolean {
  if (!existsSync(made)) return false;
  const parts = globSync(["src/{web,core,views,domain}/**/*", "vite.config.ts", "package-lock.json"], { cwd: top });
  return parts.every((path) => changedAt(join(top, path)) < changedAt(made));
}

export async function setup(): Promise<void> {
  // In a process of its own: here NODE_ENV says that tests run, and React would be built for its developers.
  if (!isFresh()) await promisify(execFile)(process.execPath, [join(top, "scripts/build-page.ts")]);
}
