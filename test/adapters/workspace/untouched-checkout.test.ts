// The person's repository during a run: byte-identical but for objects and one ref of ours, whatever they do in it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createGitWorkspace } from "../../../src/adapters/workspace/git-workspace.ts";
import { createGit } from "../../../src/adapters/workspace/git.ts";
import { inspectProject } from "../../../src/adapters/workspace/inspect-project.ts";
import {
  attemptOf,
  commitAll,
  fileAt,
  git,
  integration,
  makeFolder,
  makeRepository,
  mergeTicket,
  openRoom,
  ownGit,
  personal,
  personEnv,
  reopen,
  run,
  work,
  writeFiles,
  type Room,
} from "./support.ts";

/** Staged, unstaged, untracked, ignored and stashed work, a second branch and a sparse checkout. */
function makeBusyRepository(): string {
  const root = makeRepository({
    "a.txt": "a\n",
    "b.txt": "b\n",
    "c.txt": "c\n",
    "far/away.txt": "far\n",
    ".gitignore": "*.log\n",
  });
  git(root, "branch", "other");
  writeFiles(root, { "a.txt": "stashed\n" });
  git(root, "stash", "--quiet");
  git(root, "sparse-checkout", "set", "--no-cone", "/*", "!/far/");
  writeFiles(root, { "a.txt": "staged\n", "b.txt": "unstaged\n", "untracked.txt": "mine\n", "debug.log": "ignored\n" });
  git(root, "add", "a.txt");
  return root;
}

/** A run as the engine drives it: two tickets side by side, one conflict, one thrown away, published twice. */
async function wholeRun(room: Room): Promise<void> {
  await work(room, "A", 0, { "a.txt": "A\n", "new/a.txt": "A\n" });
  await work(room, "B", 1, { "b.txt": "B\n" });
  await work(room, "C", 2, { "a.txt": "C\n" });
  await work(room, "D", 3, { "never.txt": "D\n" });
  expect(await mergeTicket(room, "A", 0)).toMatchObject({ kind: "published" });
  await room.workspace.publish();
  expect(await mergeTicket(room, "B", 1)).toMatchObject({ kind: "published" });
  expect(await mergeTicket(room, "C", 2)).toMatchObject({ kind: "conflict" });
  await room.workspace.publish();
  for (const [index, id] of ["A", "B", "C", "D"].entries()) await room.workspace.dispose(attemptOf(id), index);
}

describe("P19 the person's checkout", () => {
  it("WS2 G-06 index, stash, config, refs, logs and files are byte-identical after a whole run", async () => {
    const root = makeBusyRepository();
    const before = personal(root);
    await inspectProject(root, { allowDirty: true });
    const room = await openRoom(root);
    await wholeRun(room);
    expect(personal(root)).toEqual(before);
    expect(git(root, "rev-parse", integration)).toBe(await room.workspace.head());
    expect(git(root, "for-each-ref", "--format=%(refname)", "refs/heads/tutti/").split("\n")).toEqual([integration]);
    expect(git(root, "fsck", "--full", "--strict")).toBe("");
    expect(existsSync(join(root, ".git/worktrees"))).toBe(false);
  });

  it("a second publish with nothing new writes nothing at all", async () => {
    const room = await openRoom();
    await wholeRunOf(room, 1);
    await room.workspace.publish();
    const before = readdirSync(join(room.root, ".git/objects")).toSorted();
    await room.workspace.publish();
    await (await reopen(room)).workspace.publish();
    expect(readdirSync(join(room.root, ".git/objects")).toSorted()).toEqual(before);
  });

  it("a result of many objects arrives as one pack", async () => {
    const room = await openRoom();
    await work(room, "T", 0, Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`f/${n}.txt`, `${n}\n`])));
    await mergeTicket(room, "T", 0);
    await room.workspace.publish();
    expect(readdirSync(join(room.root, ".git/objects/pack")).filter((name) => name.endsWith(".pack"))).toHaveLength(1);
    expect(git(room.root, "show", `${integration}:f/299.txt`)).toBe("299");
    expect(git(room.root, "fsck", "--full")).toBe("");
  });
});

async function wholeRunOf(room: Room, tickets: number, first = 0): Promise<void> {
  for (let index = first; index < first + tickets; index += 1) {
    await work(room, `T${index}`, index, { [`t${index}.txt`]: `${index}\n` });
    expect(await mergeTicket(room, `T${index}`, index)).toMatchObject({ kind: "published" });
  }
}

