// Foreign text inside a prompt: fenced by a mark that the text cannot contain, with its provenance on the fence.

import { createHash } from "node:crypto";

/**
 * The mark is taken from the digest of the text, so a text that forges a fence would have to hold its own digest. It is
 * the same for the same text: a repeated attempt gets the same prompt.
 */
export function toBlock(provenance: string, text: string): string {
  const mark = createHash("sha256").update(provenance).update("\0").update(text).digest("hex").slice(0, 16);
  const label = JSON.stringify(provenance);
  return `<<<data ${mark} ${label}\n${text}${text.endsWith("\n") ? "" : "\n"}>>>end ${mark}`;
}
