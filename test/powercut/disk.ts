// A disk as a power cut sees it: what is synced is certain, all else may or may not have reached the platter.
// Built from a trace, operation by operation; at any point it can say what a machine could find after the cut.

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Operation } from "./trace.ts";

/** Fate of what was not synced. `torn` keeps or drops each 512-byte sector of each write by itself. */
export type Fate = "dropped" | "kept" | "random" | "torn";

export const fates: readonly Fate[] = ["dropped", "kept", "random", "torn"];

export type Choice = {
  readonly content: Fate;
  /** Folder entries (create, rename, unlink, mkdir) not synced in their folder; a folder keeps the first so many. */
  readonly entries: "dropped" | "kept" | "random";
  /** In [0, 1). */
  readonly chance: () => number;
};

type Change = { readonly offset: number; readonly bytes: Buffer } | { readonly length: number };
type Inode = { durable: Buffer; pending: Change[] };
type Entry = Inode | "folder";
type EntryChange = { readonly folder: string; readonly set?: readonly [string, Entry]; readonly gone?: string };

/** What a machine may find after the cut: relative path to content, or to "folder". */
export type Image = ReadonlyMap<string, Buffer | "folder">;

const sector = 512;

export type Disk = {
  readonly apply: (operation: Operation) => void;
  readonly cut: (choice: Choice) => Image;
};

export function createDisk(): Disk {
  const now = new Map<string, Entry>();
  const durable = new Map<string, Entry>();
  let pending: EntryChange[] = [];

  const inodeAt = (name: string): Inode => {
    const entry = now.get(name);
    if (entry === undefined || entry === "folder") throw new Error(`the trace changes ${name}, which is no file`);
    return entry;
  };
  const change = (entryChange: EntryChange): void => {
    applyEntry(now, entryChange);
    pending.push(entryChange);
  };
  const sync = (name: string): void => {
    const entry = now.get(name);
    if (entry !== undefined && entry !== "folder") {
      entry.durable = entry.pending.reduce(applyChange, entry.durable);
      entry.pending = [];
      return;
    }
    for (const one of pending) if (one.folder === name) applyEntry(durable, one);
    pending = pending.filter(({ folder }) => folder !== name);
  };

  return {
    apply(operation) {
      switch (operation.kind) {
        case "create":
          return change({
            folder: dirname(operation.name),
            set: [operation.name, { durable: Buffer.alloc(0), pending: [] }],
          });
        case "mkdir":
          return change({ folder: dirname(operation.name), set: [operation.name, "folder"] });
        case "unlink":
          return change({ folder: dirname(operation.name), gone: operation.name });
        case "rename":
          return change({
            folder: dirname(operation.to),
            set: [operation.to, inodeAt(operation.name)],
            gone: operation.name,
          });
        case "truncate":
          inodeAt(operation.name).pending.push({ length: operation.length });
          return undefined;
        case "write":
          inodeAt(operation.name).pending.push({ offset: operation.offset, bytes: operation.bytes });
          return undefined;
        case "sync":
          return sync(operation.name);
        case "mark":
          return undefined;
        default:
          return operation satisfies never;
      }
    },
    cut(choice) {
      const entries = new Map(durable);
      for (const one of survivors(pending, choice)) applyEntry(entries, one);
      const image = new Map<string, Buffer | "folder">();
      for (const [name, entry] of entries) {
        if (isReachable(name, entries)) image.set(name, entry === "folder" ? entry : contentAfter(entry, choice));
      }
      return image;
    },
  };
}

function applyEntry(entries: Map<string, Entry>, { gone, set }: EntryChange): void {
  if (gone !== undefined) entries.delete(gone);
  if (set !== undefined) entries.set(...set);
}

/** A journalling file system keeps a folder's changes in order: some number of the first ones survive. */
function survivors(pending: readonly EntryChange[], { entries, chance }: Choice): readonly EntryChange[] {
  if (entries === "kept") return pending;
  if (entries === "dropped") return [];
  const cutFolders = new Set<string>();
  return pending.filter(({ folder }) => {
    if (chance() < 0.3) cutFolders.add(folder);
    return !cutFolders.has(folder);
  });
}

function isReachable(name: string, entries: ReadonlyMap<string, Entry>): boolean {
  for (let folder = dirname(name); folder !== "."; folder = dirname(folder)) {
    if (entries.get(folder) !== "folder") return false;
  }
  return true;
}

function contentAfter({ durable, pending }: Inode, { content, chance }: Choice): Buffer {
  switch (content) {
    case "dropped":
      return durable;
    case "kept":
      return pending.reduce(applyChange, durable);
    case "random":
      return pending.filter(() => chance() < 0.5).reduce(applyChange, durable);
    case "torn":
      return pending.flatMap((one) => toSectors(one).filter(() => chance() < 0.5)).reduce(applyChange, durable);
    default:
      return content satisfies never;
  }
}

function toSectors(change: Change): readonly Change[] {
  if ("length" in change) return [change];
  const pieces: Change[] = [];
  for (let at = 0; at < change.bytes.length;) {
    const end = Math.min(change.bytes.length, at + sector - ((change.offset + at) % sector));
    pieces.push({ offset: change.offset + at, bytes: change.bytes.subarray(at, end) });
    at = end;
  }
  return pieces;
}

function applyChange(content: Buffer, change: Change): Buffer {
  if ("length" in change) {
    const cut = Buffer.alloc(change.length);
    content.copy(cut);
    return cut;
  }
  const { offset, bytes } = change;
  const grown = Buffer.alloc(Math.max(content.length, offset + bytes.length));
  content.copy(grown);
  bytes.copy(grown, offset);
  return grown;
}

/** Puts an image into an empty folder. */
export function writeImage(folder: string, image: Image): void {
  for (const [name, content] of [...image].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (content === "folder") mkdirSync(join(folder, name), { recursive: true });
    else writeFileSync(join(folder, name), content);
  }
}
