// Makes foreign text safe to look at: nothing reaches a terminal raw, nothing stays hidden from a person's eye.

/** Kinds of characters that a person does not see as they are. */
export type HiddenKind = "control" | "bidi" | "zero-width" | "tag" | "blank" | "unpaired" | "look-alike";

export type Hidden = { readonly kind: HiddenKind; readonly name: string; readonly count: number };

const bidi = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const tag = /[\u{e0000}-\u{e0fff}]/u;
const zeroWidth =
  /[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]/u;
/** Blanks that pass for a space, and line ends a terminal does not show as such. */
const blank = /[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]/u;
const control = /\p{Cc}/u;
const unpaired = /\p{Cs}/u;

/** One character class wide enough to skip ordinary text fast; `kindOf` decides. Newline and tab are ordinary. */
const suspicious =
  /[^\P{Cc}\n\t]|[\p{Cs}\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\u{e0000}-\u{e0fff}]/gu;

/** Letters of other scripts that are drawn as Latin ones. By themselves they are just writing. */
const lookAlike =
  /[\u0391\u0392\u0395-\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf\u03c1\u03f2\u0405\u0406\u0408\u0410\u0412\u0415\u041a\u041c-\u041e\u0420-\u0422\u0425\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0455\u0456\u0458\u04bb\u04c0\u04cf\u0501\u051b\u051d\u0561\u0578\u057d\u0585\u13a0-\u13f4]/gu;
const word = /[\p{L}\p{M}\p{N}_]+/gu;

/** Look-alikes within a word that also has Latin letters: nobody writes so but to deceive. */
function findLookAlikes(text: string): readonly { readonly at: number; readonly character: string }[] {
  if (text.search(lookAlike) < 0) return [];
  return [...text.matchAll(word)].flatMap((match) =>
    /[A-Za-z]/.test(match[0])
      ? [...match[0].matchAll(lookAlike)].map((found) => ({ at: match.index + found.index, character: found[0] }))
      : [],
  );
}

function markLookAlikes(text: string): string {
  const found = findLookAlikes(text);
  if (found.length === 0) return text;
  const parts: string[] = [];
  let from = 0;
  for (const { at, character } of found) {
    parts.push(text.slice(from, at), toEscape(character));
    from = at + character.length;
  }
  return parts.join("") + text.slice(from);
}

function kindOf(character: string): HiddenKind {
  if (control.test(character)) return "control";
  if (bidi.test(character)) return "bidi";
  if (tag.test(character)) return "tag";
  if (zeroWidth.test(character)) return "zero-width";
  if (blank.test(character)) return "blank";
  if (unpaired.test(character)) return "unpaired";
  return character.search(lookAlike) < 0 ? "zero-width" : "look-alike";
}

const codeName = (character: string): string => {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return `U+${code}`;
};

/** `\x1b` for control characters, `\u{202e}` for the rest: visible, and no byte a terminal acts upon. */
function toEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  return `\\u{${code.toString(16)}}`;
}

/**
 * The text with every control, bidirectional, zero-width, tag and look-alike character written as an escape.
 * Newline and tab stay. Ordinary text comes back unchanged; emoji joined by zero-width joiners show their escapes.
 */
export const toPrintable = (text: string): string => markLookAlikes(text.replace(suspicious, toEscape));

/** JSON text that means the same and holds no character a terminal acts upon or a person cannot see. */
export const toPrintableJson = (json: string): string =>
  json.replace(suspicious, (character) =>
    character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join(""),
  );

/** As `toPrintable`, on one line: newlines and tabs become escapes too. For titles, names and reasons. */
export const toPrintableLine = (text: string): string =>
  toPrintable(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");

/** What `toPrintable` had to make visible, each character once with its count, in order of appearance. */
export function findHidden(text: string): readonly Hidden[] {
  const counts = new Map<string, number>();
  const found = [...text.matchAll(suspicious), ...findLookAlikes(text).map(({ character }) => [character] as const)];
  for (const [character] of found) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts].map(([character, count]) => ({ kind: kindOf(character), name: codeName(character), count }));
}

/** Runs of spaces, tabs or empty lines that could push something out of sight, replaced by their size. */
export const foldBlankRuns = (text: string): string =>
  text
    .replace(/ {64,}/g, (run) => `[${run.length} spaces]`)
    .replace(/\t{16,}/g, (run) => `[${run.length} tabs]`)
    .replace(/\n(?:[ \t]*\n){6,}/g, (run) => `\n[${run.split("\n").length - 2} blank lines]\n`);

const esc = String.fromCharCode(0x1b);
const bel = String.fromCharCode(0x07);

/** Escape sequences as terminals read them: CSI, the string kinds (OSC, DCS, APC, PM, SOS) up to their end, two-byte ones. */
const terminalSequence = new RegExp(
  [
    `(?:${esc}\\[|\u009b)[0-?]*[ -/]*[@-~]`,
    `(?:${esc}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^${bel}${esc}\u009c]{0,4096}(?:${bel}|${esc}\\\\|\u009c)?`,
    `${esc}[ -/]*[0-~]?`,
  ].join("|"),
  "g",
);

/**
 * Command output as plain lines: terminal sequences and control characters removed, carriage returns made line ends so
 * that nothing overwrites what came before.
 */
export const toPlainOutput = (text: string): string =>
  text
    .replace(terminalSequence, "")
    .replace(/\r+\n/g, "\n")
    .replace(/\r/g, "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "");
