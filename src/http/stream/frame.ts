// One frame of the event stream as the text of an SSE message.

import type { StreamFrameKind, StreamFrames } from "../stream-wire.ts";

const encoder = new TextEncoder();

export const toBytes = (text: string): Uint8Array => encoder.encode(text);

/** `id` is the seq that the reader has once it has read the frame. */
export function toFrameText<Kind extends StreamFrameKind>(kind: Kind, data: StreamFrames[Kind], id?: number): string {
  const place = id === undefined ? "" : `id: ${id}\n`;
  return `${place}event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
