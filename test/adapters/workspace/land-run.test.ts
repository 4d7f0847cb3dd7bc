// `tutti land`: the result arrives whole, or nothing changed and the person is told why.

import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { landRun, type LandOptions } from "../../../src/adapters/workspace/land-run.ts";
import { removeRun } from "../../../src/adapters/workspace/remove-run.ts";
import {
  commitAll,
  git,
  integration,
  makeFolder,
  makeRepository,
  makeTrap,
  mergeTicket,
  openRoom,
  run,
  snapshot,
  work,
  writeFiles,
  type Files,
  type Room,
} from "./support.ts";

async function finished(files: Files = { "README.md": "by Tutti\n", "new.txt": "new\n" }): Promise<Room> {
  const room = await openRoom();
  await work(room, "T1", 0, files);
  await mergeTicket(room, "T1", 0);
  await room.workspace.publish();
  return room;
}

const land = (room: Room, how: "ff" | "merge", more: Partial<LandOptions> = {}) =>
  landRun({ project: room.project, run, how, ...more });

describe("land by fast-forward", () => {
  it("WS12 moves the branch, its files and its index; untracked files stay", async () => {
    const room = await finished();
    writeFiles(room.root, { "untracked.txt": "mine\n" });
    const head = await room.workspace.head();
    expect(await land(room, "ff")).toEqual({
      into: "main",
      how: "fast_forward",
      from: room.project.base,
      to: head,
      files: 2,
    });
    expect(git(room.root, "rev-parse", "main")).toBe(head);
    expect(readFileSync(join(room.root, "new.txt"), "utf8")).toBe("new\n");
    expect(git(room.root, "status", "--porcelain")).toBe("?? untracked.txt");
    expect(await land(room, "ff")).toMatchObject({ how: "already_there", files: 0 });
  });

  it("moves a branch that is not checked out without touching any file", async () => {
    const room = await finished();
    git(room.root, "switch", "--quiet", "--create", "elsewhere");
    writeFiles(room.root, { "README.md": "dirty here does not matter\n" });
    const before = git(room.root, "status", "--porcelain");
    expect(await land(room, "ff")).toMatchObject({ into: "main", how: "fast_forward" });
    expect(git(room.root, "rev-parse", "main")).toBe(await room.workspace.head());
    expect(git(room.root, "status", "--porcelain")).toBe(before);
  });
});

describe("land by merge", () => {
  it("WS12 makes a merge commit in the person's name", async () => {
    const room = await finished();
    git(room.root, "config", "user.name", "Person");
    git(room.root, "config", "user.email", "person@localhost");
    writeFiles(room.root, { "mine.txt": "mine\n" });
    commitAll(room.root, "mine");
    await expect(land(room, "ff")).rejects.toMatchObject({
      code: "land_diverged",
      remedy: expect.stringContaining("--merge") as string,
    });
    expect(await land(room, "merge")).toMatchObject({ how: "merge", files: 2 });
    expect(git(room.root, "log", "-1", "--format=%an %cn %s")).toBe(
      `Person Person Merge the result of ${run} into main`,
    );
    expect(git(room.root, "status", "--porcelain")).toBe("");
    expect(existsSync(join(room.root, "mine.txt")) && existsSync(join(room.root, "new.txt"))).toBe(true);
  });

  it("lands on another branch by name", async () => {
    const room = await finished();
    git(room.root, "branch", "release");
    expect(await land(room, "merge", { into: "release" })).toMatchObject({ into: "release", how: "merge" });
    expect(git(room.root, "rev-parse", "main")).toBe(room.project.base);
    expect(git(room.root, "show", "release:new.txt")).toBe("new");
  });
});

