// Path globs without regular expressions: the time is bounded by pattern length times path length, whatever the pattern.
// `*` and `?` stay inside one path segment and match hidden files too, `**` spans segments, `[a-z]`, `[!a]`, `{a,b}`.

/** Longer patterns and wider brace lists are refused: they come from models and tickets. */
const maxLength = 1_000;
const maxAlternatives = 64;

export type Glob = (path: string) => boolean;

/**
 * A matcher for slash-separated relative paths, or the reason why the text is not a glob. A text without wildcards
 * names a file or a folder with everything under it; so does a trailing slash.
 */
export function parseGlob(text: string): Glob | { readonly problem: string } {
  if (text.length > maxLength)
    return { problem: `the glob is ${text.length} characters long; at most ${maxLength} are read` };
  const alternatives = expandBraces(text.replace(/^(\.\/)+/, ""));
  if (alternatives === undefined)
    return { problem: `the braces of the glob make more than ${maxAlternatives} patterns` };
  const matchers = alternatives.map(toSegments);
  return (path) => {
    const segments = path.split("/");
    return matchers.some((pattern) => matchSegments(pattern, segments));
  };
}

/** True where any of the globs matches; a glob that cannot be parsed matches nothing. */
export const matchesAny = (globs: readonly string[], path: string): boolean =>
  globs.some((text) => {
    const glob = parseGlob(text);
    return typeof glob === "function" && glob(path);
  });

function toSegments(pattern: string): readonly string[] {
  const segments = pattern.split("/").filter((segment, n, all) => segment !== "**" || all[n - 1] !== "**");
  if (segments.at(-1) === "") return [...segments.slice(0, -1), "**"];
  return /[*?[]/.test(pattern) ? segments : [...segments, "**"];
}

/** `a{b,c}d` gives `abd` and `acd`, inner braces included; undefined where that becomes too many. */
function expandBraces(text: string): readonly string[] | undefined {
  const done: string[] = [];
  const waiting = [text];
  while (waiting.length > 0) {
    if (done.length + waiting.length > maxAlternatives) return undefined;
    const next = waiting.pop() ?? "";
    const brace = innermostBrace(next);
    if (brace === undefined) {
      done.push(next);
      continue;
    }
    const { open, close } = brace;
    for (const part of next.slice(open + 1, close).split(",")) {
      waiting.push(next.slice(0, open) + part + next.slice(close + 1));
    }
  }
  return done;
}

function innermostBrace(text: string): { readonly open: number; readonly close: number } | undefined {
  const close = text.indexOf("}");
  if (close < 0) return undefined;
  const open = text.lastIndexOf("{", close);
  return open < 0 ? undefined : { open, close };
}

/** What the two wildcard walks share: on a mismatch only the last star has to give way, so there is no blow-up. */
function matchWithStars(options: {
  readonly patternLength: number;
  readonly textLength: number;
  readonly isStar: (p: number) => boolean;
  readonly isMatch: (p: number, t: number) => boolean;
}): boolean {
  const { patternLength, textLength, isStar, isMatch } = options;
  let p = 0;
  let t = 0;
  let star = -1;
  let starred = 0;
  while (t < textLength) {
    if (p < patternLength && isStar(p)) {
      star = p++;
      starred = t;
    } else if (p < patternLength && isMatch(p, t)) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++starred;
    } else {
      return false;
    }
  }
  while (p < patternLength && isStar(p)) p++;
  return p === patternLength;
}

const matchSegments = (pattern: readonly string[], path: readonly string[]): boolean =>
  matchWithStars({
    patternLength: pattern.length,
    textLength: path.length,
    isStar: (p) => pattern[p] === "**",
    isMatch: (p, t) => matchSegment(pattern[p] ?? "", path[t] ?? ""),
  });

function matchSegment(pattern: string, segment: string): boolean {
  const tokens = toTokens(pattern);
  const characters = [...segment];
  return matchWithStars({
    patternLength: tokens.length,
    textLength: characters.length,
    isStar: (p) => tokens[p] === "*",
    isMatch: (p, t) => matchToken(tokens[p] ?? "", characters[t] ?? ""),
  });
}

/** Single characters, `*`, `?`, or a whole `[...]` class. */
function toTokens(pattern: string): readonly string[] {
  return pattern.match(/\[!?\]?[^\]]*\]|[^]/gu) ?? [];
}

function matchToken(token: string, character: string): boolean {
  if (token === "?") return true;
  if (token.length < 3 || !token.startsWith("[")) return token === character;
  const negated = token[1] === "!";
  const members = Array.from(token.slice(negated ? 2 : 1, -1));
  return isMember(members, character) !== negated;
}

function isMember(members: readonly string[], character: string): boolean {
  for (let n = 0; n < members.length; n++) {
    const low = members[n] ?? "";
    const high = members[n + 1] === "-" ? members[n + 2] : undefined;
    if (high === undefined) {
      if (low === character) return true;
    } else {
      if (low <= character && character <= high) return true;
      n += 2;
    }
  }
  return false;
}
