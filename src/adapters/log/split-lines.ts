// Bytes as they come, cut into lines of UTF-8; no more of them is held than the longest line allowed.

import { Fault } from "../../engine/ports.ts";

export type Line = { readonly text: string; readonly number: number };

export type LineLimits = {
  /** Characters of one line, and bytes in all. */
  readonly line: number;
  readonly file: number;
};

/** The last line may do without a line break. Throws Fault `import_too_large` or `import_invalid`. */
export async function* splitLines(
  source: AsyncIterable<Uint8Array>,
  limits: LineLimits,
): AsyncGenerator<Line, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let number = 1;
  let rest: string[] = [];
  let held = 0;
  let bytes = 0;
  const decode = (chunk: Uint8Array | undefined): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new Fault("import_invalid", `Line ${number} or one soon after it is not UTF-8.`, {
        remedy: "Export the run again; nothing was brought in.",
      });
    }
  };
  const hold = (part: string): void => {
    held += part.length;
    if (held > limits.line) throw tooLarge(`Line ${number} is longer than ${limits.line} characters.`);
    rest.push(part);
  };
  for await (const chunk of source) {
    bytes += chunk.byteLength;
    if (bytes > limits.file) throw tooLarge(`The file is larger than ${limits.file} bytes.`);
    const parts = decode(chunk).split("\n");
    const last = parts.pop() ?? "";
    for (const part of parts) {
      hold(part);
      yield { text: rest.join(""), number };
      number += 1;
      rest = [];
      held = 0;
    }
    hold(last);
  }
  hold(decode(undefined));
  const left = rest.join("");
  if (left !== "") yield { text: left, number };
}

const tooLarge = (what: string): Fault =>
  new Fault("import_too_large", what, {
    remedy: "No run is as large as that: look at the file; nothing was brought in.",
  });
