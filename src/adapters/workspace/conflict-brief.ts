// A merge that did not go through, told so that the next attempt can do better: files, reasons, conflicting lines.

import type { GitCall } from "./git.ts";
import type { OwnRepository } from "./own-repository.ts";

export type MergedTree = { readonly kind: "clean"; readonly tree: string } | ConflictedTree;

export type ConflictedTree = {
  readonly kind: "conflict";
  /** Tree with conflict markers in it: read from, never published. */
  readonly tree: string;
  readonly files: readonly string[];
  readonly reasons: readonly string[];
  /** Files whose lines conflict, as against names, modes or binary contents. */
  readonly texts: readonly string[];
};

const detailBytes = 16 * 1024;
const patchBytes = 64 * 1024;
const contextLines = 3;

export const capText = (text: string, bytes: number, what: string): string => {
  const all = Buffer.from(text);
  if (all.length <= bytes) return text;
  const kept = all.subarray(0, bytes).toString("utf8");
  return `${kept.slice(0, kept.lastIndexOf("\n") + 1)}[cut: ${what} is longer than ${bytes} bytes]\n`;
};

/** Output of `git merge-tree --write-tree -z --messages`, exit code 1: tree, staged entries, then messages. */
export function parseConflict(out: string): ConflictedTree {
  const fields = out.split("\0");
  const tree = fields[0] ?? "";
  const files = new Set<string>();
  let at = 1;
  for (; at < fields.length && fields[at] !== ""; at += 1) {
    const entry = fields[at] ?? "";
    files.add(entry.slice(entry.indexOf("\t") + 1));
  }
  const reasons: string[] = [];
  const texts: string[] = [];
  at += 1;
  while (at < fields.length) {
    const count = Number(fields[at]);
    if (!Number.isInteger(count) || fields[at] === "") break;
    const paths = fields.slice(at + 1, at + 1 + count);
    const kind = fields[at + 1 + count] ?? "";
    const message = fields[at + 2 + count] ?? "";
    if (kind.startsWith("CONFLICT")) reasons.push(message.trim());
    if (kind === "CONFLICT (contents)") texts.push(...paths);
    at += 3 + count;
  }
  return { kind: "conflict", tree, files: [...files], reasons, texts: [...new Set(texts)] };
}

/** The lines between conflict markers, with a little around them. */
export function cutHunks(text: string): string {
  const lines = text.split("\n");
  const wanted = new Set<number>();
  let inside = false;
  lines.forEach((line, n) => {
    const opens = line.startsWith("<<<<<<< ");
    if (opens || inside) wanted.add(n);
    if (opens) for (let before = n - contextLines; before < n; before += 1) wanted.add(before);
    inside = opens || (inside && !line.startsWith(">>>>>>> "));
    if (line.startsWith(">>>>>>> ")) for (let after = n + 1; after <= n + contextLines; after += 1) wanted.add(after);
  });
  const shown: string[] = [];
  lines.forEach((line, n) => {
    if (!wanted.has(n)) return;
    if (shown.length > 0 && !wanted.has(n - 1)) shown.push("...");
    shown.push(line);
  });
  return shown.join("\n");
}

/** Splits `git cat-file --batch` output, which gives each blob's size in bytes before it. */
function* readBatch(out: string): Generator<string> {
  let rest = Buffer.from(out);
  while (rest.length > 0) {
    const end = rest.indexOf(10);
    const [, kind, size] = rest.subarray(0, end).toString("utf8").split(" ");
    if (end < 0 || kind !== "blob") {
      yield "";
      rest = rest.subarray(end < 0 ? rest.length : end + 1);
      continue;
    }
    yield rest.subarray(end + 1, end + 1 + Number(size)).toString("utf8");
    rest = rest.subarray(end + 2 + Number(size));
  }
}

async function listHunks(own: OwnRepository, merged: ConflictedTree): Promise<readonly string[]> {
  if (merged.texts.length === 0) return [];
  const input = merged.texts.map((path) => `${merged.tree}:${path}\0`).join("");
  const call: GitCall = { ...own.bare, input, keepBytes: 4 * 1024 * 1024 };
  const blobs = [...readBatch(await own.git.read(["cat-file", "--batch", "-z"], call))];
  return merged.texts.flatMap((path, n) => {
    const hunks = cutHunks(blobs[n] ?? "");
    return hunks === "" ? [] : [`--- ${path}\n${hunks}`];
  });
}

/** The two commits by the words the next worker knows them by. */
const named = (text: string, sides: { readonly head: string; readonly commit: string }): string =>
  text.replaceAll(sides.head, "integration branch").replaceAll(sides.commit, "this attempt");

export async function describeConflict(
  own: OwnRepository,
  merged: ConflictedTree,
  sides: { readonly head: string; readonly commit: string; readonly base: string },
): Promise<{ kind: "conflict"; files: readonly string[]; detail: string; patch: string }> {
  const parts = [...merged.reasons, ...(await listHunks(own, merged))];
  const args = [
    "diff",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--find-renames",
    sides.base,
    sides.commit,
    "--",
  ];
  const patch = await own.git.read(args, { ...own.bare, keepBytes: patchBytes + 1 });
  return {
    kind: "conflict",
    files: merged.files,
    detail: capText(named(parts.join("\n"), sides), detailBytes, "the conflict"),
    patch: capText(patch, patchBytes, "the attempt's diff"),
  };
}
