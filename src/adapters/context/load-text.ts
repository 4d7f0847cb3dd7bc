// A file of the repository as text, for a brief or a view: inside the root, a regular file, UTF-8, not too large.

import { isRefused, locate, openFile, type Refused } from "../confine.ts";

/** Bytes read at all: beyond this a file is not shown, not even in part. */
const largestFile = 4 * 1024 * 1024;

export type Loaded = { readonly text: string } | { readonly absent: true } | Refused;

/** `root` is canonical. What leads out of it, by name or by link, is refused. */
export async function loadText(root: string, path: string): Promise<Loaded> {
  const place = await locate(root, path);
  if (isRefused(place)) return place;
  if (place.stats === undefined) return { absent: true };
  const opened = await openFile(place);
  if (isRefused(opened)) return opened;
  try {
    if (opened.stats.size > largestFile)
      return { problem: `is ${opened.stats.size} bytes large; read the part you need` };
    const bytes = await opened.handle.readFile();
    if (bytes.includes(0)) return { problem: "is a binary file" };
    return { text: bytes.toString("utf8") };
  } finally {
    await opened.handle.close();
  }
}
