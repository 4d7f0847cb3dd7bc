// What a page of the guide has a person type.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseGuide } from "../../examples/guide-blocks.ts";

/** Line by line, of `docs/guide/<name>.md`. */
export const typedLines = (name: string): readonly string[] =>
  parseGuide(readFileSync(join(import.meta.dirname, "../../../docs/guide", `${name}.md`), "utf8")).flatMap(({ text }) =>
    text.split("\n"),
  );

/** A line's words as a shell takes them, without the program's name. */
export const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "").slice(1);
