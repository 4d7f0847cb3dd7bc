// The repository as the run's integration branch has it, read from git's objects: planning needs no checkout.

import type { Survey } from "../../engine/ports.ts";
import type { OwnRepository } from "./own-repository.ts";

type Entry = { readonly path: string; readonly bytes: number; readonly object: string };

export async function surveyHead(own: OwnRepository): Promise<Survey> {
  const out = await own.git.read(["ls-tree", "-r", "-z", "--long", "--full-tree", await own.head()], own.bare);
  const entries = out.split("\0").flatMap(parseEntry);
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  return {
    files: entries.map(({ path, bytes }) => ({ path, bytes })),
    read: async (path, most) => {
      const entry = byPath.get(path);
      if (entry === undefined || entry.bytes > most) return undefined;
      const text = await own.git.read(["cat-file", "blob", entry.object], own.bare);
      return isText(text) ? text : undefined;
    },
  };
}

/** `100644 blob <object>   <bytes>\t<path>`. Links are blobs too, of mode 120000; submodules are commits. */
function parseEntry(line: string): Entry[] {
  const [, mode, object = "", bytes = "", path = ""] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line) ?? [];
  return mode === undefined || mode === "120000" ? [] : [{ path, object, bytes: Number(bytes) }];
}

/** Bytes that are no UTF-8 have become the replacement character on the way. */
const isText = (text: string): boolean => !text.includes("\0") && !text.includes("\uFFFD");
