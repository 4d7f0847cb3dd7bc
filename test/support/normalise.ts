// Two logs of the same run told apart by nothing but time and ids: both are replaced, everything else stays as it is.

import type { Recorded } from "../../src/domain/event.ts";

/** Fields that hold times or lengths of time. */
const times = new Set(["at", "ms", "retryAt", "until"]);

/** One JSON text per record. `folders`: paths that differ between the two, each with what stands for it. */
export function normalised(records: readonly Recorded[], folders: Readonly<Record<string, string>>): readonly string[] {
  return records.map((record) => {
    let text = JSON.stringify(record, (name, value: unknown) => {
      if (times.has(name) && typeof value === "number") return 0;
      // Who answered: the person then, the recording now.
      if (name === "by") return String(value).replace(/^(?:person|rule):.*/, "somebody");
      return name === "scenario" || name === "owner" ? undefined : value;
    });
    for (const [path, name] of Object.entries(folders)) text = text.replaceAll(path, name);
    return text
      .replace(/(\[exit code \d+), [\d.]+ m?s\]/g, "$1]")
      .replace(/\brun_[0-9a-z]{10,32}\b/g, "run_ID")
      .replace(/\b[0-9a-f]{40,64}\b/g, "HASH");
  });
}
