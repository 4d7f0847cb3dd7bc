// The directory map: which folders and files a repository has, as far as the room goes, the top first.

import { toPrintableLine } from "../../domain/printable.ts";

export type DirectoryMap = {
  readonly text: string;
  /** In words; undefined where every file is named. */
  readonly leftOut: string | undefined;
};

type Folder = {
  /** From the folder shown above it: more than one name where there is nothing else on the way. */
  readonly label: string;
  readonly folders: Map<string, Folder>;
  readonly files: string[];
  /** Files in it, at any depth. */
  count: number;
};

/** In one folder. */
const mostNames = 60;

/**
 * `paths`: files relative to the top folder, slash-separated, in any order. Folders whose content does not fit into
 * `bytes` any more are named with the number of their files; a folder nearer to the top comes first.
 */
export function toDirectoryMap(paths: readonly string[], bytes: number): DirectoryMap {
  const top = makeTree(paths);
  const opened = openFolders(top, bytes);
  const lines: string[] = [];
  let named = 0;
  // A stack, not recursion: a path may be thousands of folders deep.
  const waiting: Placed[] = [{ folder: top, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { folder } = next;
    if (folder !== top) lines.push(toLabel(next));
    const children = opened.get(folder);
    if (children === undefined) continue;
    if (folder.files.length > 0) lines.push(toNames(next));
    named += Math.min(folder.files.length, mostNames);
    waiting.push(...children.toReversed());
  }
  return {
    text: lines.join("\n"),
    leftOut: named === top.count ? undefined : `${top.count - named} of ${top.count} files are not named`,
  };
}

type Placed = { readonly folder: Folder; readonly depth: number };

const makeFolder = (label: string): Folder => ({ label, folders: new Map(), files: [], count: 0 });

function makeTree(paths: readonly string[]): Folder {
  const top = makeFolder("");
  for (const path of paths.toSorted()) {
    const names = path.split("/");
    const file = names.pop() ?? "";
    let folder = top;
    folder.count += 1;
    for (const name of names) {
      const next: Folder = folder.folders.get(name) ?? makeFolder(name);
      folder.folders.set(name, next);
      folder = next;
      folder.count += 1;
    }
    folder.files.push(file);
  }
  return top;
}

/** The folders whose content is shown, with what stands under each; level by level, as long as there is room. */
function openFolders(top: Folder, bytes: number): ReadonlyMap<Folder, readonly Placed[]> {
  const opened = new Map<Folder, readonly Placed[]>();
  let room = bytes;
  let level: readonly Placed[] = [{ folder: top, depth: 0 }];
  while (level.length > 0) {
    const next: Placed[] = [];
    for (const placed of level) {
      const children = below(placed);
      const lines = [...(placed.folder.files.length > 0 ? [toNames(placed)] : []), ...children.map(toLabel)];
      const size = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
      if (size > room) continue;
      room -= size;
      opened.set(placed.folder, children);
      next.push(...children);
    }
    level = next;
  }
  return opened;
}

/** What stands under a folder, each with the folders on the way to it that hold nothing else. */
function below({ folder, depth }: Placed): readonly Placed[] {
  return [...folder.folders.values()].map((first) => {
    let at = first;
    const names = [at.label];
    for (let only = onlyFolderOf(at); only !== undefined; only = onlyFolderOf(at)) {
      at = only;
      names.push(at.label);
    }
    return { folder: names.length === 1 ? at : { ...at, label: names.join("/") }, depth: depth + 1 };
  });
}

const onlyFolderOf = ({ files, folders }: Folder): Folder | undefined =>
  files.length === 0 && folders.size === 1 ? [...folders.values()][0] : undefined;

const toLabel = ({ folder: { label, count }, depth }: Placed): string =>
  `${"  ".repeat(depth - 1)}${toPrintableLine(label)}/ (${count} ${count === 1 ? "file" : "files"})`;

function toNames({ folder: { files }, depth }: Placed): string {
  const names = files.slice(0, mostNames).map(toPrintableLine);
  const more = files.length > mostNames ? ` and ${files.length - mostNames} more` : "";
  return `${"  ".repeat(depth)}${names.join(", ")}${more}`;
}
