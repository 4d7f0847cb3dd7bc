// An answer of a model as a value of the shape that was asked for, or everything that is wrong with it.

import type { z } from "zod";
import { parseJsonText } from "./json-text.ts";
import { takeJson } from "./plan-answer.ts";

export type Read<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly string[] };

export function readAnswer<T>(answer: string, schema: z.ZodType<T>): Read<T> {
  const taken = takeJson(answer);
  if (!taken.ok) return { ok: false, problems: [taken.problem] };
  const read = parseJsonText(taken.json);
  if (!read.ok) {
    const { line, column, problem } = read.fault;
    return { ok: false, problems: [`Not JSON: line ${line}, column ${column}: ${problem}.`] };
  }
  const parsed = schema.safeParse(read.value);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, problems: parsed.error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}.`) };
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "") || "answer";
