// A diff within a budget: file by file, so that one large file does not hide the others; what is missing is named.

import type { AttemptDiff } from "../../domain/check-question.ts";

/** Bytes: of all files, and of one. */
const largestDiff = 96 * 1024;
const largestFile = 24 * 1024;
const mostNames = 200;

export type ShownDiff = { readonly text: string; readonly leftOut: readonly string[] };

export function showDiff({ patch, isCut, files, unread }: AttemptDiff): ShownDiff {
  const sections = splitFiles(patch);
  const shown: string[] = [];
  const leftOut: string[] = [];
  let room = largestDiff;
  for (const [place, section] of sections.entries()) {
    const name = nameOf(section);
    if (section.includes("\0")) {
      shown.push(`${headOf(section)}[binary content is not shown]`);
      leftOut.push(`${name}: binary`);
      continue;
    }
    const part = cutLines(section, Math.min(room, largestFile));
    room -= Buffer.byteLength(part);
    if (part !== "") shown.push(part);
    const isLast = isCut && place === sections.length - 1;
    if (part.length < section.length || isLast)
      leftOut.push(`${name}: ${part === "" ? "not shown" : "only its beginning is shown"}`);
  }
  const named = new Set(sections.map(nameOf));
  const unseen = isCut ? files.filter((file) => !named.has(file)).map((file) => `${file}: not shown`) : [];
  const all = [...leftOut, ...unseen, ...unread.map((path) => `${path}: cannot be read by git`)];
  const more = all.length > mostNames ? [`and ${all.length - mostNames} more`] : [];
  return {
    text: shown.length === 0 ? "(nothing was changed)" : shown.join("\n"),
    leftOut: [...all.slice(0, mostNames), ...more].map((line) => line.replace(/[\r\n]+/g, " ")),
  };
}

/** Lines of content begin with a space, a sign or a backslash, so none can look like the beginning of a file. */
const splitFiles = (patch: string): readonly string[] =>
  patch.split(/^(?=diff --git )/m).flatMap((section) => (section === "" ? [] : [section.replace(/\n$/, "")]));

const headOf = (section: string): string => /^.*?(?=^(?:@@|\+\+\+|Binary)|$(?![^]))/ms.exec(section)?.[0] ?? "";

/** The path after the change, as git writes it in the section's first line. */
const nameOf = (section: string): string => {
  const first = section.slice(0, section.indexOf("\n") < 0 ? undefined : section.indexOf("\n"));
  return /^diff --git "?a\/.*? "?b\/(.*?)"?$/.exec(first)?.[1] ?? first;
};

function cutLines(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const kept = Buffer.from(text).subarray(0, Math.max(0, bytes)).toString("utf8");
  return kept.slice(0, Math.max(0, kept.lastIndexOf("\n")));
}
