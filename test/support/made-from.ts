// Whether what was built is what its sources would give now.

import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";

const top = join(import.meta.dirname, "../..");

const changedAt = (path: string): number => statSync(join(top, path)).mtimeMs;

/** Paths and patterns are the repository's own. A folder in which a file came or went has changed too. */
export function isNewerThan(made: string, sources: readonly string[]): boolean {
  if (!existsSync(join(top, made))) return false;
  const built = changedAt(made);
  return globSync(sources, { cwd: top }).every((path) => changedAt(path) < built);
}
