// The lines of code that a command's output names, as the usual tools write them, each with what stands around it.
// Only files of the worktree are read: nothing outside of it, no link, nothing of what was installed into it.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { isRefused, locate } from "../confine.ts";
import { toBlock } from "./block.ts";
import { loadText } from "./load-text.ts";

type Place = { readonly path: string; readonly line: number };

const mostPlaces = 6;
const mostCandidates = 200;
const linesBefore = 10;
const linesAfter = 9;
const longestLine = 240;
/** Folder entries looked at to find a file that is named without its folder. */
const mostEntries = 20_000;

/** What is read for one question, each file and the list of all of them once. */
type Sources = {
  readonly root: string;
  readonly texts: Map<string, readonly string[]>;
  files?: Promise<readonly string[]>;
};

/** Blocks for a prompt, in the order in which the output names the places. */
export async function showPlaces(output: string, root: string): Promise<readonly string[]> {
  const sources: Sources = { root, texts: new Map() };
  const shown: Place[] = [];
  for (const { path: named, line } of findPlaces(output, root)) {
    const path = await pathOf(sources, named);
    const lines = path === undefined ? undefined : sources.texts.get(path);
    if (path === undefined || lines === undefined || line > lines.length) continue;
    if (shown.some((each) => each.path === path && Math.abs(each.line - line) <= linesAfter)) continue;
    shown.push({ path, line });
    if (shown.length === mostPlaces) break;
  }
  return shown.map((place) => toExcerpt(place, sources.texts.get(place.path) ?? []));
}

function toExcerpt({ path, line }: Place, lines: readonly string[]): string {
  const from = Math.max(1, line - linesBefore);
  const to = Math.min(lines.length, line + linesAfter);
  const shown = lines.slice(from - 1, to).map((text, place) => {
    const number = from + place;
    return `${number === line ? ">" : " "} ${String(number).padStart(String(to).length)} | ${text.slice(0, longestLine)}`;
  });
  return toBlock(`lines ${from} to ${to} of ${path}, around the line the output names`, shown.join("\n"));
}

// ---- what the output says --------------------------------------------------------------------------------------

const name = String.raw`[^\s:'"()<>\[\]{},;|\x60]+\.[A-Za-z]\w{0,7}`;

/** node, gcc, go, rustc, pytest, javac; Python's own traces; tsc and msbuild; Java's stack traces. */
const shapes: readonly { readonly pattern: RegExp; readonly toPlace: (found: RegExpExecArray) => Place }[] = [
  {
    pattern: /File "([^"\n]{1,400})", line (\d{1,7})/g,
    toPlace: ([, path = "", line]) => ({ path, line: Number(line) }),
  },
  {
    pattern:
      /\bat (?:[\w.@-]*\/)*([\w$.]{1,300})\.[\w$<>]{1,100}\(([\w$]{1,100}\.(?:java|kt|scala|groovy)):(\d{1,7})\)/g,
    toPlace: ([, type = "", file = "", line]) => ({
      path: [...type.split(".").slice(0, -1), file].join("/"),
      line: Number(line),
    }),
  },
  {
    pattern: new RegExp(String.raw`(?<![^\s'"(<>\[{,;|\x60])(${name})(?::(\d{1,7})\b|\((\d{1,7})[,)])`, "g"),
    toPlace: ([, path = "", line, inBrackets]) => ({ path, line: Number(line ?? inBrackets) }),
  },
];

/** In the order of the output, each once. */
export function findPlaces(output: string, root: string): readonly Place[] {
  // A worktree's path may hold anything; without it what is left is relative.
  const text = output
    .replaceAll(`file://${encodeURI(root)}/`, "")
    .replaceAll(`${root}/`, "")
    .split("\n")
    .map((line) => line.slice(0, 2_000))
    .join("\n");
  const places = shapes.flatMap(({ pattern, toPlace }) =>
    [...text.matchAll(pattern)].map((found) => ({
      from: found.index,
      to: found.index + found[0].length,
      ...toPlace(found),
    })),
  );
  const seen = new Set<string>();
  // What stands inside of a longer shape has been read with it.
  let end = 0;
  return places
    .toSorted((a, b) => a.from - b.from)
    .filter(({ from, to }) => {
      const isApart = from >= end;
      end = Math.max(end, to);
      return isApart;
    })
    .map(({ path, line }) => ({ path: path.replace(/^(?:\.\/)+/, ""), line }))
    .filter(
      ({ path, line }) => line > 0 && !isForeign(path) && !seen.has(`${path}:${line}`) && seen.add(`${path}:${line}`),
    )
    .slice(0, mostCandidates);
}

const isForeign = (path: string): boolean =>
  path.startsWith("/") ||
  /^[a-z][a-z+.-]*:/i.test(path) ||
  path.split("/").some((part) => ["..", ".git", "node_modules", ".venv", "site-packages"].includes(part));

// ---- where it is -----------------------------------------------------------------------------------------------

/** The file as it is named, or the only one whose path ends like that: go and Java name files without their folders. */
async function pathOf(sources: Sources, path: string): Promise<string | undefined> {
  if (await read(sources, path)) return path;
  sources.files ??= listFiles(sources.root);
  const [only, other] = (await sources.files).filter((file) => file.endsWith(`/${path}`));
  return only !== undefined && other === undefined && (await read(sources, only)) ? only : undefined;
}

async function read({ root, texts }: Sources, path: string): Promise<boolean> {
  if (texts.has(path)) return true;
  const place = await locate(root, path);
  // A path that a link is part of is another one after it.
  if (isRefused(place) || place.path !== path || place.stats?.isFile() !== true) return false;
  const loaded = await loadText(root, path);
  if (!("text" in loaded)) return false;
  texts.set(path, loaded.text.split(/\r?\n/));
  return true;
}

async function listFiles(root: string): Promise<readonly string[]> {
  const found: string[] = [];
  const folders = [""];
  let entries = 0;
  for (let folder = folders.shift(); folder !== undefined && entries < mostEntries; folder = folders.shift()) {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true }).catch(() => [])) {
      entries += 1;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !isForeign(entry.name)) folders.push(path);
      else if (entry.isFile()) found.push(path);
    }
  }
  return found;
}
