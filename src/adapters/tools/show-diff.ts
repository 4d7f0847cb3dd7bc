// A change as a person reads it before approving: a unified diff with everything hidden made visible.

import { createTwoFilesPatch } from "diff";
import { findHidden, foldBlankRuns, toPrintable } from "../../domain/printable.ts";

/** Beyond this the shortest diff is not looked for. */
const patience = { timeout: 1_000, maxEditLength: 20_000, context: 3 };
const longest = 256 * 1024;

/** `before` undefined: a new file. */
export function showDiff(path: string, before: string | undefined, after: string): string {
  if (before === after) return `${toPrintable(path)} stays as it is`;
  const patch = createTwoFilesPatch(
    before === undefined ? "/dev/null" : `a/${path}`,
    `b/${path}`,
    before ?? "",
    after,
    "",
    "",
    patience,
  );
  const full = patch ?? `${toPrintable(path)} changes throughout. It becomes:\n${after}`;
  return withHidden(cut(full.replace(/^=+\n/, "")));
}

/** Text as it is, made safe to look at, followed by a list of what could not be seen in it. */
export function withHidden(text: string): string {
  const hidden = findHidden(text.replaceAll("\r\n", "\n"));
  const printable = toPrintable(foldBlankRuns(text));
  if (hidden.length === 0) return printable;
  const list = hidden.slice(0, 20).map(({ name, kind, count }) => `${name} (${kind}) ${count} times`);
  return `${printable}${printable.endsWith("\n") ? "" : "\n"}\n! Hidden characters, shown above as escapes: ${list.join(", ")}\n`;
}

const cut = (text: string): string =>
  text.length <= longest
    ? text
    : `${text.slice(0, longest)}\n[${text.length - longest} of ${text.length} characters are not shown]\n`;
