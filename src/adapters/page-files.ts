// The built page's files, read once into memory: what is served is a name in a table, never a path on the disk.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, sep } from "node:path";
import { gzipSync } from "node:zlib";

type PageFile = {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly gzipped: Uint8Array | undefined;
  readonly etag: string;
};

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

const compressible = /^(?:text\/|application\/(?:json|manifest|wasm)|image\/svg)/;

/** A page that is built while its server runs is served from the next request on. Never throws. */
export function createPageFiles(folder: string): (path: string) => PageFile | undefined {
  let files: ReadonlyMap<string, PageFile> = new Map();
  let version = "";
  return (path) => {
    try {
      const now = versionOf(folder);
      if (now !== version) [files, version] = [now === "" ? new Map() : readAll(folder), now];
    } catch {
      // In the middle of a build: the page as it was, until the next request looks again.
    }
    return files.get(path);
  };
}

/** The document is written with every build, as it names the assets; empty: not built. */
function versionOf(folder: string): string {
  const index = statSync(join(folder, "index.html"), { throwIfNoEntry: false });
  return index === undefined ? "" : `${index.ino} ${index.mtimeMs} ${index.size}`;
}

const readAll = (folder: string): ReadonlyMap<string, PageFile> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && types[extname(entry.name)] !== undefined)
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1).replaceAll(sep, "/"), readPageFile(path)]),
  );

function readPageFile(path: string): PageFile {
  const bytes = new Uint8Array(readFileSync(path));
  const type = types[extname(path)] ?? "application/octet-stream";
  let squeezed: Uint8Array | undefined;
  return {
    type,
    bytes,
    // A page has many parts that are seldom opened: each is squeezed when it is first asked for.
    get gzipped() {
      if (!compressible.test(type)) return undefined;
      squeezed ??= new Uint8Array(gzipSync(bytes));
      return squeezed.byteLength < bytes.byteLength ? squeezed : undefined;
    },
    etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
  };
}
