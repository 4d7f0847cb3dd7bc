// read: a part of a file exactly as it is, so that an edit can quote it. What was left out and how to get it is said.

import type { FileHandle } from "node:fs/promises";
import { z } from "zod";
import { isRefused, locate, openFile } from "../confine.ts";
import type { ToolResult } from "../../engine/ports.ts";
import { done, makeTool, outputBytes, refuse, type ToolCallOptions } from "./tool.ts";

const schema = z.strictObject({
  path: z.string().min(1).max(4_096).describe("File, relative to the repository's top folder"),
  offset: z.number().int().min(1).optional().describe("First line to read, counted from 1"),
  limit: z.number().int().min(1).optional().describe("How many lines to read at most"),
});

type Arguments = z.infer<typeof schema>;

/** Bytes looked through for the first line asked for and for the number of lines. */
const scanLimit = 64 * 1024 * 1024;

export const readTool = makeTool({
  name: "read",
  class: "pure",
  description:
    "Reads a text file. The first line of the result names the file and the lines shown; what follows it is the file's " +
    "own text, unchanged and without line numbers. Long files come in parts: ask for the next with offset.",
  schema,
  run: readPart,
});

async function readPart(args: Arguments, { context }: ToolCallOptions): Promise<ToolResult> {
  const place = await locate(context.root, args.path);
  if (isRefused(place)) return refuse(place.problem);
  const opened = await openFile(place);
  if (isRefused(opened)) return refuse(opened.problem);
  try {
    const first = args.offset ?? 1;
    const part = await scan(opened.handle, { first, last: first + (args.limit ?? Number.MAX_SAFE_INTEGER) - 1 });
    if (part === "binary") return refuse(`${place.path} is a binary file of ${opened.stats.size} bytes`);
    return describePart(place.path, part, first);
  } finally {
    await opened.handle.close();
  }
}

type Part = {
  readonly text: string;
  /** Lines begun in `text`. */
  readonly lines: number;
  /** Lines of the file as far as it was looked through. */
  readonly seen: number;
  readonly complete: boolean;
  /** The last line shown is only a beginning. */
  readonly midLine: boolean;
};

function describePart(path: string, part: Part, first: number): ToolResult {
  const { text, lines, seen, complete, midLine } = part;
  const all = complete ? `${seen}` : `more than ${seen}`;
  if (lines === 0) {
    return seen === 0 && complete
      ? done(`[${path}: empty file]\n`)
      : refuse(`${path} has ${all} lines; there is no line ${first}`);
  }
  const last = first + lines - 1;
  const endings = text.includes("\r\n") ? ", CRLF line ends" : "";
  const notes: string[] = [];
  if (midLine) notes.push(`line ${last} goes on; it is too long to be shown whole`);
  if (last < seen || !complete) notes.push(`read on with offset ${last + 1}`);
  else if (!midLine && !text.endsWith("\n")) notes.push("no line end at the end of the file");
  const foot = notes.length === 0 ? "" : `${text.endsWith("\n") ? "" : "\n"}[${notes.join("; ")}]\n`;
  return done(`[${path}: lines ${first} to ${last} of ${all}${endings}]\n${text}${foot}`);
}

/** Reads in blocks: a file of any size, or of one line, costs bounded memory. */
async function scan(handle: FileHandle, wanted: { first: number; last: number }): Promise<Part | "binary"> {
  const block = Buffer.alloc(256 * 1024);
  const kept: Buffer[] = [];
  let room = outputBytes;
  let line = 1;
  let position = 0;
  let lines = 0;
  let cutIn = 0;
  let endsOpen = false;
  while (position < scanLimit) {
    const { bytesRead } = await handle.read(block, 0, block.length, position);
    if (bytesRead === 0) return toPart({ kept, lines, seen: line - (endsOpen ? 0 : 1), complete: true, cutIn });
    const bytes = block.subarray(0, bytesRead);
    if (position === 0 && bytes.includes(0)) return "binary";
    position += bytesRead;
    for (let start = 0; start < bytesRead;) {
      const found = bytes.indexOf(10, start);
      const end = found < 0 ? bytesRead : found + 1;
      if (line >= wanted.first && line <= wanted.last && cutIn === 0) {
        const begun = start > 0 || !endsOpen;
        if (room === 0 && begun) {
          cutIn = -1;
        } else {
          kept.push(Buffer.from(bytes.subarray(start, Math.min(end, start + room))));
          if (begun) lines++;
          if (end - start > room) cutIn = line;
          room -= Math.min(end - start, room);
        }
      }
      endsOpen = found < 0;
      if (found >= 0) line++;
      start = end;
    }
  }
  return toPart({ kept, lines, seen: line - 1, complete: false, cutIn });
}

function toPart(found: { kept: Buffer[]; lines: number; seen: number; complete: boolean; cutIn: number }): Part {
  const { kept, lines, seen, complete, cutIn } = found;
  return { text: Buffer.concat(kept).toString("utf8"), lines, seen, complete, midLine: cutIn > 0 };
}
