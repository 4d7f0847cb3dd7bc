// list: what lies in a folder, a few levels deep, in a stable order.

import type { Dirent } from "node:fs";
import { readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { codeOf, isRefused, locate } from "../confine.ts";
import type { ToolResult } from "../../engine/ports.ts";
import { done, makeTool, refuse, type ToolCallOptions } from "./tool.ts";

const schema = z.strictObject({
  path: z
    .string()
    .max(4_096)
    .optional()
    .describe("Folder, relative to the repository's top folder; the top folder by default"),
  depth: z.number().int().min(1).max(20).optional().describe("Levels to go down, 2 by default"),
});

type Arguments = z.infer<typeof schema>;

const mostEntries = 1_000;

/** Named, but not gone into. */
const closed: ReadonlySet<string> = new Set([".git", "node_modules"]);

export const listTool = makeTool({
  name: "list",
  class: "pure",
  description:
    "Lists a folder's entries as paths from the repository's top folder; folders end in a slash. .git and node_modules " +
    "are named but not gone into, links are not followed.",
  schema,
  run: listFolder,
});

async function listFolder(args: Arguments, { context, signal }: ToolCallOptions): Promise<ToolResult> {
  const place = await locate(context.root, args.path ?? "");
  if (isRefused(place)) return refuse(place.problem);
  if (place.stats === undefined) return refuse(`${place.path} does not exist`);
  if (!place.stats.isDirectory()) return refuse(`${place.path} is not a folder; use read`);
  const lines: string[] = [];
  const complete = await walk({ root: context.root, lines, signal }, place.path, args.depth ?? 2);
  const name = place.path === "" ? "the top folder" : `${place.path}/`;
  if (lines.length === 0) return done(`[${name} is empty]\n`);
  const foot = complete ? "" : `[cut after ${mostEntries} entries; list a folder below, or less deep]\n`;
  return done(`${lines.join("\n")}\n${foot}`);
}

type Walk = { readonly root: string; readonly lines: string[]; readonly signal: AbortSignal };

async function readFolder(path: string): Promise<readonly Dirent[] | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (codeOf(error) === "EACCES" || codeOf(error) === "ENAMETOOLONG") return undefined;
    throw error;
  }
}

/** False where the cap was met. Depth is at most 20, so this recursion is bounded. */
async function walk(into: Walk, folder: string, depth: number): Promise<boolean> {
  const entries = await readFolder(join(into.root, folder));
  if (entries === undefined) into.lines.push(`[${folder}/ may not be entered]`);
  for (const entry of entries ?? []) {
    if (into.lines.length >= mostEntries || into.signal.aborted) return false;
    const path = join(folder, entry.name);
    const shown = /[\n\r]/.test(path) ? JSON.stringify(path) : path;
    if (entry.isSymbolicLink())
      into.lines.push(`${shown} -> ${await readlink(join(into.root, path)).catch(() => "?")}`);
    else if (!entry.isDirectory()) into.lines.push(entry.isFile() ? shown : `${shown} (not a regular file)`);
    else {
      into.lines.push(`${shown}/`);
      if (depth > 1 && !closed.has(entry.name) && !(await walk(into, path, depth - 1))) return false;
    }
  }
  return true;
}
