// kill -9 anywhere in a run's git work: the branch is old or new, both repositories are whole, the same drive again
// ends as if nothing had happened. The slow suite does every moment; this one takes every
// second process, and the moments in turn.

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  watch,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { crashAt, moments } from "./crash-points.ts";
import { attemptOf, fileAt, git, mergeTicket, openRoom, ownGit, reopen, work } from "./support.ts";

describe("G-07 kill -9 at each git process of a run", () => {
  it("WS8 leaves nothing half done and is taken up where it stopped", { timeout: 240_000 }, async () => {
    let at = 1;
    for (let n = 0; await crashAt(at, moments[n % moments.length] ?? "during"); n += 1) at += 2;
    expect(at).toBeGreaterThan(15);
  });
});

describe("G-07 what appears in the person's object store", () => {
  it("WS8 appears whole: no file is written to under the name git or the next process looks for", async () => {
    const room = await openRoom();
    const packs = join(room.root, ".git/objects/pack");
    const seen: string[] = [];
    const watcher = watch(packs, (kind, name) => seen.push(`${kind} ${name ?? ""}`));
    await work(room, "T1", 0, { "a.txt": "a\n" });
    await mergeTicket(room, "T1", 0);
    await room.workspace.publish();
    writeFileSync(join(packs, "last"), "");
    await expect.poll(() => seen.some((each) => each.endsWith(" last"))).toBe(true);
    watcher.close();
    expect(seen.filter((each) => /^rename .*\.(keep|pack|idx)$/.test(each))).toHaveLength(4);
    expect(seen.filter((each) => /^change .*\.(keep|pack|idx)$/.test(each))).toEqual([]);
  });
});

describe("G-03 leftovers of a crash", () => {
  it("WS10 a folder without metadata is moved aside, not deleted", async () => {
    const room = await openRoom();
    const { root } = await work(room, "T1", 0, { "precious.txt": "precious\n" });
    rmSync(join(room.dir, "repo.git/worktrees/0000-1"), { recursive: true });
    const again = await reopen(room);
    expect(await again.workspace.find(attemptOf("T1"), 0)).toBeUndefined();
    expect(existsSync(root)).toBe(false);
    expect(readFileSync(join(room.dir, "quarantine/0000-1/precious.txt"), "utf8")).toBe("precious\n");
    const prepared = await again.workspace.prepare(attemptOf("T1"), 0);
    expect(existsSync(join(prepared.root, "README.md"))).toBe(true);
  });

  it("WS10 metadata without a folder is removed, and the attempt can be prepared again", async () => {
    const room = await openRoom();
    const { root } = await work(room, "T1", 0, {});
    rmSync(root, { recursive: true });
    const again = await reopen(room);
    expect(existsSync(join(room.dir, "repo.git/worktrees/0000-1"))).toBe(false);
    await work(again, "T1", 0, { "a.txt": "a\n" });
    expect(await mergeTicket(again, "T1", 0)).toMatchObject({ kind: "published" });
  });

  it("WS10 a worktree with work in it is left for its attempt, locked or not", async () => {
    const room = await openRoom();
    const prepared = await work(room, "T1", 0, { "a.txt": "a\n" });
    ownGit(room, "worktree", "lock", prepared.root);
    const again = await reopen(room);
    expect(await again.workspace.find(attemptOf("T1"), 0)).toEqual(prepared);
    expect(await again.workspace.dispose(attemptOf("T1"), 0)).toEqual({ quarantined: prepared.branch });
    expect(fileAt(room, "a.txt", prepared.branch)).toBe("a");
    expect(existsSync(join(room.dir, "repo.git/worktrees/0000-1"))).toBe(false);
  });

  it("WS10 a checkout that was begun and not finished, and a merge's checkout, are removed", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, {});
    rmSync(join(room.dir, "attempts/0000-1"));
    mkdirSync(join(room.dir, "worktrees/merge-0004-1"));
    mkdirSync(join(room.dir, "trash/x"), { recursive: true });
    await reopen(room);
    expect(existsSync(join(room.dir, "worktrees/0000-1"))).toBe(false);
    expect(existsSync(join(room.dir, "worktrees/merge-0004-1"))).toBe(false);
    expect(existsSync(join(room.dir, "trash"))).toBe(false);
    expect(existsSync(join(room.dir, "quarantine"))).toBe(false);
  });

  it("a detached worktree is put back on its branch and what was committed aside is kept by name", async () => {
    const room = await openRoom();
    const prepared = await work(room, "T1", 0, ({ root }) => {
      git(root, "switch", "--quiet", "--detach");
      writeFileSync(join(root, "aside.txt"), "aside\n");
      git(root, "add", ".");
      git(root, "commit", "--quiet", "--message", "aside");
      renameSync(join(root, "aside.txt"), join(root, "moved.txt"));
    });
    expect(await mergeTicket(room, "T1", 0)).toMatchObject({ kind: "published" });
    expect(fileAt(room, "moved.txt")).toBe("aside");
    expect(fileAt(room, "aside.txt", `${prepared.branch}-detached`)).toBe("aside");
  });

  it("WS10 G-02 locks that a killed process left in the run's repository are removed", async () => {
    const room = await openRoom();
    const { root } = await work(room, "T1", 0, { "a.txt": "a\n" });
    const locks = [
      "repo.git/worktrees/0000-1/index.lock",
      `repo.git/refs/heads/tutti/run_0123456789abcdef/integration.lock`,
    ];
    const longAgo = new Date(Date.now() - 60_000);
    for (const lock of locks) {
      appendFileSync(join(room.dir, lock), "");
      utimesSync(join(room.dir, lock), longAgo, longAgo);
    }
    const again = await reopen(room);
    expect(locks.filter((lock) => existsSync(join(room.dir, lock)))).toEqual([]);
    expect(existsSync(root)).toBe(true);
    expect(await mergeTicket(again, "T1", 0)).toMatchObject({ kind: "published" });
  });

  it("a repository that was being made when the process died is made anew", async () => {
    const room = await openRoom();
    const dir = join(room.dir, "../second");
    mkdirSync(join(dir, "repo.git.new/objects"), { recursive: true });
    const again = await reopen({ ...room, dir });
    await work(again, "T1", 0, { "a.txt": "a\n" });
    expect(await mergeTicket(again, "T1", 0)).toMatchObject({ kind: "published" });
    expect(existsSync(join(dir, "repo.git.new"))).toBe(false);
  });
});
