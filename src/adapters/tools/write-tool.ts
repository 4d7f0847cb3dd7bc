// write: makes a file or replaces all of it.

import { z } from "zod";
import { isRefused } from "../confine.ts";
import type { ToolContext, ToolResult } from "../../engine/ports.ts";
import { replaceFile } from "./replace-file.ts";
import { showDiff } from "./show-diff.ts";
import { locateWritable, readWritable } from "./text-file.ts";
import { done, makeTool, refuse, type ToolCallOptions } from "./tool.ts";

const schema = z.strictObject({
  path: z
    .string()
    .min(1)
    .max(4_096)
    .describe("File, relative to the repository's top folder; missing folders are made"),
  content: z.string().max(2_000_000).describe("The whole content of the file"),
});

type Arguments = z.infer<typeof schema>;

export const writeTool = makeTool({
  name: "write",
  class: "idempotent",
  description: "Makes a file, or replaces the whole of it. To change a part of a file, use edit.",
  schema,
  run: write,
  preview,
});

async function write(args: Arguments, { context }: ToolCallOptions): Promise<ToolResult> {
  if (!args.content.isWellFormed())
    return refuse(`${args.path} was not written: content holds half a character (a lone surrogate)`);
  const place = await locateWritable(context, args.path);
  if (isRefused(place)) return refuse(place.problem);
  const old = await readWritable(place, "any");
  const isSame = old !== undefined && !isRefused(old) && old.text === args.content;
  // With a second hard link the same bytes are written all the same: what counts is a file of our own.
  if (isSame && old.stats.nlink === 1)
    return done(`${place.path} is already as asked; nothing was changed`, [place.path]);
  const failed = await replaceFile(context.root, place, args.content);
  if (failed !== undefined) return refuse(failed.problem);
  const bytes = Buffer.byteLength(args.content);
  return done(`${place.path} was ${place.stats === undefined ? "made" : "replaced"}, ${bytes} bytes`, [place.path]);
}

async function preview(args: Arguments, context: ToolContext): Promise<string> {
  const place = await locateWritable(context, args.path);
  if (isRefused(place)) return `This write will be refused: ${place.problem}`;
  const old = await readWritable(place, "one");
  if (old !== undefined && isRefused(old))
    return `${old.problem}. It is replaced by:\n${showDiff(place.path, undefined, args.content)}`;
  return showDiff(place.path, old?.text, args.content);
}