describe("land refuses and changes nothing", () => {
  const cases: readonly [string, string, (room: Room) => Partial<LandOptions> & { how?: "ff" | "merge" }][] = [
    [
      "a dirty checkout",
      "dirty_checkout",
      (room) => {
        writeFiles(room.root, { "src/a.txt": "mine\n" });
        return {};
      },
    ],
    [
      "an untracked file in the way",
      "land_refused",
      (room) => {
        writeFiles(room.root, { "new.txt": "mine\n" });
        return {};
      },
    ],
    [
      "a conflict",
      "land_conflict",
      (room) => {
        writeFiles(room.root, { "README.md": "mine\n" });
        commitAll(room.root, "mine");
        return { how: "merge" };
      },
    ],
    ["an unknown branch", "unknown_branch", () => ({ into: "nope" })],
    [
      "a branch checked out in another worktree",
      "checked_out_elsewhere",
      (room) => {
        git(room.root, "worktree", "add", "--quiet", "-b", "side", join(makeFolder(), "side"));
        return { into: "side" };
      },
    ],
    [
      "a run that published nothing",
      "nothing_to_land",
      (room) => {
        git(room.root, "update-ref", "-d", integration);
        return {};
      },
    ],
    ["no branch to land on", "no_target_branch", (room) => ({ project: { ...room.project, branch: null } })],
  ];

  it.each(cases)("WS12 %s is told as %s", async (_, code, arrange) => {
    const room = await finished();
    const { how = "ff", ...more } = arrange(room);
    // ORIG_HEAD and the index's times are git's own notes of having looked.
    const noted = (path: string): boolean => /^\.git\/(objects|ORIG_HEAD|index)/.test(path);
    const before = [snapshot(room.root, noted), git(room.root, "ls-files", "--stage")];
    await expect(land(room, how, more)).rejects.toMatchObject({ name: "Fault", code });
    expect([snapshot(room.root, noted), git(room.root, "ls-files", "--stage")]).toEqual(before);
  });
});

describe("hooks and configuration", () => {
  it("WS12 A-29 the repository's hooks run only when asked; its filters apply as in the person's own git", async () => {
    const root = makeRepository({ ".gitattributes": "*.up filter=up\n", "README.md": "x\n" });
    const room = await openRoom(root);
    await work(room, "T1", 0, { "a.up": "quiet\n" });
    await mergeTicket(room, "T1", 0);
    await room.workspace.publish();
    const { script, marker } = makeTrap(makeFolder(), "hook");
    git(root, "config", "filter.up.smudge", "tr a-z A-Z");
    git(root, "config", "filter.up.clean", "tr A-Z a-z");
    copyFileSync(script, join(root, ".git/hooks/post-merge"));
    await land(room, "ff");
    expect(existsSync(marker)).toBe(false);
    expect(readFileSync(join(root, "a.up"), "utf8")).toBe("QUIET\n");
    git(root, "reset", "--quiet", "--hard", room.project.base);
    await land(room, "ff", { hooks: true });
    expect(existsSync(marker)).toBe(true);
  });
});

describe("removeRun", () => {
  it("removes the run's folders, and its branch only when asked", async () => {
    const room = await finished();
    const head = await room.workspace.head();
    const options = { project: room.project, run, dir: room.dir };
    expect(await removeRun({ ...options, branch: "keep" })).toEqual({ deleted: null });
    expect(existsSync(join(room.dir, "repo.git"))).toBe(false);
    expect(git(room.root, "rev-parse", integration)).toBe(head);
    expect(await removeRun({ ...options, branch: "delete" })).toEqual({ deleted: head });
    expect(git(room.root, "for-each-ref", "refs/heads/tutti")).toBe("");
    expect(await removeRun({ ...options, branch: "delete" })).toEqual({ deleted: null });
  });

  it("does not delete a branch that is checked out", async () => {
    const room = await finished();
    git(room.root, "switch", "--quiet", `tutti/${run}/integration`);
    const removing = removeRun({ project: room.project, run, dir: room.dir, branch: "delete" });
    await expect(removing).rejects.toMatchObject({ code: "integration_checked_out" });
    expect(existsSync(join(room.dir, "repo.git"))).toBe(true);
  });
});
