// A file the person asked for: never put over another by mistake, never half written.

import { link, rename, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Fault } from "../engine/ports.ts";

/** Throws Fault `file_exists` or `file_unwritable`. */
export async function saveFile(
  file: string,
  text: string | AsyncIterable<string>,
  { overwrite }: { readonly overwrite: boolean },
): Promise<void> {
  const path = resolve(file);
  const draft = `${path}.${process.pid}.new`;
  try {
    await writeFile(draft, text, { flag: "wx", flush: true });
    await (overwrite ? rename(draft, path) : link(draft, path));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
    if (code === "EEXIST")
      throw new Fault("file_exists", `${file} is there already.`, {
        remedy: "Choose another name, or say --force.",
        cause,
      });
    throw new Fault("file_unwritable", `${file} cannot be written: ${code}.`, {
      remedy: "Choose another place.",
      cause,
    });
  } finally {
    await rm(draft, { force: true });
  }
}
