// Gives a new object store everything another one holds, by hard links: no copy on disk, no git process, and nothing
// that a later `git gc` in the source can take away. Other file systems get copies.

import { constants, type Dirent } from "node:fs";
import { copyFile, link, mkdir, readdir, readFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { Fault } from "../../engine/ports.ts";

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

const listFolder = async (path: string): Promise<readonly Dirent[]> => {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
};

/** True once the target exists; false when the source has gone meanwhile (a repack under way). */
async function linkOrCopy(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return true;
    if (code === "ENOENT") return false;
    // Another file system, a foreign file under protected hard links, or too many links: a copy serves as well.
    if (code !== "EXDEV" && code !== "EPERM" && code !== "EMLINK" && code !== "ENOTSUP") throw error;
  }
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return true;
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

async function linkLoose(source: string, target: string): Promise<boolean> {
  let whole = true;
  for (const folder of await listFolder(source)) {
    if (!/^[0-9a-f]{2}$/.test(folder.name)) continue;
    await mkdir(join(target, folder.name), { recursive: true });
    const names = (await listFolder(join(source, folder.name))).map((file) => file.name);
    const objects = names.filter((name) => /^[0-9a-f]{38}(?:[0-9a-f]{24})?$/.test(name));
    const done = await Promise.all(
      objects.map((name) => linkOrCopy(join(source, folder.name, name), join(target, folder.name, name))),
    );
    whole &&= done.every(Boolean);
  }
  return whole;
}

/** The index comes last: git takes a pack for present once its index is. */
const packParts = ["pack", "rev", "bitmap", "idx"] as const;

async function linkPacks(source: string, target: string): Promise<boolean> {
  await mkdir(join(target, "pack"), { recursive: true });
  const names = new Set((await listFolder(join(source, "pack"))).map((file) => file.name));
  let whole = true;
  for (const index of names) {
    const [, stem] = /^(pack-[0-9a-f]+)\.idx$/.exec(index) ?? [];
    if (stem === undefined) continue;
    for (const part of packParts) {
      const name = `${stem}.${part}`;
      if (!names.has(name)) continue;
      const linked = await linkOrCopy(join(source, "pack", name), join(target, "pack", name));
      whole &&= linked;
      if (!linked) break;
    }
  }
  return whole;
}

async function listAlternates(objects: string): Promise<readonly string[]> {
  const text = await readFile(join(objects, "info", "alternates"), "utf8").catch(() => "");
  const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => (isAbsolute(line) ? line : resolve(objects, line)));
}

/** The store itself and every store it borrows from, each once. */
async function listStores(objects: string): Promise<readonly string[]> {
  const stores = [objects];
  for (const store of stores) {
    for (const alternate of await listAlternates(store)) {
      if (!stores.includes(alternate)) stores.push(alternate);
    }
  }
  return stores;
}

/**
 * Loose objects first, packs second: git writes a pack before it removes the loose objects it holds, so an object
 * that has left the one place is found in the other. A file that vanished in between means a repack: look again.
 */
export async function linkObjects(source: string, target: string): Promise<void> {
  for (let pass = 0; pass < 8; pass += 1) {
    let whole = true;
    for (const store of await listStores(source)) {
      const loose = await linkLoose(store, target);
      const packs = await linkPacks(store, target);
      whole &&= loose && packs;
    }
    if (whole) return;
  }
  throw new Fault("repository_busy", `The object store ${source} keeps changing; it could not be read in one piece.`, {
    remedy: "Wait until `git gc` or `git repack` has ended in that repository; then start again.",
  });
}
