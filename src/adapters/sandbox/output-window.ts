// Keeps the beginning and the end of a stream of any length in bounded memory, and says what lies between.

import { toPlainOutput } from "../../domain/printable.ts";
import { hideSecrets } from "../../domain/secrets.ts";

export type OutputWindow = {
  add(chunk: Buffer): void;
  /** Bytes seen so far, kept or not. */
  total(): number;
  /** Plain text: terminal sequences, control characters and secrets taken out, the cut named. */
  text(): string;
};

/** What a command printed goes to the log, the model and the screen from here on. */
const toReadable = (text: string): string => hideSecrets(toPlainOutput(text));

/** The end of a failing command tells more than its beginning: it gets two thirds of `keep` bytes. */
export function createOutputWindow(keep: number): OutputWindow {
  const headLimit = Math.floor(keep / 3);
  const tailLimit = keep - headLimit;
  const head: Buffer[] = [];
  let tail: Buffer[] = [];
  let headBytes = 0;
  let tailBytes = 0;
  let total = 0;

  const addToTail = (chunk: Buffer): void => {
    tail.push(chunk);
    tailBytes += chunk.length;
    // Joining only at twice the limit keeps the cost per byte constant, for tiny chunks and for huge ones.
    if (tailBytes < 2 * tailLimit && tail.length < 1_024) return;
    const kept = Buffer.concat(tail).subarray(-tailLimit);
    tail = tailLimit === 0 ? [] : [Buffer.from(kept)];
    tailBytes = tailLimit === 0 ? 0 : kept.length;
  };

  return {
    add: (chunk) => {
      total += chunk.length;
      const room = headLimit - headBytes;
      if (room > 0) head.push(Buffer.from(chunk.subarray(0, room)));
      headBytes += Math.max(0, Math.min(room, chunk.length));
      if (chunk.length > room) addToTail(Buffer.from(chunk.subarray(Math.max(0, room))));
    },
    total: () => total,
    text: () => {
      const first = Buffer.concat(head);
      const last = tailLimit === 0 ? Buffer.alloc(0) : Buffer.concat(tail).subarray(-tailLimit);
      const cut = total - first.length - last.length;
      if (cut <= 0) return toReadable(Buffer.concat([first, last]).toString("utf8"));
      const before = toReadable(wholeStart(first).toString("utf8"));
      const after = toReadable(wholeEnd(last).toString("utf8"));
      return `${before}\n[${cut} bytes cut here: the first ${first.length} and the last ${last.length} of ${total} are shown]\n${after}`;
    },
  };
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** Without the character that the cut went through. */
function wholeStart(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > bytes.length - 4 && isContinuation(bytes[end - 1])) end--;
  const lead = bytes[end - 1] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return bytes.length - end + 1 >= length ? bytes : bytes.subarray(0, Math.max(0, end - 1));
}

function wholeEnd(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start++;
  return bytes.subarray(start);
}