type Meddling = (root: string) => void;

const meddlings: readonly [string, Meddling][] = [
  ["commits", (root) => commitAll(root, "mine")],
  ["amends", (root) => git(root, "commit", "--quiet", "--amend", "--message", "amended")],
  [
    "rebases onto another history",
    (root) => {
      git(root, "switch", "--quiet", "--orphan", "fresh");
      writeFiles(root, { "z.txt": "z\n" });
      commitAll(root, "fresh");
      git(root, "branch", "--force", "main", "fresh");
    },
  ],
  [
    "deletes the branch",
    (root) => {
      git(root, "switch", "--quiet", "--create", "elsewhere");
      git(root, "branch", "--delete", "--force", "main");
    },
  ],
  ["detaches HEAD", (root) => git(root, "switch", "--quiet", "--detach")],
  ["locks the index", (root) => writeFileSync(join(root, ".git/index.lock"), "")],
];

describe("G-05 the person works meanwhile", () => {
  it.each(meddlings)("WS2 %s: the run goes on and their work stays as they left it", async (_, meddle) => {
    const room = await openRoom();
    await wholeRunOf(room, 1);
    meddle(room.root);
    const before = personal(room.root);
    await wholeRunOf(room, 1, 1);
    await room.workspace.publish();
    expect(personal(room.root)).toEqual(before);
    expect(git(room.root, "show", `${integration}:t1.txt`)).toBe("1");
  });

  it("WS2 their own move of the run's branch is told and not overwritten", async () => {
    const room = await openRoom();
    await wholeRunOf(room, 1);
    await room.workspace.publish();
    writeFiles(room.root, { "mine.txt": "mine\n" });
    const mine = commitAll(room.root, "mine");
    git(room.root, "update-ref", integration, mine);
    await wholeRunOf(room, 1, 1);
    await expect(room.workspace.publish()).rejects.toMatchObject({ code: "integration_moved" });
    expect(git(room.root, "rev-parse", integration)).toBe(mine);
    git(room.root, "branch", "--move", `tutti/${run}/integration`, "my-work");
    await room.workspace.publish();
    expect(git(room.root, "rev-parse", integration)).toBe(await room.workspace.head());
  });

  it("the run's branch is not moved while it is checked out", async () => {
    const room = await openRoom();
    await wholeRunOf(room, 1);
    await room.workspace.publish();
    git(room.root, "switch", "--quiet", `tutti/${run}/integration`);
    await wholeRunOf(room, 1, 1);
    await expect(room.workspace.publish()).rejects.toMatchObject({ code: "integration_checked_out" });
    expect(git(room.root, "status", "--porcelain")).toBe("");
  });

  it("WS2 G-02 a lock someone else holds on the ref is waited for and never removed", async () => {
    const room = await openRoom();
    await wholeRunOf(room, 1);
    const lock = join(room.root, `.git/${integration}.lock`);
    mkdirSync(join(lock, ".."), { recursive: true });
    writeFileSync(lock, "");
    let tries = 0;
    const onSpawn = (args: readonly string[]): void => {
      if (!args.includes("--no-deref")) return;
      tries += 1;
      expect(existsSync(lock)).toBe(true);
      if (tries === 3) rmSync(lock);
    };
    const waiting = await createGitWorkspace({
      project: room.project,
      run,
      dir: room.dir,
      git: createGit({ onSpawn }),
    });
    await waiting.publish();
    expect(tries).toBe(3);
    expect(git(room.root, "rev-parse", integration)).toBe(await room.workspace.head());
  });
});

/** The person's own commit, beside their own collection: git may take the folder away that it is about to write into. */
function amendBeside(root: string): void {
  for (let tries = 1; ; tries += 1) {
    try {
      git(root, "commit", "--quiet", "--amend", "--message", "amended");
      return;
    } catch (error) {
      if (tries === 10) throw error;
    }
  }
}

