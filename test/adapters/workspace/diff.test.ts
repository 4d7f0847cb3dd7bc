// What an attempt has changed, for whoever reads it before it is merged.

import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Workspace } from "../../../src/engine/ports.ts";
import { createReadingWorkspace } from "../../../src/adapters/workspace/reading-workspace.ts";
import {
  attemptOf,
  fileAt,
  git,
  makeRepository,
  mergeTicket,
  openRoom,
  reopen,
  run,
  type Room,
  snapshot,
  work,
  writeFiles,
} from "./support.ts";

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

const unknown = { base: null, merged: null };
/** git renews the time of an object it would have written again. */
const bytesOf = ({ dir }: Room) => new Map([...snapshot(dir)].map(([path, told]) => [path, told.split(" ").at(-1)]));
const looking = ({ dir }: Room): Workspace => createReadingWorkspace({ run, dir });

describe("the diff of an attempt whose worktree is gone", () => {
  it("STREAM12 what was merged stays readable, by its branch or by its commit, alone or between others", async () => {
    const room = await openRoom();
    const first = await work(room, "T1", 0, { "src/a.txt": "one\n" });
    const second = await work(room, "T2", 1, { "src/b.txt": "two\n" });
    const merges = [await mergeTicket(room, "T1", 0), await mergeTicket(room, "T2", 1)];
    await room.workspace.dispose(attemptOf("T1"), 0);
    await room.workspace.dispose(attemptOf("T2"), 1);
    for (const workspace of [room.workspace, looking(room)]) {
      for (const [index, { base }] of [first, second].entries()) {
        const ref = attemptOf(`T${index + 1}`);
        const merged = merges[index]?.kind === "published" ? merges[index].commit : null;
        const byCommit = await workspace.diffLeft(ref, index, { base, merged });
        expect(byCommit?.files).toEqual([index === 0 ? "src/a.txt" : "src/b.txt"]);
        expect(byCommit?.patch).toContain(index === 0 ? "+one" : "+two");
        expect(await workspace.diffLeft(ref, index, unknown)).toEqual(byCommit);
      }
    }
    git(join(room.dir, "repo.git"), "update-ref", "-d", `refs/heads/tutti/${run}/t0001-1`);
    const [, merge] = merges;
    const merged = merge?.kind === "published" ? merge.commit : null;
    expect((await looking(room).diffLeft(attemptOf("T2"), 1, { base: null, merged }))?.files).toEqual(["src/b.txt"]);
  });

  it("STREAM12 what nobody merged is read from the branch that keeps it", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, { "src/a.txt": "left\n" });
    expect(await room.workspace.dispose(attemptOf("T1"), 0)).toHaveProperty("quarantined");
    const before = bytesOf(room);
    const left = await looking(room).diffLeft(attemptOf("T1"), 0, unknown);
    expect([left?.files, left?.patch]).toEqual([["src/a.txt"], expect.stringContaining("+left")]);
    expect(bytesOf(room)).toEqual(before);
  });

  it("STREAM12 where nobody conducts the run a worktree that stands is read, and not a byte of the run changes", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, { "src/a.txt": "under way\n", "src/new.txt": "new\n" });
    const before = bytesOf(room);
    const seen = await looking(room).diff(attemptOf("T1"), 0);
    expect([seen.files, seen.patch]).toEqual([["src/a.txt", "src/new.txt"], expect.stringContaining("+under way")]);
    expect(bytesOf(room)).toEqual(before);
    expect(await room.workspace.diff(attemptOf("T1"), 0)).toEqual(seen);
  });

  it("STREAM12 commits that are gone, that never were, or whose names are none give nothing", async () => {
    const room = await openRoom();
    const ref = attemptOf("T1");
    for (const workspace of [room.workspace, looking(room), createReadingWorkspace({ run, dir: "/nowhere" })]) {
      expect(await workspace.diffLeft(ref, 0, unknown)).toBeUndefined();
      const absent = { base: "1".repeat(40), merged: "2".repeat(40) };
      expect(await workspace.diffLeft(ref, 0, absent)).toBeUndefined();
      expect(await workspace.diffLeft(ref, 0, { base: "--output=/tmp/x", merged: "--all" })).toBeUndefined();
    }
  });
});
