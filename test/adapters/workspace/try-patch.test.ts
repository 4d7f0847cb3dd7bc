// A proposal's patch on real repositories: tried on the head, and nothing of it left.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { VerifyOutcome, VerifyTree } from "../../../src/engine/ports.ts";
import { git, integration, makeRepository, mergeTicket, openRoom, ownGit, reopen, work } from "./support.ts";

const passed: VerifyOutcome = { kind: "passed", commands: 1 };
const change = (path: string, from: string, to: string): string =>
  `--- a/${path}\n+++ b/${path}\n@@ -1,1 +1,1 @@\n-${from}\n+${to}`;

describe("a proposal's patch", () => {
  it("EVD1 is applied on the integration branch's head, and the checks see the patched tree", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, { "README.md": "merged\n" });
    await mergeTicket(room, "T1", 0);
    const seen: string[] = [];
    const outcome = await room.workspace.tryPatch("a.1", change("README.md", "merged", "patched"), async (root) => {
      seen.push(readFileSync(join(root, "README.md"), "utf8"), git(root, "status", "--short"));
      return passed;
    });
    expect(outcome).toEqual(passed);
    expect(seen[0]).toBe("patched\n");
  });

  it.each([
    ["sound", "@@ -1,3 +1,3 @@", ""],
    [
      "with counts that are wrong in the heads of its hunks",
      "@@ -1,9 +1,7 @@",
      "diff --git a/new/b.txt b/new/b.txt\nnew file mode 100644\n",
    ],
  ])("EVD1 takes several files and new ones, %s", async (_, head, header) => {
    const room = await openRoom();
    const patch = `--- a/src/a.txt\n+++ b/src/a.txt\n${head}\n 1\n-2\n+two\n 3\n${header}--- /dev/null\n+++ b/new/b.txt\n@@ -0,0 +1 @@\n+b`;
    let text = "";
    const read: VerifyTree = async (root) => {
      text = readFileSync(join(root, "src/a.txt"), "utf8") + readFileSync(join(root, "new/b.txt"), "utf8");
      return passed;
    };
    expect(await room.workspace.tryPatch("a.1", patch, read)).toEqual(passed);
    expect(text).toBe("1\ntwo\n3\n4\n5\nb\n");
  });

  it.each([
    ["what is not there", change("README.md", "goodbye", "hello")],
    ["a file that is missing", change("nowhere.txt", "a", "b")],
    ["prose", "Change README.md so that it greets the reader."],
    ["a path outside of the tree", change("../../outside.txt", "a", "b")],
    ["git's own folder", "--- /dev/null\n+++ b/.git/hooks/post-commit\n@@ -0,0 +1 @@\n+#!/bin/sh"],
    [
      "a file beyond a link it makes",
      "diff --git a/out b/out\nnew file mode 120000\n--- /dev/null\n+++ b/out\n@@ -0,0 +1 @@\n+/tmp\n\\ No newline at end of file\ndiff --git a/out/x b/out/x\nnew file mode 100644\n--- /dev/null\n+++ b/out/x\n@@ -0,0 +1 @@\n+x",
    ],
  ])("EVD1 a patch of %s is unfit, and nothing is run", async (_, patch) => {
    const room = await openRoom();
    const outcome = await room.workspace.tryPatch("a.1", patch, () => Promise.reject(new Error("it was run")));
    expect(outcome).toMatchObject({ kind: "unfit", detail: expect.stringMatching(/\S/) });
  });

  it("EVD2 leaves nothing: no checkout, no commit, no change of a branch or of the person's files", async () => {
    const repo = makeRepository();
    const room = await openRoom(repo);
    const worktreesOf = (): string =>
      existsSync(join(room.dir, "worktrees")) ? readdirSync(join(room.dir, "worktrees")).join() : "";
    const before = [ownGit(room, "rev-parse", integration), worktreesOf()];
    for (const verify of [async () => passed, () => Promise.reject(new Error("the sandbox broke"))])
      await room.workspace.tryPatch("a.1", change("README.md", "hello", "bye"), verify).catch(() => undefined);
    expect([ownGit(room, "rev-parse", integration), worktreesOf()]).toEqual(before);
    expect(ownGit(room, "worktree", "list", "--porcelain")).not.toContain("trial");
    expect(git(repo, "status", "--short")).toBe("");
  });

  it("EVD2 what a crash left of a trial is gone when the workspace is opened again", async () => {
    const repo = makeRepository();
    const room = await openRoom(repo);
    const dead = Promise.withResolvers<VerifyOutcome>();
    const begun = Promise.withResolvers<string>();
    void room.workspace.tryPatch("a.1", change("README.md", "hello", "bye"), (root) => {
      writeFileSync(join(root, "left.txt"), "left");
      mkdirSync(join(root, "deep"));
      begun.resolve(root);
      return dead.promise;
    });
    const root = await begun.promise;
    expect(existsSync(root)).toBe(true);
    await reopen(room);
    expect(existsSync(root)).toBe(false);
    expect(ownGit(room, "worktree", "list", "--porcelain")).not.toContain("trial");
  });
});
