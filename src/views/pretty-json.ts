// JSON text laid out over lines. Its values stay as they are written, to the letter: long numbers are not rounded, and
// escapes stay escapes, which parsing and writing again would not keep.

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/** Text that is not JSON comes back as it is. */
export function prettyJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  const tokens = text.match(token) ?? [];
  let made = "";
  let depth = 0;
  const newLine = (): string => `\n${"  ".repeat(depth)}`;
  for (const [place, part] of tokens.entries()) {
    const isEmpty = (part === "{" && tokens[place + 1] === "}") || (part === "[" && tokens[place + 1] === "]");
    const closesEmpty = (part === "}" && tokens[place - 1] === "{") || (part === "]" && tokens[place - 1] === "[");
    if ((part === "{" || part === "[") && !isEmpty) {
      depth += 1;
      made += part + newLine();
    } else if ((part === "}" || part === "]") && !closesEmpty) {
      depth -= 1;
      made += newLine() + part;
    } else if (part === ",") made += part + newLine();
    else made += part === ":" ? ": " : part;
  }
  return made;
}
