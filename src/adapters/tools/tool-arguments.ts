// From the JSON text a model wrote to an arguments object, or one sentence about what is wrong. Nothing is repaired.

import { findRepeatedName } from "../../domain/json-text.ts";

const longestArguments = 4 * 1024 * 1024;

export type ParsedArguments =
  | { readonly ok: true; readonly args: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly problem: string };

export function parseArguments(text: string): ParsedArguments {
  if (text.length > longestArguments) {
    return wrong(`the arguments are ${text.length} characters long; at most ${longestArguments} are read`);
  }
  let args: unknown;
  try {
    args = JSON.parse(text);
  } catch (error) {
    return wrong(`the arguments are not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof args !== "object" || args === null || Array.isArray(args)) {
    return wrong("the arguments have to be one JSON object");
  }
  const repeated = findRepeatedName(text);
  if (repeated !== undefined)
    return wrong(`the key ${repeated.literal} is given twice, so it is not clear what is meant`);
  return { ok: true, args: { ...args } };
}

const wrong = (problem: string): ParsedArguments => ({ ok: false, problem });
