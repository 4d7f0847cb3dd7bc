// The stored form of one record and its link in the checksum chain. Knows no database and no file.

import { hash } from "node:crypto";
import { eventVersion, upcast } from "../../domain/upcast.ts";
import type { Recorded } from "../../domain/event.ts";
import type { Actor, RunId } from "../../domain/ids.ts";

/** `body` is JSON text with every field of the record; `sum` covers it and the sum before it. */
export type StoredRecord = { readonly seq: number; readonly body: string; readonly sum: string };

/** The end of a chain: where the next record attaches. */
export type ChainHead = { readonly seq: number; readonly sum: string };

export type DecodedRecord =
  | { readonly kind: "record"; readonly record: Recorded }
  | { readonly kind: "newer"; readonly version: number }
  | { readonly kind: "damaged"; readonly problem: string };

/** The chain begins with the run's own name, so a record moved from another run does not fit either. */
export const chainStart = (run: RunId): ChainHead => ({ seq: 0, sum: toSum("", `tutti log of ${run}`) });

/**
 * The record as JSON text. JSON.stringify escapes lone surrogates and NUL, which would not survive as SQL text, so
 * the text is also plain UTF-8 and its own canonical byte form. Throws on a record no reader could take back.
 */
export function encodeRecord(record: Recorded): string {
  const { seq, at, by, event } = record;
  if (!Number.isSafeInteger(seq) || seq < 1)
    throw new RangeError(`a record's seq must be a whole number from 1, not ${seq}`);
  if (!Number.isSafeInteger(at)) throw new RangeError(`record ${seq}: \`at\` must be whole epoch ms, not ${at}`);
  if (!isActor(by)) throw new RangeError(`record ${seq}: \`by\` must name an actor, not ${JSON.stringify(by)}`);
  return JSON.stringify({ v: eventVersion, seq, at, by, event });
}

/** Links a body to the chain. */
export const linkRecord = (head: ChainHead, seq: number, body: string): StoredRecord => ({
  seq,
  body,
  sum: toSum(head.sum, body),
});

/** Every sum has 43 characters (sha-256 in base64url), so the seam between the two parts is unambiguous. */
const toSum = (previous: string, body: string): string => hash("sha256", previous + body, "base64url");

/** Checks the record against its place in the chain and parses it. Content is hostile until it has passed both. */
export function decodeRecord(
  stored: { readonly body: unknown; readonly sum: unknown },
  head: ChainHead,
): DecodedRecord {
  const { body, sum } = stored;
  if (typeof body !== "string" || toSum(head.sum, body) !== sum) {
    return damaged("its checksum does not fit its content and the record before it");
  }
  return decodeBody(body, head.seq + 1);
}

/** The part of decoding that needs no chain: for golden logs. */
export function decodeBody(body: string, seq: number): DecodedRecord {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return damaged("it is not JSON");
  }
  if (typeof json !== "object" || json === null) return damaged("it is not an object");
  const { v, seq: ownSeq, at, by, event } = json as Readonly<Record<string, unknown>>;
  if (ownSeq !== seq) return damaged(`it says it is record ${JSON.stringify(ownSeq)}`);
  if (!Number.isSafeInteger(at) || !isActor(by)) return damaged("its time or its actor is malformed");
  const upcasted = upcast(typeof v === "number" ? v : Number.NaN, event);
  if (upcasted.kind === "newer") return upcasted;
  if (upcasted.kind === "invalid") return damaged(upcasted.problem);
  return { kind: "record", record: { seq, at: at as number, by, event: upcasted.event } };
}

const damaged = (problem: string): DecodedRecord => ({ kind: "damaged", problem });

const isActor = (value: unknown): value is Actor =>
  value === "engine" || (typeof value === "string" && /^(?:person|worker|rule):/.test(value));
