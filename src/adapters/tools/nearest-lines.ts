// What a failed edit is told: where the text does occur, or which lines come nearest to it.

/** Line, from 1, of a position. */
export function lineOf(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < position; at = text.indexOf("\n", at + 1)) line++;
  return line;
}

/** Why `old` does not occur `count` times, with what helps to write a better one. */
export function describeMiss(
  text: string,
  old: string,
  { found, count }: { readonly found: readonly number[]; readonly count: number },
): string {
  if (found.length > 0) {
    const lines = found.slice(0, 20).map((at) => lineOf(text, at));
    const more = found.length > lines.length ? " and further down" : "";
    const advice =
      found.length > count
        ? `quote more of its surroundings, or set count to ${found.length}`
        : `set count to ${found.length} if all are meant`;
    return `old occurs ${found.length} times, not ${count} (line ${lines.join(", ")}${more}); ${advice}`;
  }
  const near = findNearest(text, old);
  if (near === undefined) return "old does not occur in it, and no line is like it; read the file again";
  const { line, shown, blanks } = near;
  const how = blanks ? "but for its blanks or line ends it is the text" : "nearest are the lines";
  return `old does not occur in it; ${how} from line ${line}:\n${shown}`;
}

type Near = { readonly line: number; readonly shown: string; readonly blanks: boolean };

const mostLines = 20_000;
const widest = 400;

/** The place whose line is most like the first line with words in `old`. */
function findNearest(text: string, old: string): Near | undefined {
  const lines = text.split("\n", mostLines);
  const wanted = old.split("\n").map(squeeze);
  const lead = wanted.findIndex((line) => line !== "");
  const first = wanted[lead];
  if (first === undefined) return undefined;
  const pairs = pairsOf(first.slice(0, widest));
  let best = { n: -1, score: 0 };
  for (const [n, line] of lines.entries()) {
    const candidate = squeeze(line).slice(0, widest);
    const score = candidate === first ? 2 : likeness(pairs, candidate);
    if (score > best.score) best = { n, score };
  }
  if (best.n < 0 || best.score < 0.5) return undefined;
  const from = Math.max(0, best.n - lead);
  const part = lines.slice(from, from + wanted.length);
  const blanks = part.map(squeeze).join("\n").trim() === wanted.join("\n").trim();
  const shown = part.slice(0, 12).map((line) => (line.length > widest ? `${line.slice(0, widest)}…` : line));
  return { line: from + 1, shown: shown.join("\n"), blanks };
}

const squeeze = (line: string): string => line.replace(/\s+/g, " ").trim();

function pairsOf(text: string): ReadonlySet<string> {
  const pairs = new Set<string>();
  for (let n = 0; n + 1 < text.length; n++) pairs.add(text.slice(n, n + 2));
  return pairs;
}

/** Share of neighbouring characters in common, 0 to 1 (Dice). */
function likeness(pairs: ReadonlySet<string>, text: string): number {
  const other = pairsOf(text);
  if (pairs.size + other.size === 0) return 0;
  let common = 0;
  for (const pair of other) if (pairs.has(pair)) common++;
  return (2 * common) / (pairs.size + other.size);
}