describe("G-09 garbage collection during a run", () => {
  it("WS1 git gc --prune=now in a loop takes nothing the run needs, not even after the base was amended away", async () => {
    const root = makeRepository();
    const stop = join(makeFolder(), "stop");
    const loop = spawn("sh", ["-c", 'while [ ! -e "$0" ]; do git gc --quiet --prune=now || exit 1; done', stop], {
      cwd: root,
      env: personEnv(),
    });
    const ended = once(loop, "close");
    const room = await openRoom(root);
    amendBeside(root);
    git(root, "reflog", "expire", "--expire=now", "--all");
    for (let round = 0; round < 6; round += 1) {
      await wholeRunOf(room, 1, round);
      await room.workspace.publish();
    }
    writeFileSync(stop, "");
    expect(await ended).toEqual([0, null]);
    git(root, "gc", "--quiet", "--prune=now");
    expect(ownGit(room, "fsck", "--full")).toBe("");
    expect(git(root, "fsck", "--full")).toBe("");
    expect(git(root, "show", `${integration}:t5.txt`)).toBe("5");
    expect(readdirSync(join(root, ".git/objects/pack")).filter((name) => name.endsWith(".keep"))).toEqual([]);
  });

  it("a base the person threw away before the first publish is sent along with the result", async () => {
    const room = await openRoom();
    git(room.root, "commit", "--quiet", "--amend", "--message", "amended");
    git(room.root, "reflog", "expire", "--expire=now", "--all");
    git(room.root, "gc", "--quiet", "--prune=now");
    expect(() => git(room.root, "cat-file", "-e", room.project.base)).toThrow();
    await wholeRunOf(room, 1);
    await room.workspace.publish();
    expect(git(room.root, "fsck", "--full")).toBe("");
    expect(git(room.root, "show", `${integration}:README.md`)).toBe("hello");
  });
});

describe("kinds of repositories", () => {
  const runOne = async (root: string): Promise<Room> => {
    const room = await openRoom(root);
    await wholeRunOf(room, 2);
    await room.workspace.publish();
    expect(git(root, "show", `${integration}:t1.txt`)).toBe("1");
    expect(ownGit(room, "fsck", "--full")).toBe("");
    return room;
  };

  it("a linked worktree of another checkout", async () => {
    const main = makeRepository();
    const linked = join(makeFolder(), "linked");
    git(main, "worktree", "add", "--quiet", "-b", "side", linked);
    const before = personal(main);
    const room = await runOne(linked);
    expect(room.project).toMatchObject({ root: linked, branch: "side" });
    expect(personal(main)).toEqual(before);
  });

  it("a shallow clone", async () => {
    const origin = makeRepository();
    commitAll(origin, "second");
    const root = join(makeFolder(), "shallow");
    git(origin, "clone", "--quiet", "--depth", "1", `file://${origin}`, root);
    await runOne(root);
    expect(git(root, "rev-parse", "--is-shallow-repository")).toBe("true");
  });

  it("a clone that borrows its objects, which may then be collected where they came from", async () => {
    const origin = makeRepository();
    const root = join(makeFolder(), "borrower");
    git(origin, "clone", "--quiet", "--shared", origin, root);
    const room = await runOne(root);
    expect(existsSync(join(room.dir, "repo.git/objects/info/alternates"))).toBe(false);
  });

  it("a packed repository, and one with sha-256 ids", async () => {
    const packed = makeRepository();
    git(packed, "gc", "--quiet");
    await runOne(packed);
    const root = join(makeFolder(), "sha256");
    mkdirSync(root);
    git(root, "init", "--quiet", "--object-format=sha256", "--initial-branch", "main");
    writeFiles(root, { "a.txt": "a\n" });
    commitAll(root, "start");
    expect((await runOne(root)).project.base).toHaveLength(64);
  });

  it("a base that has been thrown away before the run is told", async () => {
    const room = {
      project: { root: makeRepository(), branch: "main", base: "0123456789012345678901234567890123456789" },
    };
    const opened = createGitWorkspace({ project: room.project, run, dir: join(makeFolder(), "run") });
    await expect(opened).rejects.toMatchObject({ code: "base_missing" });
  });

  it("a run goes on while the project's folder is away, and publishes when it is back", async () => {
    const room = await openRoom();
    await wholeRunOf(room, 1);
    const again = await reopen({ ...room, project: { ...room.project, root: "/nonexistent/project" } });
    await wholeRunOf(again, 1, 1);
    await expect(again.workspace.publish()).rejects.toMatchObject({ code: "not_a_repository" });
    await room.workspace.publish();
    expect(git(room.root, "show", `${integration}:t1.txt`)).toBe("1");
    expect(fileAt(again, "t0.txt")).toBe("0");
  });
});
