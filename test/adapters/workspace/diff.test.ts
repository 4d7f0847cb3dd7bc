// What an attempt has changed, for whoever reads it before it is merged.

import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { attemptOf, fileAt, git, makeRepository, mergeTicket, openRoom, reopen, work, writeFiles } from "./support.ts";

describe("the diff of an attempt", () => {
  it("QA9 holds everything the merge would take: changed, new, removed, renamed", async () => {
    const room = await openRoom(
      makeRepository({ "a.txt": "1\n2\n3\n", "b.txt": "b\n", "c.txt": "1\n2\n3\n4\n5\n6\n", ".gitignore": "out/\n" }),
    );
    const { root } = await work(room, "T1", 0, {
      "a.txt": "1\nTWO\n3\n",
      "new/deep.txt": "new\n",
      "out/build.txt": "x\n",
    });
    rmSync(join(root, "b.txt"));
    const { patch, files, isCut, unread } = await room.workspace.diff(attemptOf("T1"), 0);
    expect(files).toEqual(["a.txt", "b.txt", "new/deep.txt"]);
    expect(patch).toContain("-2\n+TWO\n");
    expect(patch).toContain("+++ b/new/deep.txt");
    expect(patch).toContain("deleted file mode");
    expect(patch).not.toContain("build.txt");
    expect({ isCut, unread }).toEqual({ isCut: false, unread: [] });
  });

  it("QA9 may be read again and again, also by another process, and changes nothing of what is merged", async () => {
    const room = await openRoom();
    const { root } = await work(room, "T1", 0, { "src/a.txt": "one\n" });
    const first = await room.workspace.diff(attemptOf("T1"), 0);
    expect(await room.workspace.diff(attemptOf("T1"), 0)).toEqual(first);
    const again = await reopen(room);
    expect(await again.workspace.diff(attemptOf("T1"), 0)).toEqual(first);
    writeFiles(root, { "src/a.txt": "two\n", "src/b.txt": "b\n" });
    expect((await again.workspace.diff(attemptOf("T1"), 0)).patch).toContain("+two");
    expect(await mergeTicket(again, "T1", 0)).toMatchObject({ kind: "published" });
    expect(fileAt(again, "src/a.txt")).toBe("two");
    expect(fileAt(again, "src/b.txt")).toBe("b");
    expect(git(room.root, "status", "--porcelain")).toBe("");
  });

  it("QA9 P9 no attribute of the worktree hides a file, and no driver or filter of it runs", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, {
      ".gitattributes": "*.txt -diff binary diff=evil\n",
      "src/a.txt": "hidden change\n",
    });
    const { patch } = await room.workspace.diff(attemptOf("T1"), 0);
    expect(patch).toContain("+hidden change");
  });

  it("QA9 what git cannot look into is named", async () => {
    const room = await openRoom();
    const { root } = await work(room, "T1", 0, { "src/a.txt": "one\n" });
    mkdirSync(join(root, "nested"));
    git(join(root, "nested"), "init", "--quiet");
    writeFiles(root, { "nested/x.txt": "x\n" });
    git(join(root, "nested"), "add", "x.txt");
    git(join(root, "nested"), "commit", "--quiet", "--message", "inner");
    expect((await room.workspace.diff(attemptOf("T1"), 0)).unread).toEqual(["nested"]);
    expect(await mergeTicket(room, "T1", 0)).toMatchObject({ kind: "outside_touches" });
  });

  it("QA9 a link is shown as one; where it leads is not read", async () => {
    const room = await openRoom();
    const { root } = await work(room, "T1", 0, {});
    symlinkSync("/etc/hostname", join(root, "link"));
    const { patch } = await room.workspace.diff(attemptOf("T1"), 0);
    expect(patch).toContain("new file mode 120000");
    expect(patch).toContain("+/etc/hostname");
  });

  it("QA9 an attempt whose worktree is gone has none", async () => {
    const room = await openRoom();
    await expect(room.workspace.diff(attemptOf("T9"), 9)).rejects.toMatchObject({ code: "attempt_missing" });
  });
});
