// Before the tests of the page: builds it, where what it is made of has changed since.

import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const top = join(import.meta.dirname, "../../..");
const made = join(top, "dist/page/index.html");

const changedAt = (path: string): number => statSync(path).mtimeMs;

function isFresh(): boolean {
  if (!existsSync(made)) return false;
  const parts = globSync(["src/{web,core,views,domain}/**/*", "vite.config.ts", "package-lock.json"], { cwd: top });
  return parts.every((path) => changedAt(join(top, path)) < changedAt(made));
}

export async function setup(): Promise<void> {
  if (!isFresh()) await build({ configFile: join(top, "vite.config.ts"), logLevel: "warn" });
}
