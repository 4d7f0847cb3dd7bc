// The stream of a run that another process conducts, handed on frame by frame.

import type { RunId } from "../../domain/ids.ts";
import { sentOnHeader } from "../reach-run.ts";
import type { SendOn } from "../runs.ts";
import type { Client } from "./client.ts";

export type RelayPlace = { readonly run: RunId; readonly after: number | undefined };

/** Hands on until the other side ends or the client goes; resolves with the last id handed on. Never rejects. */
export async function relay(client: Client, upstream: SendOn, { run, after }: RelayPlace): Promise<number | undefined> {
  let last = after;
  const place = after === undefined ? "" : `?after=${after}`;
  try {
    const response = await upstream(`/api/runs/${run}/stream${place}`, {
      headers: { accept: "text/event-stream", [sentOnHeader]: "1" },
      signal: client.gone,
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      return last;
    }
    const frames = createFrameCutter();
    for await (const chunk of response.body) {
      for (const frame of frames.cut(chunk)) {
        const { kind, id } = frame;
        // Beats are this process's own.
        if (kind === "beat" || kind === undefined) continue;
        await client.sendLong(frame.bytes);
        last = id ?? last;
      }
      await client.room();
    }
  } catch {
    // The other process has gone, or the client has: whoever called finds out which.
  }
  return last;
}

type Frame = { readonly bytes: Uint8Array; readonly kind: string | undefined; readonly id: number | undefined };

const newline = 10;
const headBytes = 80;
const decoder = new TextDecoder();

/** Whole frames out of bytes that come in any pieces. */
export function createFrameCutter(): { cut: (chunk: Uint8Array) => Generator<Frame, void, undefined> } {
  let parts: Uint8Array[] = [];
  let wasNewline = false;

  function* cut(chunk: Uint8Array): Generator<Frame, void, undefined> {
    let from = 0;
    for (let at = 0; ; at += 1) {
      const found = wasNewline && at === 0 && chunk[0] === newline ? 0 : findEnd(chunk, at);
      if (found < 0) break;
      parts.push(chunk.subarray(from, found + 1));
      yield toFrame(parts);
      parts = [];
      wasNewline = false;
      from = found + 1;
      at = found;
    }
    if (from < chunk.byteLength) parts.push(chunk.subarray(from));
    wasNewline = chunk.at(-1) === newline && from < chunk.byteLength;
  }
  return { cut };
}

/** The place of the second of two newlines, or -1. */
function findEnd(chunk: Uint8Array, from: number): number {
  for (let at = chunk.indexOf(newline, from); at >= 0; at = chunk.indexOf(newline, at + 1))
    if (chunk[at + 1] === newline) return at + 1;
  return -1;
}

function toFrame(parts: readonly Uint8Array[]): Frame {
  const [only, second] = parts;
  const bytes = second === undefined && only !== undefined ? only : join(parts);
  const head = decoder.decode(bytes.subarray(0, headBytes));
  const id = /^id: (\d+)$/m.exec(head)?.[1];
  return { bytes, kind: /^event: (\w+)$/m.exec(head)?.[1], id: id === undefined ? undefined : Number(id) };
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
