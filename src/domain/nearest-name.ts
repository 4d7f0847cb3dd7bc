// "Did you mean": the known name closest to one that is not known.

const longestCompared = 64;

/** Spelling differences that people do not see: case, and how words are joined. */
const fold = (name: string): string => name.toLowerCase().replaceAll(/[_\-\s]/g, "");

const allowedEdits = (length: number): number => (length < 4 ? 1 : length < 9 ? 2 : 3);

/** The closest of `known`, or undefined where nothing is close. The first of equals wins, so the answer is stable. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  if (name.length > longestCompared) return undefined;
  const wanted = fold(name);
  let best: string | undefined;
  let limit = allowedEdits(wanted.length);
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit + 2 || candidate.length > longestCompared) continue;
    const edits = editDistance(wanted, fold(candidate), limit);
    if (edits > limit) continue;
    best = candidate;
    if (edits === 0) return best;
    limit = edits - 1;
  }
  return best;
}

/** `; did you mean "x"?` or nothing: the tail of a sentence about an unknown name. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}

/** Levenshtein distance within a band of `limit` around the diagonal; `limit + 1` stands for "more". */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  const far = limit + 1;
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = Array.from({ length: b.length + 1 }, () => far);
    current[0] = row;
    let least = row;
    for (let column = Math.max(1, row - limit); column <= Math.min(b.length, row + limit); column += 1) {
      const swap = (above[column - 1] ?? far) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const edits = Math.min(swap, (above[column] ?? far) + 1, (current[column - 1] ?? far) + 1);
      current[column] = edits;
      least = Math.min(least, edits);
    }
    if (least > limit) return far;
    above = current;
  }
  return Math.min(above[b.length] ?? far, far);
}
