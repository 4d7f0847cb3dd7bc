// The thread that searches: it may be ended at any moment, so that no pattern of a model can hold up the conductor.

import { closeSync, constants, type Dirent, fstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { parseGlob } from "../../domain/glob.ts";
import type { SearchFound, SearchOrder } from "./search-messages.ts";

const order: SearchOrder = workerData;
const largestFile = 4 * 1024 * 1024;
const widestLine = 300;

const post = (message: SearchFound): void => parentPort?.postMessage(message);

const skipped = { large: 0, binary: 0, closed: 0 };
let files = 0;
let matches = 0;

const matchesLine = makeMatcher();
const glob =
  order.glob === undefined ? undefined : parseGlob(order.glob.includes("/") ? order.glob : `**/${order.glob}`);
const isWanted = typeof glob === "function" ? glob : (): boolean => true;

searchAll();
post({ kind: "end", files, ...skipped, complete: matches < order.mostMatches });

/** Position of the match in the line, or -1. */
function makeMatcher(): (line: string) => number {
  const { pattern, regex, ignoreCase } = order;
  if (regex) {
    const expression = new RegExp(pattern, ignoreCase ? "i" : "");
    return (line) => line.search(expression);
  }
  if (!ignoreCase) return (line) => line.indexOf(pattern);
  const lower = pattern.toLowerCase();
  return (line) => line.toLowerCase().indexOf(lower);
}

function searchAll(): void {
  if (order.isFile) {
    searchFile(order.start);
    return;
  }
  const waiting = [order.start];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const entries = readFolder(folder);
    const below: string[] = [];
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && entry.name !== ".git" && entry.name !== "node_modules") below.push(path);
      if (entry.isFile() && isWanted(path)) searchFile(path);
      if (matches >= order.mostMatches) return;
    }
    waiting.push(...below.toReversed());
  }
}

/** Sorted. One that may not be entered counts as left out. */
function readFolder(path: string): readonly Dirent[] {
  try {
    const entries = readdirSync(join(order.root, path), { withFileTypes: true });
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    skipped.closed++;
    return [];
  }
}

function searchFile(path: string): void {
  const text = readText(path);
  if (text === undefined) return;
  files++;
  const lines = text.split("\n");
  for (const [n, line] of lines.entries()) {
    const at = matchesLine(line);
    if (at < 0) continue;
    post({ kind: "match", path, line: n + 1, text: clip(line.replace(/\r$/, ""), at) });
    if (++matches >= order.mostMatches) return;
  }
}

function readText(path: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(join(order.root, path), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    skipped.closed++;
    return undefined;
  }
  try {
    const stats = fstatSync(descriptor);
    // A file with several hard links may be one outside the repository; read refuses it too.
    if (!stats.isFile() || stats.nlink > 1) return undefined;
    if (stats.size > largestFile) {
      skipped.large++;
      return undefined;
    }
    const bytes = readFileSync(descriptor);
    if (!bytes.includes(0)) return bytes.toString("utf8");
    skipped.binary++;
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}

/** A long line around its match. */
function clip(line: string, at: number): string {
  if (line.length <= widestLine) return line;
  const from = Math.max(0, Math.min(at - 60, line.length - widestLine));
  return `${from > 0 ? "…" : ""}${line.slice(from, from + widestLine)}${from + widestLine < line.length ? "…" : ""}`;
}
