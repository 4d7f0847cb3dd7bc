// Writes a tier's ladder into the text of a tutti.toml and leaves every other character as it is: comments, line ends,
// the way the file is laid out. The text is valid TOML, and so is what comes out.

import type { Tier } from "./config.ts";
import { findTomlValues, type TextSpan } from "./toml-places.ts";

type Find = ReturnType<typeof findTomlValues>;
type Edit = TextSpan & { readonly text: string };

/** `models`: at least one. */
export function setTierLadder(text: string, tier: Tier, models: readonly string[]): string {
  const find = findTomlValues(text);
  const path = ["tiers", String(tier), "models"];
  const written = find(path);
  if (written !== undefined) return edited(text, ladderEdits(text, { find, path, written, models }));
  const own = `models = ${arrayOf(models)}`;
  const table = find(["tiers", String(tier)]);
  if (table !== undefined) return edited(text, [intoInline(text, table, own)]);
  const tiers = find(["tiers"]);
  if (tiers !== undefined) return edited(text, [intoInline(text, tiers, `${tier} = { ${own} }`)]);
  return `${text}${gapAfter(text)}[tiers.${tier}]${lineEnd(text)}${own}${lineEnd(text)}`;
}

const lineEnd = (text: string): string => (/\r\n/.test(text) ? "\r\n" : "\n");

/** A new table stands apart from what is before it. */
function gapAfter(text: string): string {
  if (/^\uFEFF?\s*$/.test(text)) return "";
  const end = lineEnd(text);
  return text.endsWith("\n") ? end : `${end}${end}`;
}

/** A basic string: what could end it, or cannot stand in it, is escaped. */
const quoted = (model: string): string =>
  `"${model.replaceAll(/["\\\p{Cc}]/gu, (each) =>
    each === '"' || each === "\\" ? `\\${each}` : `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )}"`;

const arrayOf = (models: readonly string[]): string => `[${models.map(quoted).join(", ")}]`;

/** Before the brace that closes the table. A table of one line has no comma after its last setting. */
function intoInline(text: string, table: TextSpan, setting: string): Edit {
  const close = table.end - 1;
  const inner = text.slice(table.start + 1, close);
  const isEmpty = inner.trim() === "";
  const start = table.start + 1 + inner.trimEnd().length;
  return { start, end: close, text: isEmpty ? ` ${setting} ` : `, ${setting} ` };
}

type Written = {
  readonly find: Find;
  readonly path: readonly string[];
  readonly written: TextSpan;
  readonly models: readonly string[];
};

/** Rung by rung, so that what stands between and behind them stays. */
function ladderEdits(text: string, { find, path, written, models }: Written): readonly Edit[] {
  const [only] = models;
  if (text[written.start] !== "[")
    return [{ ...written, text: models.length === 1 && only !== undefined ? quoted(only) : arrayOf(models) }];
  const rungs = rungsOf(find, path);
  const last = rungs.at(-1);
  if (last === undefined) return [{ ...written, text: arrayOf(models) }];
  const kept = rungs.slice(0, models.length);
  const changed = kept.flatMap((rung, place) => {
    const model = quoted(models[place] ?? "");
    return text.slice(rung.start, rung.end) === model ? [] : [{ ...rung, text: model }];
  });
  const added = models.slice(rungs.length).map((model) => `,${gapBefore(text, rungs)}${quoted(model)}`);
  return [
    ...changed,
    ...(added.length > 0 ? [{ start: last.end, end: last.end, text: added.join("") }] : []),
    ...rungs.slice(models.length).flatMap((rung) => removals(text, rung, written)),
    ...(models.length < rungs.length ? danglingComma(text, rungs, models.length) : []),
  ];
}

function rungsOf(find: Find, path: readonly string[]): readonly TextSpan[] {
  const rungs: TextSpan[] = [];
  for (let span = find([...path, "0"]); span !== undefined; span = find([...path, String(rungs.length)]))
    rungs.push(span);
  return rungs;
}

/** As the last rung stands behind what is before it: on a line of its own, or after a blank. */
function gapBefore(text: string, rungs: readonly TextSpan[]): string {
  const last = rungs.at(-1)?.start ?? 0;
  const line = text.lastIndexOf("\n", last - 1) + 1;
  const indent = text.slice(line, last);
  return /^[ \t]*$/.test(indent) && line > 0 ? `${lineEnd(text)}${indent}` : " ";
}

/** The rung, the comma behind it and the blanks before it; its whole line where nothing else is on it. */
function removals(text: string, rung: TextSpan, written: TextSpan): readonly Edit[] {
  const comma = /^(?:\s|#[^\n]*\n)*,/.exec(text.slice(rung.end, written.end));
  const line = text.lastIndexOf("\n", rung.start - 1) + 1;
  const start = /^[ \t]*$/.test(text.slice(line, rung.start)) ? line : blanksBefore(text, rung.start);
  const isNear = comma !== null && /^[ \t]*,$/.test(comma[0]);
  const end = isNear ? rung.end + comma[0].length : rung.end;
  const rest = /^[ \t]*\r?\n/.exec(text.slice(end, written.end));
  const whole = start === line && rest !== null && line > written.start ? end + rest[0].length : end;
  const removed = { start, end: whole, text: "" };
  if (comma === null || isNear) return [removed];
  const at = rung.end + comma[0].length;
  return [removed, { start: at - 1, end: at, text: "" }];
}

const blanksBefore = (text: string, at: number): number =>
  at - (/[ \t]*$/.exec(text.slice(Math.max(0, at - 200), at))?.[0].length ?? 0);

/** The last rung that is kept had a comma behind it for the next one; on one line it goes with that. */
function danglingComma(text: string, rungs: readonly TextSpan[], kept: number): readonly Edit[] {
  const last = rungs[kept - 1];
  const next = rungs[kept];
  if (last === undefined || next === undefined) return [];
  const between = text.slice(last.end, next.start);
  const comma = /^[ \t]*,/.exec(between);
  if (comma === null || between.includes("\n")) return [];
  return [{ start: last.end, end: last.end + comma[0].length, text: "" }];
}

/** Edits do not overlap. */
const edited = (text: string, edits: readonly Edit[]): string =>
  edits
    .toSorted((a, b) => b.start - a.start || b.end - a.end)
    .reduce((now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end), text);
