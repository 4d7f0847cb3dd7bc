// A run as a file of lines: every record as it is stored, every long text before the record that names it. What is read
// here comes from anywhere: a line is taken only in exactly the form it is written in.

import { z } from "zod";
import { isRunId, type Digest, type RunId } from "./ids.ts";

export const runFileFormat = "tutti-run/1";

export type RunFileLine =
  /** `createdAt` in epoch ms. */
  | { readonly kind: "header"; readonly run: RunId; readonly createdAt: number }
  /** What the run's scripted models play, as its file has it. */
  | { readonly kind: "scenario"; readonly text: string }
  | { readonly kind: "blob"; readonly digest: Digest; readonly content: BlobContent }
  /** `body`: the record's JSON text to the letter; `sum` chains it to the one before. */
  | { readonly kind: "record"; readonly sum: string; readonly body: string }
  | { readonly kind: "end"; readonly records: number; readonly blobs: number; readonly sum: string };

/** Text where the bytes are UTF-8, else base64. */
export type BlobContent = { readonly text: string } | { readonly base64: string };

/** The line without its line break. */
export function writeRunLine(line: RunFileLine): string {
  switch (line.kind) {
    case "header":
      return JSON.stringify({ format: runFileFormat, run: line.run, createdAt: line.createdAt });
    case "scenario":
      return JSON.stringify({ scenario: line.text });
    case "blob":
      return JSON.stringify({ blob: line.digest, ...line.content });
    case "record":
      return `{"sum":"${line.sum}","record":${line.body}}`;
    case "end":
      return JSON.stringify({ end: true, records: line.records, blobs: line.blobs, sum: line.sum });
    default:
      return line satisfies never;
  }
}

export type ReadRunLine =
  | { readonly ok: true; readonly line: RunFileLine }
  | { readonly ok: false; readonly problem: string };

const whole = z.number().int().nonnegative();
const digest = z.string().regex(/^[0-9a-f]{64}$/) as unknown as z.ZodType<Digest>;

const headerSchema = z.strictObject({
  format: z.literal(runFileFormat),
  run: z.string().refine(isRunId, "it is no run's name"),
  createdAt: whole.max(8.64e15),
});
const scenarioSchema = z.strictObject({ scenario: z.string() });
const textBlobSchema = z.strictObject({ blob: digest, text: z.string() });
const bytesBlobSchema = z.strictObject({ blob: digest, base64: z.base64() });
const endSchema = z.strictObject({ end: z.literal(true), records: whole, blobs: whole, sum: z.string() });

const recordPattern = /^\{"sum":"([A-Za-z0-9_-]{43})","record":(\{.*\})\}$/s;

/** Never throws. A record's body is not looked into here: its checksum and its schema are the log's to check. */
export function readRunLine(text: string): ReadRunLine {
  const [, sum, body] = recordPattern.exec(text) ?? [];
  if (sum !== undefined && body !== undefined) return { ok: true, line: { kind: "record", sum, body } };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { ok: false, problem: "it is not JSON" };
  }
  const line = readValue(value);
  // What is written in another order or with other spaces would be another file when it is written again.
  if (line === undefined || writeRunLine(line) !== text) return { ok: false, problem: problemOf(value) };
  return { ok: true, line };
}

function readValue(value: unknown): RunFileLine | undefined {
  const header = headerSchema.safeParse(value);
  if (header.success) return { kind: "header", run: header.data.run, createdAt: header.data.createdAt };
  const scenario = scenarioSchema.safeParse(value);
  if (scenario.success) return { kind: "scenario", text: scenario.data.scenario };
  const text = textBlobSchema.safeParse(value);
  if (text.success) return { kind: "blob", digest: text.data.blob, content: { text: text.data.text } };
  const bytes = bytesBlobSchema.safeParse(value);
  if (bytes.success) return { kind: "blob", digest: bytes.data.blob, content: { base64: bytes.data.base64 } };
  const end = endSchema.safeParse(value);
  if (!end.success) return undefined;
  return { kind: "end", records: end.data.records, blobs: end.data.blobs, sum: end.data.sum };
}

function problemOf(value: unknown): string {
  const named = z.looseObject({ format: z.string() }).safeParse(value);
  if (named.success && named.data.format !== runFileFormat)
    return `its format is ${JSON.stringify(named.data.format.slice(0, 60))}; this program reads "${runFileFormat}"`;
  return "it is no line of an exported run";
}
