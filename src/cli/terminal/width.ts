// How many terminal columns a text takes. Expects printable text: control characters are escaped before they get here.

/** East Asian wide and full-width blocks, and emoji that are drawn as pictures by default. */
const wide =
  /[\u1100-\u115f\u231a\u231b\u2329\u232a\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18aff}\u{1b000}-\u{1b2ff}\u{1f004}\u{1f0cf}\u{1f18e}\u{1f191}-\u{1f19a}\u{1f1e6}-\u{1f202}\u{1f210}-\u{1f23b}\u{1f240}-\u{1f248}\u{1f250}\u{1f251}\u{1f260}-\u{1f265}\u{1f300}-\u{1f320}\u{1f32d}-\u{1f335}\u{1f337}-\u{1f37c}\u{1f37e}-\u{1f393}\u{1f3a0}-\u{1f3ca}\u{1f3cf}-\u{1f3d3}\u{1f3e0}-\u{1f3f0}\u{1f3f4}\u{1f3f8}-\u{1f43e}\u{1f440}\u{1f442}-\u{1f4fc}\u{1f4ff}-\u{1f53d}\u{1f54b}-\u{1f54e}\u{1f550}-\u{1f567}\u{1f57a}\u{1f595}\u{1f596}\u{1f5a4}\u{1f5fb}-\u{1f64f}\u{1f680}-\u{1f6c5}\u{1f6cc}\u{1f6d0}-\u{1f6d2}\u{1f6d5}-\u{1f6d8}\u{1f6dc}-\u{1f6df}\u{1f6eb}\u{1f6ec}\u{1f6f4}-\u{1f6fc}\u{1f7e0}-\u{1f7eb}\u{1f7f0}\u{1f90c}-\u{1f93a}\u{1f93c}-\u{1f945}\u{1f947}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const combining = /\p{Mn}|\p{Me}/u;
const ascii = /^[\x20-\x7e]*$/;

const widthOf = (character: string): number => (combining.test(character) ? 0 : wide.test(character) ? 2 : 1);

export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** The longest beginning that fits, marks kept with their letters. */
export function headToWidth(text: string, columns: number): string {
  if (text.length <= columns && ascii.test(text)) return text;
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += widthOf(character);
    if (width > columns) return text.slice(0, end);
    end += character.length;
  }
  return text;
}

/** As much as fits, a cut shown by an ellipsis. */
export function cutToWidth(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (displayWidth(text) <= columns) return text;
  return columns === 1 ? "…" : `${headToWidth(text, columns - 1).trimEnd()}…`;
}

/** As `cutToWidth`, but the end is kept: for text that grows at its end. */
export function tailToWidth(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (displayWidth(text) <= columns) return text;
  let width = 1;
  let start = text.length;
  for (const character of [...text].toReversed()) {
    width += widthOf(character);
    if (width > columns) break;
    start -= character.length;
  }
  return `…${text.slice(start).trimStart()}`;
}

/** Cut or filled with spaces to exactly so many columns. */
export function padToWidth(text: string, columns: number, align: "left" | "right" = "left"): string {
  const fitting = cutToWidth(text, columns);
  const gap = " ".repeat(Math.max(0, columns - displayWidth(fitting)));
  return align === "left" ? fitting + gap : gap + fitting;
}

/** Where a line that is full ends: behind its last space, unless most of the line would stay empty. */
function breakIn(head: string): number {
  const space = head.lastIndexOf(" ");
  return space > head.length / 2 ? space + 1 : head.length;
}

/** Wrapped after a space where one is near the end, else at the width. Nothing is lost: joined, the lines are the text. */
export function wrapToWidth(text: string, columns: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (displayWidth(rest) > columns) {
    const head = headToWidth(rest, columns);
    // A character wider than the terminal has to go somewhere.
    const taken = head === "" ? ([...rest][0] ?? "") : head.slice(0, breakIn(head));
    lines.push(taken);
    rest = rest.slice(taken.length);
  }
  return [...lines, rest];
}
