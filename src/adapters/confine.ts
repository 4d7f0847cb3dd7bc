// Keeps paths that models and tickets name inside a root folder: by components, after resolving every link on the way.
// What is opened is checked again through its descriptor, so that a swap between check and use is noticed.

import { constants, type Stats } from "node:fs";
import { type FileHandle, lstat, open, readlink, realpath } from "node:fs/promises";
import { isAbsolute, join, relative } from "node:path";

export type Refused = { readonly problem: string };

/** A place inside the root, links resolved. */
export type Place = {
  readonly absolute: string;
  /** Relative to the root, slash-separated; empty for the root itself. */
  readonly path: string;
  /** Undefined where nothing is there yet. */
  readonly stats: Stats | undefined;
};

export type OpenedFile = { readonly handle: FileHandle; readonly stats: Stats };

export const isRefused = (answer: object): answer is Refused => "problem" in answer;

const longestPath = 4_096;
const longestName = 255;

/** The components of a path below `root` (canonical), or why it is refused. Nothing on disk is looked at. */
export function parsePath(root: string, given: string): readonly string[] | Refused {
  const shown = JSON.stringify(given.length > 200 ? `${given.slice(0, 200)}…` : given);
  if (root === "") return { problem: `${shown} is refused: this run has no folder to work in` };
  if (given.length > longestPath)
    return { problem: `the path is ${given.length} characters long; at most ${longestPath}` };
  if (given.includes("\0") || !given.isWellFormed()) return { problem: `${shown} is not a file name` };
  if (isAbsolute(given) && given !== root && !given.startsWith(`${root}/`)) {
    return { problem: `${shown} is outside the repository; give a path relative to its top folder` };
  }
  const inside = isAbsolute(given) ? given.slice(root.length) : given;
  const components = inside.split("/").filter((name) => name !== "" && name !== ".");
  if (components.includes("..")) {
    return { problem: `${shown} is refused: write the path from the repository's top folder, without ".."` };
  }
  if (components.some((name) => Buffer.byteLength(name) > longestName)) {
    return { problem: `${shown} has a name of more than ${longestName} bytes` };
  }
  return components;
}

/** Where a path leads. Refused: out of the root, by name or by link, and links that lead nowhere. */
export async function locate(root: string, given: string): Promise<Place | Refused> {
  const components = parsePath(root, given);
  if (isRefused(components)) return components;
  let at: Place = { absolute: root, path: "", stats: await lstat(root) };
  for (const [n, name] of components.entries()) {
    if (at.stats?.isDirectory() === false) return { problem: `${at.path} is not a folder` };
    const next = await step(root, join(at.absolute, name));
    if (isRefused(next)) return next;
    if (next.stats === undefined) {
      const absolute = join(next.absolute, ...components.slice(n + 1));
      return { absolute, path: relative(root, absolute), stats: undefined };
    }
    at = next;
  }
  return at;
}

async function step(root: string, absolute: string): Promise<Place | Refused> {
  const stats = await lstatIfThere(absolute);
  const path = relative(root, absolute);
  if (stats?.isSymbolicLink() !== true) return { absolute, path, stats };
  const real = await realpath(absolute).catch(() => undefined);
  if (real === undefined) return { problem: `${path} is a link that leads nowhere` };
  if (real !== root && !real.startsWith(`${root}/`))
    return { problem: `${path} is a link that leads out of the repository` };
  return { absolute: real, path: relative(root, real), stats: await lstat(real) };
}

async function lstatIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Opens a regular file for reading. Refused: folders, FIFOs, sockets, devices (never waited for), and a file with more
 * than one hard link, which may be the same file as one outside; package stores link that way, so node_modules may.
 * With `links` "any" that is let pass, for content that is not shown. The caller closes the handle.
 */
export async function openFile(place: Place, links: "one" | "any" = "one"): Promise<OpenedFile | Refused> {
  const { path, absolute, stats } = place;
  if (stats === undefined) return { problem: `${path} does not exist` };
  const whyNot = (found: Stats): string | undefined => whyNotReadable(path, found, links);
  const wrong = whyNot(stats);
  if (wrong !== undefined) return { problem: wrong };
  const handle = await open(absolute, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    toProblem(path),
  );
  if (isRefused(handle)) return handle;
  const opened = await handle.stat();
  const changed =
    whyNot(opened) ?? ((await isSame(handle, absolute)) ? undefined : `${path} was replaced while it was opened`);
  if (changed === undefined) return { handle, stats: opened };
  await handle.close();
  return { problem: changed };
}

function whyNotReadable(path: string, stats: Stats, links: "one" | "any"): string | undefined {
  if (stats.isDirectory()) return `${path === "" ? "the top folder" : path} is a folder; use list`;
  if (!stats.isFile()) return `${path} is not a regular file`;
  if (links === "one" && stats.nlink > 1 && !path.split("/").includes("node_modules")) {
    return `${path} has ${stats.nlink} hard links and may be a file outside the repository`;
  }
  return undefined;
}

/** Asks the kernel where the opened file is. Systems without /proc have only the check before. */
async function isSame(handle: FileHandle, absolute: string): Promise<boolean> {
  if (process.platform !== "linux") return true;
  return (await readlink(`/proc/self/fd/${handle.fd}`)) === absolute;
}

const toProblem =
  (path: string) =>
  (error: unknown): Refused => {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { problem: `${path} cannot be opened (${code})` };
  };

/** The system's name for a failed call, or undefined for any other error. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
