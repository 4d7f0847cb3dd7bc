// search: lines that hold a text or match an expression. Runs in a thread of its own with a time limit.

import { Worker } from "node:worker_threads";
import { z } from "zod";
import { codeOf, isRefused, locate } from "../confine.ts";
import { parseGlob } from "../../domain/glob.ts";
import type { ToolResult } from "../../engine/ports.ts";
import type { SearchFound, SearchOrder } from "./search-messages.ts";
import { done, makeTool, outputBytes, refuse, type ToolCallOptions } from "./tool.ts";

const schema = z.strictObject({
  pattern: z.string().min(1).max(1_000).describe("Text to find in a line; an expression where regex is true"),
  path: z.string().max(4_096).optional().describe("Folder or file to search, relative to the repository's top folder"),
  glob: z
    .string()
    .max(1_000)
    .optional()
    .describe("Only files whose path matches, for example *.ts or src/**/*.test.ts"),
  regex: z.boolean().optional().describe("Take pattern as a JavaScript regular expression; false by default"),
  ignoreCase: z.boolean().optional().describe("Upper and lower case count the same; false by default"),
});

type Arguments = z.infer<typeof schema>;

const mostMatches = 200;
const timeLimitMs = 10_000;

export const searchTool = makeTool({
  name: "search",
  class: "pure",
  description:
    "Finds lines in the repository's files and gives them as path:line: text. Literal unless regex is true; line by " +
    "line. .git, node_modules, binary files and links are left out.",
  schema,
  run: search,
});

async function search(args: Arguments, { context, signal }: ToolCallOptions): Promise<ToolResult> {
  const place = await locate(context.root, args.path ?? "");
  if (isRefused(place)) return refuse(place.problem);
  if (place.stats === undefined) return refuse(`${place.path} does not exist`);
  const problem = whyNot(args);
  if (problem !== undefined) return refuse(problem);
  const { pattern, regex = false, ignoreCase = false, glob } = args;
  const isFile = place.stats.isFile();
  if (!isFile && !place.stats.isDirectory()) return refuse(`${place.path} is not a regular file`);
  const order: SearchOrder = {
    root: context.root,
    start: place.path,
    isFile,
    pattern,
    regex,
    ignoreCase,
    glob,
    mostMatches,
  };
  return toResult(await runWorker(order, signal));
}

function whyNot({ pattern, regex, glob }: Arguments): string | undefined {
  const parsed = glob === undefined ? undefined : parseGlob(glob);
  if (parsed !== undefined && typeof parsed !== "function") return parsed.problem;
  if (regex !== true) return undefined;
  try {
    // Only its syntax: matching, which can take for ever, is the thread's.
    RegExp(pattern);
    return undefined;
  } catch (error) {
    return `the expression is not valid: ${error instanceof Error ? error.message : String(error)}`;
  }
}

type Match = Extract<SearchFound, { kind: "match" }>;
type Search = { readonly matches: readonly Match[]; readonly end: Extract<SearchFound, { kind: "end" }> | undefined };

/** Resolves with what was found until the end, the time limit or the cancel, whichever comes first. */
function runWorker(order: SearchOrder, signal: AbortSignal): Promise<Search> {
  return new Promise((resolve, reject) => {
    const matches: Match[] = [];
    let end: Search["end"];
    const worker = new Worker(workerFile(), {
      workerData: order,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    const stop = (): void => void worker.terminate();
    const timer = setTimeout(stop, timeLimitMs);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    worker.on("message", (found: SearchFound) => {
      if (found.kind === "match") matches.push(found);
      else end = found;
    });
    worker.once("error", (error) => {
      // Out of its own memory it ends as at the time limit; anything else is a bug of ours.
      if (codeOf(error) !== "ERR_WORKER_OUT_OF_MEMORY") reject(error);
    });
    worker.once("exit", () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      resolve({ matches, end });
    });
  });
}

/** The thread's file stands beside this one, as source or compiled. */
const workerFile = (): URL =>
  import.meta.url.endsWith(".ts")
    ? new URL("./search-worker.ts", import.meta.url)
    : new URL("./search-worker.js", import.meta.url);

function toResult({ matches, end }: Search): ToolResult {
  const lines: string[] = [];
  let room = outputBytes;
  for (const { path, line, text } of matches) {
    const shown = `${path}:${line}: ${text}`;
    room -= Buffer.byteLength(shown) + 1;
    if (room < 0) break;
    lines.push(shown);
  }
  const notes: string[] = [];
  if (end === undefined)
    notes.push(
      `stopped after ${timeLimitMs / 1_000} s or 256 MiB of memory; search a smaller folder or simplify the pattern`,
    );
  else if (matches.length === 0) notes.push(`no match in ${end.files} files`);
  if (lines.length < matches.length || end?.complete === false) {
    notes.push(`cut after ${lines.length} matches; narrow the pattern, the path or the glob`);
  }
  if (end !== undefined && end.large > 0) notes.push(`${end.large} files over 4 MiB were left out`);
  if (end !== undefined && end.closed > 0) notes.push(`${end.closed} files or folders could not be opened`);
  const foot = notes.length === 0 ? "" : `[${notes.join("; ")}]\n`;
  const output = lines.length === 0 ? foot : `${lines.join("\n")}\n${foot}`;
  return end === undefined && matches.length === 0 ? refuse(output) : done(output);
}
