// Finds and reads the golden logs. Whoever folds them takes the records from here.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { decodeBody } from "../../src/adapters/log/record.ts";
import type { Recorded } from "../../src/domain/event.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** Paths relative to this folder: `v1/every-event/log.jsonl`. */
export const goldenLogs: readonly string[] = globSync("v*/**/*.jsonl", { cwd: folder }).toSorted();

/** Today's records of a golden log. Throws on a line that today's code cannot read. */
export function loadGoldenLog(path: string): readonly Recorded[] {
  const lines = readFileSync(join(folder, path), "utf8").trimEnd().split("\n");
  return lines.map((line, index) => {
    const decoded = decodeBody(line, index + 1);
    if (decoded.kind === "record") return decoded.record;
    const problem = decoded.kind === "newer" ? `its version ${decoded.version} is newer than ours` : decoded.problem;
    throw new Error(`${path}, line ${index + 1}: ${problem}`);
  });
}
