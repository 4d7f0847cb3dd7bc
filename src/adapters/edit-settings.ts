// Changes a repository's tutti.toml as its person asks: whole or not at all, its rights kept, and never where what comes
// out would say anything else than what was asked for.

import { chmod, lstat, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "smol-toml";
import { isDeepStrictEqual } from "node:util";
import type { Tier } from "../domain/config.ts";
import type { ModelId } from "../domain/ids.ts";
import { parseTuttiFile } from "../domain/project-config.ts";
import { setTierLadder } from "../domain/toml-edit.ts";
import { Fault } from "../engine/ports.ts";

export type TierChange = { readonly tier: Tier; readonly models: readonly ModelId[] };

export type EditedFile = {
  readonly file: string;
  /** False: it said so already. */
  readonly isChanged: boolean;
};

/** `root`: top folder of the repository. Its tutti.toml, if there is one, is valid. Throws Fault `settings_unwritable`. */
export async function writeTierLadders(root: string, changes: readonly TierChange[]): Promise<EditedFile> {
  const file = join(root, "tutti.toml");
  const before = await readPlain(file);
  const after = changes.reduce((text, { tier, models }) => setTierLadder(text, tier, models), before?.text ?? "");
  if (after === before?.text) return { file, isChanged: false };
  if (!saysOnly(before?.text ?? "", after, changes))
    throw unwritable(file, "it is laid out in a way that this change would break", "Change it in an editor.");
  const draft = `${file}.${process.pid}.new`;
  try {
    await writeFile(draft, after, { flag: "wx", flush: true });
    if (before !== undefined) await chmod(draft, before.mode);
    if ((await readPlain(file))?.text !== before?.text)
      throw unwritable(file, "somebody else has just changed it", "Look at it, and save again.");
    await rename(draft, file);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw unwritable(file, codeOf(cause), "Make it and its folder writable for you.", cause);
  } finally {
    await rm(draft, { force: true });
  }
  return { file, isChanged: true };
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "unknown error";

const unwritable = (file: string, why: string, remedy: string, cause?: unknown): Fault =>
  new Fault("settings_unwritable", `${file} is left as it was: ${why}.`, { remedy, cause });

/** A link could lead out of the repository. */
async function readPlain(file: string): Promise<{ readonly text: string; readonly mode: number } | undefined> {
  const found = await lstat(file).catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw unwritable(file, codeOf(error), "Make it readable for you.", error);
  });
  if (found === undefined) return undefined;
  if (!found.isFile()) throw unwritable(file, "it is not a plain file", "Make it one, or remove it.");
  return { text: await readFile(file, "utf8"), mode: found.mode & 0o777 };
}

/** The text is read again, as a run will read it. */
function saysOnly(before: string, after: string, changes: readonly TierChange[]): boolean {
  const [was, now] = [before, after].map((text) => parseTuttiFile(parse(text)));
  if (was?.ok !== true || now?.ok !== true) return false;
  const tiers = { ...was.value.tiers, ...Object.fromEntries(changes.map(({ tier, models }) => [tier, models])) };
  return isDeepStrictEqual(now.value, { ...was.value, tiers });
}
