// JSON text over several lines, its values untouched: numbers, escapes and repeated keys stay as they were written.

const indent = (depth: number): string => `\n${"  ".repeat(depth)}`;

/** Text that is no JSON comes back readable enough, never with other content. */
export function layOutJson(text: string): string {
  let out = "";
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|\s+|[\s\S]/g)) {
    if (/^\s/.test(token)) continue;
    if (token === "{" || token === "[") {
      depth += 1;
      out += `${token}${indent(depth)}`;
    } else if (token === "}" || token === "]") {
      depth = Math.max(0, depth - 1);
      // Nothing between the brackets: keep them together.
      out = /[{[]\s*$/.test(out) ? `${out.trimEnd()}${token}` : `${out}${indent(depth)}${token}`;
    } else if (token === ",") out += `,${indent(depth)}`;
    else out += token === ":" ? ": " : token;
  }
  return out;
}
