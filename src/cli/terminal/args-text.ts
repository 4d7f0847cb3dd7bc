// A tool call's arguments as a text that is pleasant to edit: the fields as JSON, then every text of several lines as it
// is, between dividing lines. What was not touched comes back as the same values.

import { parseJsonText } from "../../domain/json-text.ts";
import { layOutJson } from "./json-layout.ts";

const divide = (name: string, fence: string): string => `${fence} ${name} ${fence}`;

/** A fence that no line of the texts could be mistaken for. */
function fenceFor(texts: readonly string[]): string {
  let fence = "=====";
  while (texts.some((text) => text.includes(fence))) fence += "=";
  return fence;
}

const toObject = (args: string): Readonly<Record<string, unknown>> | undefined => {
  const parsed = parseJsonText(args);
  if (!parsed.ok || typeof parsed.value !== "object" || parsed.value === null || Array.isArray(parsed.value))
    return undefined;
  return parsed.value as Record<string, unknown>;
};

/** Arguments that are no object, or hold no text of several lines, are laid out as JSON. */
export function toArgsText(args: string): string {
  const fields = toObject(args);
  if (fields === undefined) return layOutJson(args);
  const long = Object.entries(fields).filter((field): field is [string, string] => isLong(field[0], field[1]));
  if (long.length === 0) return layOutJson(args);
  const fence = fenceFor(long.flat());
  const short = Object.fromEntries(Object.entries(fields).filter(([name, value]) => !isLong(name, value)));
  const sections = long.map(([name, value]) => `${divide(name, fence)}\n${value}\n`);
  return `${JSON.stringify(short, undefined, 2)}\n${sections.join("")}${divide("end", fence)}\n`;
}

const isLong = (name: string, value: unknown): boolean =>
  typeof value === "string" && value.includes("\n") && /^\w+$/.test(name) && name !== "end";

export type ParsedArgs =
  | { readonly ok: true; /** JSON text. */ readonly args: string }
  | { readonly ok: false; readonly problem: string };

export function parseArgsText(text: string): ParsedArgs {
  const marks = [...text.matchAll(/^(={5,}) (\w+) \1$/gm)];
  const [first] = marks;
  if (first === undefined) return parseJsonArgs(text.trim());
  const head = parseJsonArgs(text.slice(0, first.index).trim());
  if (!head.ok) return head;
  const fence = first[1] ?? "";
  const own = marks.filter((mark) => mark[1] === fence);
  if (own.at(-1)?.[2] !== "end")
    return { ok: false, problem: `the last dividing line, "${divide("end", fence)}", is missing` };
  const sections = own.slice(0, -1).map((mark, place) => {
    const from = mark.index + mark[0].length + 1;
    const to = (own[place + 1]?.index ?? from) - 1;
    return `${JSON.stringify(mark[2])}: ${JSON.stringify(text.slice(from, Math.max(from, to)))}`;
  });
  const names = own.slice(0, -1).map((mark) => mark[2] ?? "");
  const twice = names.find((name, place) => names.indexOf(name) !== place || name in (toObject(head.args) ?? {}));
  if (twice !== undefined) return { ok: false, problem: `"${twice}" is there twice` };
  const open = head.args.slice(0, -1).trimEnd();
  return { ok: true, args: `${open}${open === "{" ? "" : ", "}${sections.join(", ")}}` };
}

function parseJsonArgs(text: string): ParsedArgs {
  const parsed = parseJsonText(text);
  if (!parsed.ok)
    return { ok: false, problem: `${parsed.fault.problem} (line ${parsed.fault.line}, column ${parsed.fault.column})` };
  return toObject(text) === undefined
    ? { ok: false, problem: "arguments are a JSON object, {...}" }
    : { ok: true, args: text };
}
