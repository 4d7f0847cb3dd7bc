// What differs between two texts, word by word: what stayed, what went and what came, in reading order.

export type DiffPiece = { readonly kind: "same" | "removed" | "added"; readonly text: string };

/** Above so many comparisons whole lines are compared, and above it again the texts as a whole. */
const mostComparisons = 2_000_000;

const wordsIn = (text: string): readonly string[] => text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
const linesIn = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Joined, the pieces `same` and `removed` are the first text, `same` and `added` the second. */
export function wordDiff(before: string, after: string): readonly DiffPiece[] {
  if (before === after) return before === "" ? [] : [{ kind: "same", text: before }];
  const byWord = compare(wordsIn(before), wordsIn(after));
  if (byWord !== undefined) return byWord;
  return compare(linesIn(before), linesIn(after)) ?? replaced(before, after);
}

/** The same by whole lines. */
export const lineDiff = (before: string, after: string): readonly DiffPiece[] =>
  compare(linesIn(before), linesIn(after)) ?? replaced(before, after);

const replaced = (before: string, after: string): readonly DiffPiece[] => [
  { kind: "removed", text: before },
  { kind: "added", text: after },
];

/** Undefined where it would take too long. */
function compare(a: readonly string[], b: readonly string[]): readonly DiffPiece[] | undefined {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const middleA = a.slice(start, a.length - end);
  const middleB = b.slice(start, b.length - end);
  if (middleA.length * middleB.length > mostComparisons) return undefined;
  const pieces: DiffPiece[] = [];
  const put = (kind: DiffPiece["kind"], text: string): void => {
    const last = pieces.at(-1);
    if (text === "") return;
    if (last?.kind === kind) pieces[pieces.length - 1] = { kind, text: last.text + text };
    else pieces.push({ kind, text });
  };
  put("same", a.slice(0, start).join(""));
  for (const { kind, text } of walk(middleA, middleB)) put(kind, text);
  put("same", a.slice(a.length - end).join(""));
  return inOrder(pieces);
}

/** The longest common run of words, in a table of what is left from each place on. */
function walk(a: readonly string[], b: readonly string[]): readonly DiffPiece[] {
  const width = b.length + 1;
  const left = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const down = left[(i + 1) * width + j] ?? 0;
      const right = left[i * width + j + 1] ?? 0;
      left[i * width + j] = a[i] === b[j] ? (left[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(down, right);
    }
  const pieces: DiffPiece[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      pieces.push({ kind: "same", text: a[i] ?? "" });
      i += 1;
      j += 1;
    } else if ((left[(i + 1) * width + j] ?? 0) >= (left[i * width + j + 1] ?? 0)) {
      pieces.push({ kind: "removed", text: a[i] ?? "" });
      i += 1;
    } else {
      pieces.push({ kind: "added", text: b[j] ?? "" });
      j += 1;
    }
  }
  pieces.push({ kind: "removed", text: a.slice(i).join("") }, { kind: "added", text: b.slice(j).join("") });
  return pieces;
}

/** Between two pieces that stayed, what went comes before what came; a blank alone between changes is part of them. */
function inOrder(pieces: readonly DiffPiece[]): readonly DiffPiece[] {
  const ordered: DiffPiece[] = [];
  let removed = "";
  let added = "";
  const flush = (): void => {
    if (removed !== "") ordered.push({ kind: "removed", text: removed });
    if (added !== "") ordered.push({ kind: "added", text: added });
    removed = "";
    added = "";
  };
  for (const [place, { kind, text }] of pieces.entries()) {
    const isBetween = removed !== "" && added !== "" && place < pieces.length - 1;
    if (kind === "removed") removed += text;
    else if (kind === "added") added += text;
    else if (isBetween && /^[^\S\n]+$/.test(text)) {
      removed += text;
      added += text;
    } else {
      flush();
      ordered.push({ kind, text });
    }
  }
  flush();
  return ordered;
}

/** From 0 (nothing in common) to 1: how much of two lines is the same words. */
export function likeness(a: string, b: string): number {
  const words = wordsIn(a).filter((word) => word.trim() !== "");
  const others = new Map<string, number>();
  let all = words.length;
  for (const word of wordsIn(b))
    if (word.trim() !== "") {
      others.set(word, (others.get(word) ?? 0) + 1);
      all += 1;
    }
  if (all === 0) return 1;
  let shared = 0;
  for (const word of words) {
    const count = others.get(word) ?? 0;
    if (count > 0) shared += 1;
    others.set(word, count - 1);
  }
  return (2 * shared) / all;
}
