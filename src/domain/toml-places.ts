// Where in a TOML text each setting stands, so that a fault can be told with its line and column. The text has been
// parsed before and is valid; a text that is not gives fewer places, never an error.

export type TextPlace = { readonly line: number; readonly column: number };

/** Line and column, from 1, of the longest part of `path` that is written; undefined where nothing of it is. */
export type FindPlace = (path: readonly string[]) => TextPlace | undefined;

/** Where a value is written: its first character, and the one after its last. */
export type TextSpan = { readonly start: number; readonly end: number };

/** Where the value of exactly this setting stands; undefined where it is written nowhere, or over several tables. */
export function findTomlValues(text: string): (path: readonly string[]) => TextSpan | undefined {
  const { values } = scan(text);
  return (path) => values.get(keyOf(path));
}

export function findTomlPlaces(text: string): FindPlace {
  const { offsets } = scan(text);
  return (path) => {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const offset = offsets.get(keyOf(path.slice(0, depth)));
      if (offset !== undefined) return placeAt(text, offset);
    }
    return undefined;
  };
}

const keyOf = (path: readonly string[]): string => JSON.stringify(path);

/** Columns count characters as editors do, an emoji as one. */
function placeAt(text: string, offset: number): TextPlace {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < start; at = text.indexOf("\n", at + 1)) line += 1;
  return { line, column: Array.from(text.slice(start, offset)).length + 1 };
}

type Path = readonly string[];

/** One walk over the text. `at` is the next character; `mark` keeps the first place of a path. */
type Walk = {
  readonly text: string;
  at: number;
  readonly offsets: Map<string, number>;
  readonly values: Map<string, TextSpan>;
  /** How many entries each array of tables has so far. */
  readonly entries: Map<string, number>;
};

function scan(text: string): Pick<Walk, "offsets" | "values"> {
  const walk: Walk = { text, at: 0, offsets: new Map(), values: new Map(), entries: new Map() };
  let table: Path = [];
  while (walk.at < text.length) {
    skipBlank(walk);
    if (walk.at >= text.length) break;
    const before = walk.at;
    if (text[walk.at] === "[") table = readHeader(walk);
    else readPair(walk, table);
    // Not TOML after all: what was found so far is better than a walk without end.
    if (walk.at === before) break;
  }
  return walk;
}

const mark = ({ offsets }: Walk, path: Path, offset: number): void => {
  const key = keyOf(path);
  if (!offsets.has(key)) offsets.set(key, offset);
};

/** Blanks, line ends and comments. */
function skipBlank(walk: Walk): void {
  const blank = /(?:[\s\uFEFF]+|#[^\n]*)*/y;
  blank.lastIndex = walk.at;
  walk.at += blank.exec(walk.text)?.[0].length ?? 0;
}

/** `[a.b]` or `[[a.b]]`; gives the path its settings stand under. `[[rules]]` the third time is `rules.2`. */
function readHeader(walk: Walk): Path {
  const isArray = walk.text.startsWith("[[", walk.at);
  walk.at += isArray ? 2 : 1;
  const parts = readKeys(walk);
  const offset = parts.at(-1)?.offset ?? walk.at;
  let path: Path = [];
  for (const [depth, part] of parts.entries()) {
    path = [...path, part.name];
    mark(walk, path, part.offset);
    const isLast = depth === parts.length - 1;
    const count = walk.entries.get(keyOf(path));
    if (isLast && isArray) {
      walk.entries.set(keyOf(path), (count ?? 0) + 1);
      path = [...path, String(count ?? 0)];
      mark(walk, path, offset);
    } else if (count !== undefined) path = [...path, String(count - 1)];
  }
  const end = /[^\S\n]*\]{1,2}/y;
  end.lastIndex = walk.at;
  walk.at += end.exec(walk.text)?.[0].length ?? 0;
  return path;
}

/** `a.b = value`, with every part of the key marked. */
function readPair(walk: Walk, table: Path): void {
  let path = table;
  for (const { name, offset } of readKeys(walk)) {
    path = [...path, name];
    mark(walk, path, offset);
  }
  skipBlank(walk);
  if (walk.text[walk.at] !== "=") return;
  walk.at += 1;
  readValue(walk, path);
}

type Part = { readonly name: string; readonly offset: number };

function readKeys(walk: Walk): Part[] {
  const parts: Part[] = [];
  for (;;) {
    skipBlank(walk);
    const offset = walk.at;
    const isQuoted = walk.text[offset] === '"' || walk.text[offset] === "'";
    const written = isQuoted ? readString(walk) : readWhile(walk, /[\w-]+/y);
    if (written === "") return parts;
    parts.push({ name: isQuoted ? unquote(written) : written, offset });
    skipBlank(walk);
    if (walk.text[walk.at] !== ".") return parts;
    walk.at += 1;
  }
}

function readValue(walk: Walk, path: Path): void {
  skipBlank(walk);
  const start = walk.at;
  const first = walk.text[start];
  if (first === "[") readArray(walk, path);
  else if (first === "{") readInlineTable(walk, path);
  else if (first === '"' || first === "'") readString(walk);
  else readWhile(walk, /[^,\]}#\n]+/y);
  walk.values.set(keyOf(path), { start, end: walk.at });
}

function readArray(walk: Walk, path: Path): void {
  walk.at += 1;
  for (let index = 0; ; index += 1) {
    skipBlank(walk);
    if (walk.at >= walk.text.length || takes(walk, "]")) return;
    const before = walk.at;
    mark(walk, [...path, String(index)], before);
    readValue(walk, [...path, String(index)]);
    skipBlank(walk);
    takes(walk, ",");
    if (walk.at === before) return;
  }
}

function readInlineTable(walk: Walk, path: Path): void {
  walk.at += 1;
  for (;;) {
    skipBlank(walk);
    if (walk.at >= walk.text.length || takes(walk, "}")) return;
    const before = walk.at;
    readPair(walk, path);
    skipBlank(walk);
    takes(walk, ",");
    if (walk.at === before) return;
  }
}

function takes(walk: Walk, character: string): boolean {
  if (walk.text[walk.at] !== character) return false;
  walk.at += 1;
  return true;
}

/** `pattern` is sticky. */
function readWhile(walk: Walk, pattern: RegExp): string {
  pattern.lastIndex = walk.at;
  const found = pattern.exec(walk.text)?.[0] ?? "";
  walk.at += found.length;
  return found;
}

// Three quotes may be followed by up to two that belong to the text.
const quoted = /"""(?:[^\\]|\\[^])*?"""(?!"{3})"{0,2}|'''[^]*?'''(?!'{3})'{0,2}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'/y;

function readString(walk: Walk): string {
  return readWhile(walk, new RegExp(quoted));
}

const escapes: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r", e: "\u001B" };

/** A quoted key's own text. */
function unquote(written: string): string {
  const inner = written.slice(1, -1);
  if (written.startsWith("'")) return inner;
  return inner.replaceAll(/\\(?:u[\da-fA-F]{4}|U[\da-fA-F]{8}|x[\da-fA-F]{2}|.)/g, (escaped) => {
    const kind = escaped[1] ?? "";
    if (escaped.length === 2) return escapes[kind] ?? kind;
    const point = Number.parseInt(escaped.slice(2), 16);
    return point <= 0x10_ff_ff ? String.fromCodePoint(point) : "";
  });
}
