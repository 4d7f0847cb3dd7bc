// JSON text to an unknown value, and where it goes wrong in words a person can use.
// The messages of JSON.parse differ between versions and often name no place, so the place is found here.

export type JsonFault = {
  /** From 1; columns count UTF-16 units, as editors do. */
  readonly line: number;
  readonly column: number;
  readonly problem: string;
};

export type JsonText =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: JsonFault };

/** Never throws. A byte order mark at the start is no fault. */
export function parseJsonText(text: string): JsonText {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  try {
    const value: unknown = JSON.parse(body);
    const repeated = findRepeatedName(body);
    if (repeated === undefined) return { ok: true, value };
    const problem = `the name ${shown(body, repeated.at + 1)} is given twice, so it is not clear what is meant`;
    return { ok: false, fault: toFault(body, { at: repeated.at, problem }) };
  } catch {
    return { ok: false, fault: toFault(body, findFault(body)) };
  }
}

/** JSON.parse keeps the last of two equal names, and a person may have read the first. `text` is valid JSON. */
export function findRepeatedName(text: string): { readonly at: number; readonly literal: string } | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "{" || character === "[") open.push(new Set());
    if (character === "}" || character === "]") open.pop();
    if (character !== '"') continue;
    const end = endOfString(text, at);
    if (isName(text, end)) {
      const literal = text.slice(at, end + 1);
      const name: string = JSON.parse(literal);
      if (open.at(-1)?.has(name) === true) return { at, literal };
      open.at(-1)?.add(name);
    }
    at = end;
  }
  return undefined;
}

/** Position of the quote that closes the string opened at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}

function isName(text: string, end: number): boolean {
  let next = end + 1;
  while (" \t\r\n".includes(text[next] ?? "x")) next++;
  return text[next] === ":";
}

/** What the grammar lets come next. */
type Expected = "value" | "value or ]" | "key" | "key or }" | "colon" | "comma or end" | "end of text";
type Misfit = { readonly at: number; readonly problem: string };
type Step = { readonly next: number; readonly expected: Expected } | Misfit;

const expectations: Record<Expected, string> = {
  value: "a value",
  "value or ]": 'a value or "]"',
  key: "a name in double quotes",
  "key or }": 'a name in double quotes or "}"',
  colon: '":"',
  "comma or end": '"," or the closing bracket',
  "end of text": "the end of the file",
};

function findFault(text: string): Misfit {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const step = takeToken(text, at, expected, open);
    if ("problem" in step) return step;
    expected = step.expected;
    at = skipSpace(text, step.next);
  }
  return { at, problem: `the text ends where ${expectations[expected]} should follow` };
}

function takeToken(text: string, at: number, expected: Expected, open: string[]): Step {
  const char = text.charAt(at);
  const misfit = { at, problem: `found ${shown(text, at)} where ${expectations[expected]} should be` };
  if (expected === "colon") return char === ":" ? { next: at + 1, expected: "value" } : misfit;
  if (expected === "end of text") return misfit;
  if (expected === "comma or end") {
    const inList = open.at(-1) === "[";
    if (char === ",") return { next: at + 1, expected: inList ? "value" : "key" };
    return char === (inList ? "]" : "}") ? closed(at, open) : misfit;
  }
  if (char === "}" && expected === "key or }") return closed(at, open);
  if (char === "]" && expected === "value or ]") return closed(at, open);
  if (expected === "key" || expected === "key or }") {
    return char === '"' ? takeString(text, at, "colon") : afterComma(text, at, misfit);
  }
  if (char === '"') return takeString(text, at, settled(open));
  if (char === "{" || char === "[") {
    open.push(char);
    return { next: at + 1, expected: char === "{" ? "key or }" : "value or ]" };
  }
  return takeWord(text, at, open) ?? afterComma(text, at, misfit);
}

const settled = (open: readonly string[]): Expected => (open.length === 0 ? "end of text" : "comma or end");

function closed(at: number, open: string[]): Step {
  open.pop();
  return { next: at + 1, expected: settled(open) };
}

/** A comma before a closing bracket is the commonest slip of all: say that, not "found }". */
function afterComma(text: string, at: number, misfit: Misfit): Misfit {
  let before = at - 1;
  while (before >= 0 && " \t\r\n".includes(text.charAt(before))) before -= 1;
  if (!"]}".includes(text.charAt(at)) || text.charAt(before) !== ",") return misfit;
  return { at, problem: `there is a comma too many before "${text.charAt(at)}"` };
}

function takeString(text: string, start: number, expected: Expected): Step {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return { next: at + 1, expected };
    if (code < 0x20)
      return { at, problem: `${shown(text, at)} inside a text must be written as an escape such as \\n` };
    if (code !== 0x5c) continue;
    const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
    escape.lastIndex = at;
    if (!escape.test(text)) return { at, problem: 'the escape after "\\" is not one that JSON knows' };
    at = escape.lastIndex - 1;
  }
  return { at: start, problem: "this text has no closing quote" };
}

function takeWord(text: string, at: number, open: readonly string[]): Step | undefined {
  const word = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
  word.lastIndex = at;
  return word.test(text) ? { next: word.lastIndex, expected: settled(open) } : undefined;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && " \t\r\n".includes(text.charAt(at))) at += 1;
  return at;
}

function shown(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0;
  if (code === 0x0a || code === 0x0d) return "a line break";
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `the character U+${code.toString(16).padStart(4, "0")}`;
  const word = /[\w'./-]{1,20}/y;
  word.lastIndex = at;
  return JSON.stringify(word.exec(text)?.[0] ?? String.fromCodePoint(code));
}

function toFault(text: string, misfit: Misfit): JsonFault {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf("\n"); at !== -1 && at < misfit.at; at = text.indexOf("\n", at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: misfit.at - lineStart + 1, problem: misfit.problem };
}
