// What a worktree shares with the person's checkout: linked where the commit lacks it, never outside, never committed.

import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createGitWorkspace } from "../../../src/adapters/workspace/git-workspace.ts";
import { findShared } from "../../../src/adapters/workspace/shared-folders.ts";
import type { TicketId } from "../../../src/domain/ids.ts";
import { git, makeFolder, makeRepository, makeTicket, run } from "./support.ts";

it("WS14 installed dependencies are linked into a worktree and never part of a result", async () => {
  const root = makeRepository();
  mkdirSync(join(root, "node_modules/dep"), { recursive: true });
  writeFileSync(join(root, "node_modules/dep/index.js"), "module.exports = 1;\n");
  const shared = await findShared(root, ["node_modules", ".venv"]);
  const dir = join(makeFolder(), "run");
  mkdirSync(dir);
  const project = { root, branch: "main", base: git(root, "rev-parse", "HEAD") };
  const workspace = await createGitWorkspace({ project, run, dir, shared });
  const ref = { ticket: "T" as TicketId, attempt: 1 };
  const prepared = await workspace.prepare(ref, 0);
  expect(readFileSync(join(prepared.root, "node_modules/dep/index.js"), "utf8")).toBe("module.exports = 1;\n");
  writeFileSync(join(prepared.root, "new.txt"), "new\n");
  const options = {
    index: 0,
    message: "m",
    verify: () => Promise.resolve({ kind: "passed", commands: 0 } as const),
    signal: new AbortController().signal,
  };
  const merged = await workspace.merge(ref, makeTicket("T"), options);
  if (merged.kind !== "published" || merged.commit === null) expect.fail(merged.kind);
  const files = git(dir, `--git-dir=${join(dir, "repo.git")}`, "ls-tree", "-r", "--name-only", merged.commit).split(
    "\n",
  );
  expect(files).toContain("new.txt");
  expect(files.filter((file) => file.startsWith("node_modules"))).toEqual([]);
  await workspace.dispose(ref, 0);
  expect(existsSync(join(root, "node_modules/dep/index.js"))).toBe(true);
});

it("WS14 a shared folder that leads out of the repository, or is no folder, is not shared", async () => {
  const root = makeRepository();
  const outside = makeFolder();
  symlinkSync(outside, join(root, "node_modules"));
  writeFileSync(join(root, ".venv"), "a file");
  symlinkSync(join(root, ".git"), join(root, "sly"));
  expect(await findShared(root, ["node_modules", ".venv", "sly", "missing", ".."])).toEqual([]);
});

it("WS14 what the commit brings itself is not replaced", async () => {
  const root = makeRepository();
  mkdirSync(join(root, "vendor"));
  writeFileSync(join(root, "vendor/a.txt"), "tracked\n");
  git(root, "add", "--all");
  git(root, "commit", "--quiet", "--message", "vendor");
  const dir = join(makeFolder(), "run");
  mkdirSync(dir);
  const project = { root, branch: "main", base: git(root, "rev-parse", "HEAD") };
  const workspace = await createGitWorkspace({ project, run, dir, shared: await findShared(root, ["vendor"]) });
  const prepared = await workspace.prepare({ ticket: "T" as TicketId, attempt: 1 }, 0);
  expect(lstatSync(join(prepared.root, "vendor")).isSymbolicLink()).toBe(false);
  expect(() => readlinkSync(join(prepared.root, "vendor"))).toThrow();
});
