// A file of the worktree as text: size and encoding checked first, so that nothing is changed that was not understood.

import type { Stats } from "node:fs";
import { isRefused, locate, openFile, type Place, type Refused } from "../confine.ts";
import { matchesAny } from "../../domain/glob.ts";
import { protectedPart } from "../../domain/protected-paths.ts";
import type { ToolContext } from "../../engine/ports.ts";

const largestText = 8 * 1024 * 1024;

export type TextFile = { readonly place: Place; readonly text: string; readonly stats: Stats };

/** The place, if the ticket may change it: not protected, inside `touches`, a regular file or nothing yet. */
export async function locateWritable(context: ToolContext, path: string): Promise<Place | Refused> {
  const named = protectedPart(path);
  if (named !== undefined) return { problem: toProtected(path, named) };
  const place = await locate(context.root, path);
  if (isRefused(place)) return place;
  if (place.path === "") return { problem: "the repository's top folder is not a file" };
  const resolved = protectedPart(place.path);
  if (resolved !== undefined) return { problem: toProtected(place.path, resolved) };
  if (context.touches.length > 0 && !matchesAny(context.touches, place.path)) {
    return { problem: `${place.path} is outside what this ticket may change (${context.touches.join(", ")})` };
  }
  if (place.stats !== undefined && !place.stats.isFile()) return { problem: `${place.path} is not a regular file` };
  return place;
}

const toProtected = (path: string, part: string): string =>
  `${path} is refused: ${JSON.stringify(part)} is protected, because files there run or configure programs on the person's machine. ` +
  "Leave it as it is; if the ticket cannot be done without it, finish as blocked and say so";

/** A writable place's text, undefined where there is no file. `links` as for `openFile`. */
export async function readWritable(place: Place, links: "one" | "any"): Promise<TextFile | Refused | undefined> {
  if (place.stats === undefined) return undefined;
  const opened = await openFile(place, links);
  if (isRefused(opened)) return opened;
  try {
    if (opened.stats.size > largestText) {
      return {
        problem: `${place.path} is ${opened.stats.size} bytes large; at most ${largestText} can be changed here. Use run`,
      };
    }
    const text = decode(await opened.handle.readFile());
    if (text === undefined) return { problem: `${place.path} is not UTF-8 text; use run to change it` };
    return { place, text, stats: opened.stats };
  } finally {
    await opened.handle.close();
  }
}

/** Undefined for what would not come back byte for byte. */
export function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
