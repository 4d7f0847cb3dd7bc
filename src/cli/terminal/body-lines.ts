// A foreign text as lines to read before an answer: wrapped, never cut, hidden characters made visible and alarming.

import { foldBlankRuns, toPrintable } from "../../domain/printable.ts";
import { span, type Line, type Span, type Tone } from "./line.ts";
import { displayWidth, wrapToWidth } from "./width.ts";

const tab = "    ";

/** At least one line; a unified diff gets its colours. */
export function bodyLines(text: string, columns: number): Line[] {
  const isDiff = /^@@ .*@@/m.test(text) || (/^--- /m.test(text) && /^\+\+\+ /m.test(text));
  return foldBlankRuns(text)
    .replace(/\n+$/, "")
    .split("\n")
    .flatMap((line) => wrapLine(line, isDiff ? toneOf(line) : "plain", columns));
}

function toneOf(line: string): Tone {
  if (line.startsWith("+++") || line.startsWith("---")) return "quiet";
  if (line.startsWith("@@")) return "hunk";
  if (line.startsWith("+")) return "added";
  return line.startsWith("-") ? "removed" : "plain";
}

function wrapLine(line: string, tone: Tone, columns: number): Line[] {
  const room = Math.max(1, columns - 4);
  const expanded = line.replaceAll("\t", tab);
  if (toPrintable(expanded) === expanded) {
    return wrapToWidth(expanded, room).map((piece, place) => [margin(place), span(piece, tone)]);
  }
  return wrapSpans(markHidden(expanded, tone), room);
}

/** A continuation is marked, so that nobody takes one long line for several. */
const margin = (place: number): Span => span(place === 0 ? "  " : "» ", "faint");

/** Every character that a person would not see as it is becomes a span of its own. */
function markHidden(line: string, tone: Tone): Span[] {
  const spans: Span[] = [];
  let plain = "";
  for (const character of line) {
    const printable = toPrintable(character);
    if (printable === character) plain += character;
    else {
      if (plain !== "") spans.push(span(plain, tone));
      plain = "";
      spans.push(span(printable, "alarm", true));
    }
  }
  if (plain !== "") spans.push(span(plain, tone));
  return spans;
}

function wrapSpans(spans: readonly Span[], room: number): Line[] {
  const lines: Span[][] = [[]];
  let left = room;
  for (const each of spans) {
    const [first = "", ...more] = left > 0 ? splitAt(each.text, left, room) : ["", ...wrapToWidth(each.text, room)];
    lines.at(-1)?.push({ ...each, text: first });
    left -= displayWidth(first);
    for (const text of more) {
      lines.push([{ ...each, text }]);
      left = room - displayWidth(text);
    }
  }
  return lines.map((line, place) => [margin(place), ...line]);
}

/** The first piece fits into what is left of a line, the others into whole lines. */
function splitAt(text: string, left: number, room: number): string[] {
  const [head = ""] = wrapToWidth(text, left);
  const rest = text.slice(head.length);
  return rest === "" ? [head] : [head, ...wrapToWidth(rest, room)];
}
