// edit: replaces a text that occurs exactly as often as expected. Everything else fails loudly and changes nothing.

import { z } from "zod";
import { isRefused, type Refused } from "../confine.ts";
import type { ToolContext, ToolResult } from "../../engine/ports.ts";
import { describeMiss, lineOf } from "./nearest-lines.ts";
import { replaceFile } from "./replace-file.ts";
import { locateWritable, readWritable, type TextFile } from "./text-file.ts";
import { done, makeTool, refuse, type ToolCallOptions } from "./tool.ts";
import { showDiff } from "./show-diff.ts";

const schema = z.strictObject({
  path: z.string().min(1).max(4_096).describe("File, relative to the repository's top folder"),
  old: z
    .string()
    .min(1)
    .max(2_000_000)
    .describe("The text to replace, exactly as in the file, with enough around it to be unique"),
  new: z.string().max(2_000_000).describe("What stands there instead"),
  count: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe("How often old occurs; all are replaced. 1 by default"),
});

type Arguments = z.infer<typeof schema>;

export const editTool = makeTool({
  name: "edit",
  class: "idempotent",
  description:
    "Replaces text in a file. old has to match the file exactly, blanks and line ends included, and to occur exactly " +
    "count times; otherwise nothing is changed and the result says where it nearly matched.",
  schema,
  run: edit,
  preview,
});

async function edit(args: Arguments, { context, repeat }: ToolCallOptions): Promise<ToolResult> {
  const file = await readForEdit(args, context);
  if (isRefused(file)) return refuse(file.problem);
  const planned = planEdit(file.text, args, repeat);
  const { path } = file.place;
  if (planned.kind === "refused") return refuse(`${path} was not changed: ${planned.problem}`);
  if (planned.kind === "already") return done(`${path} is already as asked; nothing was changed`, [path]);
  const failed = await replaceFile(context.root, file.place, planned.text);
  if (failed !== undefined) return refuse(failed.problem);
  const times = planned.times === 1 ? "" : ` ${planned.times} times`;
  return done(`${path} was changed${times} at line ${planned.lines.join(", ")}`, [path]);
}

async function readForEdit(args: Arguments, context: ToolContext): Promise<TextFile | Refused> {
  const place = await locateWritable(context, args.path);
  if (isRefused(place)) return place;
  const file = await readWritable(place, "one");
  return file ?? { problem: `${place.path} does not exist; use write to make it` };
}

export type PlannedEdit =
  | {
      readonly kind: "change";
      readonly text: string;
      readonly times: number;
      /** The first lines, from 1, at which it changes. */ readonly lines: readonly number[];
    }
  | { readonly kind: "already" }
  | { readonly kind: "refused"; readonly problem: string };

/** Pure. With `repeat` the text may be the one before the edit or the one after it. */
export function planEdit(text: string, args: Pick<Arguments, "old" | "new" | "count">, repeat: boolean): PlannedEdit {
  if (!args.new.isWellFormed() || !args.old.isWellFormed())
    return refused("old or new holds half a character (a lone surrogate)");
  if (args.old === args.new) return refused("old and new are the same");
  const count = args.count ?? 1;
  const crlf = usesCrlf(text) && !args.old.includes("\r");
  const old = crlf ? toCrlf(args.old) : args.old;
  const fresh = crlf ? toCrlf(args.new) : args.new;
  const found = findAll(text, old);
  if (repeat) {
    const isBefore = found.length === count;
    if (!isBefore && mayBeAfter(text, { old, fresh, count })) return { kind: "already" };
    // Where line ends were adapted, they may have been mixed before the edit: old then stood there as it was given.
    const mayBeMended = old !== args.old && text.includes(args.new);
    if (isBefore && (mayBeMended || found.every((at) => mayBeLeftBehind(text, at, { old, fresh })))) {
      return refused(
        "it cannot be told whether this edit took place before the interruption; read the file and edit again if it did not",
      );
    }
  }
  if (found.length === count) {
    return {
      kind: "change",
      text: replaceAt(text, found, { old, fresh }),
      times: count,
      lines: found.slice(0, 20).map((at) => lineOf(text, at)),
    };
  }
  return refused(describeMiss(text, old, { found, count }));
}

const refused = (problem: string): PlannedEdit => ({ kind: "refused", problem });

/**
 * An edit replaces every old it finds. So an old that stands in what it left can only have come about around a place
 * it touched: one that no fresh text reaches into was there before, and the edit has not taken place. Where old is
 * taken away and nothing put in its place, the seam may run through any old of two characters or more.
 */
function mayBeLeftBehind(text: string, at: number, { old, fresh }: { old: string; fresh: string }): boolean {
  if (fresh === "") return old.length > 1;
  const reached = text.indexOf(fresh, Math.max(0, at - fresh.length + 1));
  return reached >= 0 && reached < at + old.length;
}

/** Could the text be what this edit leaves? With nothing put in its place, that old is gone is all there is to see. */
function mayBeAfter(text: string, edit: { old: string; fresh: string; count: number }): boolean {
  const { old, fresh, count } = edit;
  if (fresh === "") return findAll(text, old).length === 0;
  const places = findAll(text, fresh);
  if (places.length < count) return false;
  if (places.length > count) return findAll(text, old).length === 0;
  const before = replaceAt(text, places, { old: fresh, fresh: old });
  const again = findAll(before, old);
  return again.length === count && replaceAt(before, again, { old, fresh }) === text;
}

/** Positions of the occurrences, from the left, not overlapping. */
function findAll(text: string, wanted: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length)) found.push(at);
  return found;
}

function replaceAt(text: string, places: readonly number[], { old, fresh }: { old: string; fresh: string }): string {
  const parts: string[] = [];
  let from = 0;
  for (const at of places) {
    parts.push(text.slice(from, at), fresh);
    from = at + old.length;
  }
  return parts.join("") + text.slice(from);
}

/** True where every line end is CRLF: then a model may write its lines with LF alone. */
const usesCrlf = (text: string): boolean => text.includes("\r\n") && !/(^|[^\r])\n/.test(text);

const toCrlf = (text: string): string => text.replace(/\r?\n/g, "\r\n");

async function preview(args: Arguments, context: ToolContext): Promise<string> {
  const file = await readForEdit(args, context);
  if (isRefused(file)) return `This edit will be refused: ${file.problem}`;
  const planned = planEdit(file.text, args, false);
  if (planned.kind === "refused") return `This edit of ${file.place.path} will fail: ${planned.problem}`;
  return showDiff(file.place.path, file.text, planned.kind === "change" ? planned.text : file.text);
}
