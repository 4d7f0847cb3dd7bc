// Eight attempts at once, round after round: no lock error, no orphan branch, a fixed number of git processes each.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createGit } from "../../../src/adapters/workspace/git.ts";
import { createGitWorkspace } from "../../../src/adapters/workspace/git-workspace.ts";
import {
  attemptOf,
  integration,
  makeFolder,
  mergeTicket,
  openRoom,
  ownGit,
  run,
  work,
  writeFiles,
  type Room,
} from "./support.ts";

const lanes = 8;

async function oneTicket(room: Room, index: number): Promise<string> {
  const id = `T${index}`;
  await work(room, id, index, { [`made/${index}.txt`]: `${index}\n` });
  const { kind } = await mergeTicket(room, id, index);
  await room.workspace.dispose(attemptOf(id), index);
  return kind;
}

describe("G-01 worktrees in parallel", () => {
  it("WS13 8 at once, 4 rounds: every attempt is made, merged and cleared away", { timeout: 120_000 }, async () => {
    const room = await openRoom();
    for (let round = 0; round < 4; round += 1) {
      const kinds = await Promise.all(
        Array.from({ length: lanes }, (_, lane) => oneTicket(room, round * lanes + lane)),
      );
      expect(kinds).toEqual(Array.from({ length: lanes }, () => "published"));
    }
    expect(readdirSync(join(room.dir, "worktrees"))).toEqual([]);
    expect(readdirSync(join(room.dir, "repo.git/worktrees"))).toEqual([]);
    expect(ownGit(room, "ls-tree", "-r", "--name-only", integration, "made/").split("\n")).toHaveLength(4 * lanes);
    expect(ownGit(room, "fsck", "--full", "--no-dangling")).toBe("");
  });

  it("the same attempt asked for twice at once is made once", async () => {
    const room = await openRoom();
    const [one, two] = await Promise.all([
      room.workspace.prepare(attemptOf("T"), 0),
      room.workspace.prepare(attemptOf("T"), 0),
    ]);
    expect(one).toEqual(two);
    writeFiles(one.root, { "a.txt": "a\n" });
    expect(await mergeTicket(room, "T", 0)).toMatchObject({ kind: "published" });
  });
});

describe("numbers", () => {
  it("WS13 at most 10 git processes a ticket, merge, verified merged tree and publish into the project included", async () => {
    const spawned: string[] = [];
    const git = createGit({ onSpawn: (args) => spawned.push(args[0] ?? "") });
    const { root, project } = await openRoom();
    const dir = join(makeFolder(), "counted");
    const room: Room = { root, project, dir, workspace: await createGitWorkspace({ project, run, dir, git }) };
    await oneTicket(room, 0);
    await room.workspace.publish();
    spawned.length = 0;
    await oneTicket(room, 1);
    await room.workspace.publish();
    expect(spawned).toEqual(["worktree", "add", "diff-index", "commit", "update-ref", "pack-objects", "update-ref"]);
    spawned.length = 0;
    await work(room, "T2", 2, { "two.txt": "2\n" });
    const before = spawned.splice(0);
    await oneTicket(room, 3);
    spawned.splice(0, spawned.length, ...before);
    expect(await mergeTicket(room, "T2", 2)).toMatchObject({ verified: "merged" });
    await room.workspace.dispose(attemptOf("T2"), 2);
    await room.workspace.publish();
    expect(spawned).toHaveLength(10);
    expect(spawned).toContain("merge-tree");
  });
});
