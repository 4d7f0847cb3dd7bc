// Long texts leave the event and go to the blob store; readers bring them back.

import { inlineTextLimit, type Text } from "../domain/text.ts";
import type { EventLog } from "./ports.ts";

const headLength = 400;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Short text comes back as it is, without waiting; long text as a reference whose blob is on disk. */
export function storeText(log: Pick<EventLog, "putBlob">, text: string): Text | Promise<Text> {
  // A UTF-16 unit is at most three bytes of UTF-8: most texts are short enough to need no count.
  if (text.length * 3 <= inlineTextLimit) return text;
  const bytes = encoder.encode(text);
  if (bytes.byteLength <= inlineTextLimit) return text;
  return log.putBlob(bytes).then((blob) => ({ blob, bytes: bytes.byteLength, head: text.slice(0, headLength) }));
}

/** The whole text. Throws Fault `blob_missing` or `blob_corrupt`. */
export function loadText(log: Pick<EventLog, "getBlob">, text: Text): string | Promise<string> {
  return typeof text === "string" ? text : log.getBlob(text.blob).then((bytes) => decoder.decode(bytes));
}
