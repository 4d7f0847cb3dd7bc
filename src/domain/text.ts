// Text that may be long. Over the limit it lives in the blob store and an event carries the reference.

import { z } from "zod";
import type { Digest } from "./ids.ts";

/** Bytes of UTF-8 above which a text is stored as a blob beside the log. */
export const inlineTextLimit = 16 * 1024;

export const blobRefSchema = z.strictObject({
  blob: z.string().regex(/^[0-9a-f]{64}$/) as unknown as z.ZodType<Digest>,
  bytes: z.number().int().nonnegative(),
  /** The first characters, for lists and terminals. */
  head: z.string(),
});

export type BlobRef = z.infer<typeof blobRefSchema>;

/** Short text in place, long text by reference. */
export type Text = string | BlobRef;

export const textSchema: z.ZodType<Text> = z.union([z.string(), blobRefSchema]);

/** What can be shown without opening the blob store. */
export const headOf = (text: Text): string => (typeof text === "string" ? text : text.head);

/** Bytes of UTF-8; half a surrogate pair counts as the three that are written in its place. */
export function bytesOf(text: Text): number {
  if (typeof text !== "string") return text.bytes;
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const point = text.codePointAt(at) ?? 0;
    if (point >= 0x800) bytes += 2;
    else if (point >= 0x80) bytes += 1;
    // Two units, four bytes.
    if (point >= 0x10000) at += 1;
  }
  return bytes;
}

/** Every blob that a value names, at any depth; one that is named twice comes twice. */
export function* blobsIn(value: unknown): Generator<Digest> {
  if (typeof value !== "object" || value === null) return;
  const blob = blobRefSchema.safeParse(value);
  if (blob.success) yield blob.data.blob;
  else for (const each of Object.values(value)) yield* blobsIn(each);
}
