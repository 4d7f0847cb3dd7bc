// The skeleton of a source file: one line for each signature, indented by what it is a member of. No bodies, no
// comments, no documentation, no long values.

import type { Declaration, Outline, Span } from "./outline.ts";

const longestLine = 400;
/** Shorter values say more than the mark that would stand for them. */
const shortValue = 16;

/** Empty where nothing was declared. */
export function toSkeleton(text: string, outline: Outline): string {
  const lines: string[] = [];
  const scopes: Span[] = [];
  // Everything before this offset has been told, or belongs to a body.
  let told = 0;
  let owner = "";
  for (const declaration of inOrder(outline)) {
    if (declaration.start < told) continue;
    while (scopes.length > 0 && (scopes.at(-1)?.end ?? 0) <= declaration.start) scopes.pop();
    const before = owner;
    owner = declaration.owner === undefined ? "" : text.slice(declaration.start, declaration.owner.end);
    // Methods of one type, one after another, share the line that names it.
    if (owner !== "" && owner !== before) lines.push(owner);
    lines.push(`${"  ".repeat(scopes.length + (owner === "" ? 0 : 1))}${toLine(text, declaration, outline)}`);
    const { body, members, end } = declaration;
    if (body === undefined && members !== undefined) scopes.push(members);
    told = body === undefined && members !== undefined ? members.start : end;
  }
  return lines.join("\n");
}

type Line = Declaration & { readonly isWhole?: true };

/** What is found both as whole and as a declaration is shown whole. */
const inOrder = ({ wholes, declarations }: Outline): readonly Line[] =>
  [...wholes.map((whole): Line => ({ ...whole, isWhole: true })), ...declarations].toSorted(
    (a, b) => a.start - b.start || b.end - a.end,
  );

function toLine(text: string, line: Line, { comments, values }: Outline): string {
  const { start, end, owner, body, members, tail } = line;
  const span = { start: owner?.end ?? start, end: body?.start ?? members?.start ?? end };
  const elided = line.isWhole === true ? [] : within(values, span).filter((value) => !isShort(text, value));
  const head = toWords(text, span, [
    ...within(comments, span).map((comment) => ({ ...comment, mark: " " })),
    ...elided.map((value) => ({ ...value, mark: "…" })),
  ]);
  const words = tail === undefined ? head : `${head} ${text.slice(tail.start, tail.end)}`;
  return words.length <= longestLine ? words : `${words.slice(0, longestLine)}…`;
}

type Cut = Span & { readonly mark: string };

/** The text of a span on one line, with marks for what is cut out of it. */
function toWords(text: string, span: Span, cuts: readonly Cut[]): string {
  let words = "";
  let from = span.start;
  for (const { start, end, mark } of cuts.toSorted((a, b) => a.start - b.start)) {
    if (start < from) continue;
    words += text.slice(from, start) + mark;
    from = end;
  }
  words += text.slice(from, span.end);
  // More would be cut off anyway.
  return words
    .slice(0, 4 * longestLine)
    .replace(/\s+/g, " ")
    .replace(/([([]) /g, "$1")
    .replace(/,? ([)\]])/g, "$1")
    .replaceAll(", }", " }")
    .replace(/(?:[\s{:;,\\]|=? …)+$/, "")
    .trim();
}

const isShort = (text: string, { start, end }: Span): boolean =>
  end - start <= shortValue && !text.slice(start, end).includes("\n");

/** The spans inside `outer`, of a list by place; looked up, not walked, since files have thousands. */
function within(spans: readonly Span[], outer: Span): readonly Span[] {
  const first = lowerBound(spans, outer.start);
  const inside: Span[] = [];
  for (let at = first; at < spans.length; at += 1) {
    const span = spans[at];
    if (span === undefined || span.start >= outer.end) break;
    if (span.end <= outer.end) inside.push(span);
  }
  return inside;
}

function lowerBound(spans: readonly Span[], start: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.start ?? start) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
