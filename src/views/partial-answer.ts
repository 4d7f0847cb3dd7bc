// What a model says in an answer that is JSON, while it is still being written: its running text, each piece under a line
// that says what it belongs to. Names, numbers and whatever else is one word is no text; names stand in that line.
// What was told stays as it is and is only added to: a reader of the answer so far need not be told anew.

/** Nothing deeper is looked into: no answer that is asked for goes so far. */
const deepest = 12;
/** A string without a blank is a name up to here, and text beyond. */
const longestName = 40;
/** What is text in every answer, be it one word. */
const texts: ReadonlySet<string> = new Set(["text", "reasoning", "title", "description", "brief", "blocked"]);

/** By the answer's own fields; what is not named here is told without a line. */
const heads: Readonly<Record<string, string>> = {
  entries: "Writes",
  objections: "Objects to",
  messages: "Says to",
  votes: "Votes on",
  blocked: "Is blocked",
  open: "Open",
  next: "Next",
  tracks: "Track",
  tickets: "Ticket",
  add: "Adds",
  split: "Splits",
};

/** One thing of the answer: an entry, a vote, a ticket. */
type Piece = { readonly head: string | undefined; readonly names: string[]; isHeaded: boolean };

/** Where a value stands; `name` is that of the field it is in, or whose list it is in. */
type Field = { readonly name: string; readonly piece: Piece | undefined; readonly depth: number };

type Reader = { readonly text: string; at: number; readonly told: string[] };

/**
 * `answer`: all of it that has come. Gives Markdown; the text of an answer that is no JSON, as it stands. Takes time in
 * proportion to the answer.
 */
export function proseOfAnswer(answer: string): string {
  const start = /^[ \t]*\{/m.exec(answer);
  const before = beforeFence(start === null ? answer : answer.slice(0, start.index)).trim();
  if (start === null) return before;
  const reader: Reader = { text: answer, at: start.index, told: before === "" ? [] : [before] };
  readValue(reader, { name: "", piece: undefined, depth: 0 });
  return reader.told.join("\n\n");
}

/** Models like to fence their JSON; that line may not be whole yet. */
const beforeFence = (text: string): string => text.replace(/`{1,3}(?:j|js|jso|json)?\s*$/, "");

function readValue(reader: Reader, { name, piece, depth }: Field): void {
  skip(reader, /[\s,:]*/y);
  const first = reader.text.charAt(reader.at);
  if (depth > deepest) reader.at = reader.text.length;
  else if (first === "{") readObject(reader, piece, depth);
  else if (first === "[") readList(reader, { name, piece, depth });
  else if (first === '"') take(reader, { name, piece }, readString(reader));
  // A number, a word of JSON, or what does not belong here.
  else if (first !== "" && !skip(reader, /[^\s,\]}[{"]+/y)) reader.at += 1;
}

function readObject(reader: Reader, piece: Piece | undefined, depth: number): void {
  reader.at += 1;
  for (;;) {
    skip(reader, /[\s,]*/y);
    const next = reader.text.charAt(reader.at);
    if (next === "}") reader.at += 1;
    if (next === "" || next === "}") return;
    if (next !== '"') {
      reader.at += 1;
      continue;
    }
    const { value: name, isWhole } = readString(reader);
    if (!isWhole) return;
    readField(reader, { name, piece, depth });
  }
}

function readField(reader: Reader, { name, piece, depth }: Field): void {
  const own = piece ?? makePiece(heads[name]);
  const field = { name, piece: own, depth: depth + 1 };
  if (name !== "patch") return readValue(reader, field);
  skip(reader, /[\s:]*/y);
  if (reader.text.charAt(reader.at) !== '"') return readValue(reader, field);
  // A diff is read line by line, not as prose.
  const { value, isWhole } = readString(reader);
  if (value === "") return;
  headOnce(reader, own);
  reader.told.push(`~~~~~\n${value}${isWhole ? "\n~~~~~\n" : ""}`);
}

function readList(reader: Reader, { name, piece, depth }: Field): void {
  reader.at += 1;
  for (;;) {
    skip(reader, /[\s,]*/y);
    const next = reader.text.charAt(reader.at);
    if (next === "]") reader.at += 1;
    if (next === "" || next === "]") return;
    // Of a list that is a field of the answer itself, each is a piece of its own.
    const own = depth === 1 && piece !== undefined ? makePiece(piece.head) : piece;
    readValue(reader, { name, piece: own, depth: depth + 1 });
  }
}

const makePiece = (head: string | undefined): Piece => ({ head, names: [], isHeaded: false });

type Read = { readonly value: string; readonly isWhole: boolean };

function take(reader: Reader, { name, piece }: Omit<Field, "depth">, { value, isWhole }: Read): void {
  if (value === "") return;
  if (texts.has(name) || /\s|[^\x20-\x7e]/.test(value.trim()) || value.length > longestName) {
    if (piece !== undefined) headOnce(reader, piece);
    reader.told.push(value);
  } else if (isWhole) piece?.names.push(value);
}

function headOnce({ told }: Reader, piece: Piece): void {
  if (piece.isHeaded || piece.head === undefined) return;
  piece.isHeaded = true;
  told.push(`**${[piece.head, piece.names.join(", ")].join(" ").trim()}**`);
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "", b: "", f: "" };

/** From its opening quote on; what is not there yet of an escape is left for later. */
function readString(reader: Reader): Read {
  const { text } = reader;
  const parts: string[] = [];
  reader.at += 1;
  for (;;) {
    const from = reader.at;
    skip(reader, /[^"\\]+/y);
    parts.push(text.slice(from, reader.at));
    const next = text.charAt(reader.at);
    if (next === "") return { value: whole(parts.join("")), isWhole: false };
    if (next === '"') {
      reader.at += 1;
      return { value: parts.join(""), isWhole: true };
    }
    const code = /u([0-9a-fA-F]{4})/y;
    code.lastIndex = reader.at + 1;
    const found = code.exec(text)?.[1];
    const letter = text.charAt(reader.at + 1);
    if (letter === "" || (letter === "u" && found === undefined && text.length < reader.at + 6)) {
      reader.at = text.length;
      return { value: whole(parts.join("")), isWhole: false };
    }
    parts.push(found === undefined ? (escapes[letter] ?? letter) : String.fromCharCode(Number.parseInt(found, 16)));
    reader.at += found === undefined ? 2 : 6;
  }
}

/** Without the half of a character whose other half is still to come. */
const whole = (value: string): string => value.replace(/[\ud800-\udbff]$/, "");

/** Moves on over what fits here; false where nothing did. */
function skip(reader: Reader, pattern: RegExp): boolean {
  pattern.lastIndex = reader.at;
  const length = pattern.exec(reader.text)?.[0].length ?? 0;
  reader.at += length;
  return length > 0;
}
