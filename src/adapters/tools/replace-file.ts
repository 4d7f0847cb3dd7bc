// Writes a file so that it has its old content or its new one at any moment, a power cut included. Folders are walked
// by descriptor (Linux): a link put in the way after the check is met as a link, and refused, instead of followed.

import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, mkdir, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { codeOf, type Place, type Refused } from "../confine.ts";

/** Mode and everything else of a new file are the system's defaults; of an old one its mode is kept. */
export async function replaceFile(root: string, place: Place, content: string): Promise<Refused | undefined> {
  try {
    const folder = await openFolder(root, dirname(place.path));
    try {
      await writeThrough(folder, basename(place.path), { content, mode: place.stats?.mode });
    } finally {
      await folder.handle.close();
    }
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { problem: `${place.path} could not be written (${code}); nothing was changed` };
  }
}

type Folder = {
  readonly handle: FileHandle;
  /** Leads into the opened folder itself; elsewhere than on Linux its name. */ readonly path: string;
};

/** Opens a folder below `root`, making what is missing. The caller closes the handle. */
async function openFolder(root: string, path: string): Promise<Folder> {
  let folder = await openExact(root, root);
  let walked = root;
  for (const name of path.split("/").filter((part) => part !== "." && part !== "")) {
    const parent = folder;
    walked = join(walked, name);
    try {
      await mkdir(join(parent.path, name)).catch(unlessThere);
      folder = await openExact(join(parent.path, name), walked);
    } finally {
      await parent.handle.close();
    }
  }
  return folder;
}

async function openExact(path: string, name: string): Promise<Folder> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  return { handle, path: process.platform === "linux" ? `/proc/self/fd/${handle.fd}` : name };
}

function unlessThere(error: unknown): void {
  if (codeOf(error) !== "EEXIST") throw error;
}

async function writeThrough(
  folder: Folder,
  name: string,
  what: { readonly content: string; readonly mode: number | undefined },
): Promise<void> {
  // The same name for the same file every time: a repeated call takes away what a crash left of the first one.
  const draft = join(folder.path, `.tutti-${createHash("sha256").update(name).digest("hex").slice(0, 16)}.tmp`);
  const target = join(folder.path, name);
  const file = await openNew(draft);
  try {
    try {
      await file.writeFile(what.content);
      if (what.mode !== undefined) await file.chmod(what.mode & 0o777);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  }
  await folder.handle.sync();
}

async function openNew(path: string): Promise<FileHandle> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  try {
    return await open(path, flags, 0o666);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    await unlink(path);
    return await open(path, flags, 0o666);
  }
}
