// Kills a driven run at its n-th git process: before git runs, while it runs, or right after it. A `git` put first on
// PATH counts and kills; everything else is the real thing.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { drive, driven } from "./drive.ts";
import { git, integration, makeFolder, makeRepository, personal, run, type Room } from "./support.ts";

export type Moment = "before" | "during" | "after";
export const moments: readonly Moment[] = ["before", "during", "after"];

const actions: Record<Moment, string> = {
  before: "kill -9 $PPID; exit 137",
  during: '"$REAL_GIT" "$@" & kill -9 $!; kill -9 $PPID; exit 137',
  after: '"$REAL_GIT" "$@"; kill -9 $PPID; exit 137',
};

/** The counter is a file that grows by a byte per process. */
function makeKiller(at: number, moment: Moment): { readonly path: string; readonly count: () => number } {
  const folder = makeFolder();
  const counter = join(folder, "count");
  const real = execFileSync("sh", ["-c", "command -v git"]).toString("utf8").trim();
  const lines = [
    "#!/bin/sh",
    `REAL_GIT='${real}'`,
    `printf x >> '${counter}'`,
    `if [ "$(wc -c < '${counter}')" -eq ${at} ]; then ${actions[moment]}; fi`,
    'exec "$REAL_GIT" "$@"',
  ];
  mkdirSync(join(folder, "bin"));
  writeFileSync(counter, "");
  writeFileSync(join(folder, "bin/git"), `${lines.join("\n")}\n`);
  chmodSync(join(folder, "bin/git"), 0o755);
  return { path: join(folder, "bin"), count: () => readFileSync(counter).length };
}

const listLeft = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => /\.(lock|keep)$/.test(path));

function expectWhole(room: Pick<Room, "root" | "dir">, before: ReadonlyMap<string, string>): void {
  expect(personal(room.root)).toEqual(before);
  expect(git(room.root, "fsck", "--full", "--strict", "--no-dangling")).toBe("");
  expect(git(room.dir, `--git-dir=${join(room.dir, "repo.git")}`, "fsck", "--full", "--no-dangling")).toBe("");
  expect([...listLeft(join(room.root, ".git")), ...listLeft(room.dir)]).toEqual([]);
  expect(readdirSync(join(room.dir, "worktrees"))).toEqual([]);
}

/** Returns false when the run needed fewer git processes than `at`, so that nothing was killed. */
export async function crashAt(at: number, moment: Moment): Promise<boolean> {
  const root = makeRepository();
  const dir = join(makeFolder(), "run");
  const before = personal(root);
  const project = { root, branch: "main", base: git(root, "rev-parse", "HEAD") };
  const killer = makeKiller(at, moment);
  const settings = JSON.stringify({ project, run, dir });
  const child = spawn(process.execPath, [fileURLToPath(new URL("drive.ts", import.meta.url)), settings], {
    env: { ...process.env, PATH: `${killer.path}:${process.env["PATH"] ?? ""}` },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const [code, signal]: unknown[] = await once(child, "close");
  if (killer.count() < at) {
    expect(code).toBe(0);
    return false;
  }
  expect(signal).toBe("SIGKILL");
  const outcomes = await drive({ project, run, dir });
  expect(outcomes).toMatchObject([{ kind: "published" }, { kind: "published" }]);
  const room = { root, dir };
  const listed = git(root, "ls-tree", "--name-only", integration).split("\n");
  expect(listed).toEqual(expect.arrayContaining([...driven.map((id) => `${id}.txt`), "README.md"]));
  const merges = git(root, "rev-list", "--count", "--first-parent", `main..${integration}`);
  expect(Number(merges)).toBe(driven.length);
  expectWhole(room, before);
  expect(await drive({ project, run, dir })).toEqual(outcomes);
  return true;
}
