// One run's workspace from worktree to published commit: what is merged, what is refused, what is told.

import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { VerifyTree } from "../../../src/engine/ports.ts";
import {
  attemptOf,
  besideRoom,
  fileAt,
  git,
  integration,
  makeRepository,
  mergeTicket,
  openRoom,
  ownGit,
  reopen,
  run,
  work,
  writeFiles,
} from "./support.ts";

describe("prepare and merge", () => {
  it("WS3 an attempt's worktree is made from the integration branch's head and its work is published", async () => {
    const room = await openRoom();
    const prepared = await work(room, "T1", 0, { "src/new.txt": "new\n" });
    expect(prepared).toEqual({
      root: join(room.dir, "worktrees/0000-1"),
      base: room.project.base,
      branch: `tutti/${run}/t0000-1`,
    });
    expect(readFileSync(join(prepared.root, "README.md"), "utf8")).toBe("hello\n");
    const outcome = await mergeTicket(room, "T1", 0);
    expect(outcome).toEqual({ kind: "published", commit: await room.workspace.head(), verified: "attempt" });
    const next = await room.workspace.prepare(attemptOf("T2"), 1);
    expect(readFileSync(join(next.root, "src/new.txt"), "utf8")).toBe("new\n");
  });

  it("WS4 the commit says which run, ticket and attempt it came from, by Tutti", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, { "a.txt": "a\n" });
    await mergeTicket(room, "T1", 0, { message: "Add a\n\nTutti-Run: forged\n\nmore" });
    const trailers = ownGit(
      room,
      "log",
      "-1",
      "--format=%an|%cn|%s|%(trailers:key=Tutti-Run,valueonly,separator=,)",
      integration,
    );
    expect(trailers).toBe(`Tutti|Tutti|Add a|${run}`);
    expect(ownGit(room, "log", "-1", "--format=%(trailers:only,separator=;)", integration)).toBe(
      `Tutti-Run: ${run};Tutti-Ticket: T1;Tutti-Attempt: 1`,
    );
  });

  it("WS4 an attempt that changed nothing is published without a commit", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, {});
    expect(await mergeTicket(room, "T1", 0)).toEqual({ kind: "published", commit: null, verified: "none" });
    expect(await room.workspace.head()).toBe(room.project.base);
  });

  it("WS4 ignored files are left out, by .gitignore and by the clone's own exclude file", async () => {
    const root = makeRepository({ ".gitignore": "dist/\n", "a.txt": "a\n" });
    writeFiles(root, { ".git/info/exclude": "local.tmp\n" });
    const room = await openRoom(root);
    await work(room, "T1", 0, { "dist/out.js": "x", "local.tmp": "x", "b.txt": "b\n" });
    await mergeTicket(room, "T1", 0);
    expect(ownGit(room, "ls-tree", "-r", "--name-only", integration).split("\n")).toEqual([
      ".gitignore",
      "a.txt",
      "b.txt",
    ]);
  });

  it("WS4 file modes, links and deletions are kept", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, ({ root }) => {
      writeFiles(root, { "tool.sh": "#!/bin/sh\n" });
      chmodSync(join(root, "tool.sh"), 0o755);
      symlinkSync("README.md", join(root, "link"));
      rmSync(join(root, "src/a.txt"));
    });
    await mergeTicket(room, "T1", 0);
    const listed = ownGit(room, "ls-tree", "-r", "--format=%(objectmode) %(path)", integration).split("\n");
    expect(listed).toEqual(["100644 README.md", "120000 link", "100755 tool.sh"]);
  });
});

describe("merge onto work of others", () => {
  const twoTickets = async () => {
    const room = await openRoom();
    await work(room, "A", 0, { "a.txt": "a\n" });
    await work(room, "B", 1, { "b.txt": "b\n" });
    await mergeTicket(room, "A", 0);
    return room;
  };

  it("WS5 a merged tree is verified in a checkout of its own before it is published", async () => {
    const room = await twoTickets();
    const before = await room.workspace.head();
    let seen: string[] = [];
    const verify: VerifyTree = async (root) => {
      seen = ["a.txt", "b.txt"].filter((path) => existsSync(join(root, path)));
      expect(await room.workspace.head()).toBe(before);
      return { kind: "passed", commands: 2 };
    };
    const outcome = await mergeTicket(room, "B", 1, { verify });
    expect(outcome).toMatchObject({ kind: "published", verified: "merged" });
    expect(seen).toEqual(["a.txt", "b.txt"]);
    expect(existsSync(join(room.dir, "worktrees/merge-0001-1"))).toBe(false);
    expect(ownGit(room, "rev-list", "--parents", "-1", integration).split(" ")).toHaveLength(3);
  });

  it("WS5 a red merged tree is not published", async () => {
    const room = await twoTickets();
    const before = await room.workspace.head();
    const red = { kind: "red", command: "npm test", output: "1 failed", fingerprint: "f" } as const;
    expect(await mergeTicket(room, "B", 1, { verify: async () => red })).toEqual(red);
    expect(await room.workspace.head()).toBe(before);
    expect(existsSync(join(room.dir, "worktrees/merge-0001-1"))).toBe(false);
  });

  it("no verify command means nobody vouches for the merged tree", async () => {
    const room = await twoTickets();
    const verify: VerifyTree = async () => ({ kind: "passed", commands: 0 });
    const first = await mergeTicket(room, "B", 1, { verify });
    expect(first).toMatchObject({ kind: "published", verified: "none" });
    expect(await mergeTicket(await reopen(room), "B", 1)).toEqual(first);
  });

  it("WS5 a cancel before the swap leaves the branch where it was", async () => {
    const room = await twoTickets();
    const before = await room.workspace.head();
    const stop = new AbortController();
    const verify: VerifyTree = async () => {
      stop.abort();
      return { kind: "passed", commands: 1 };
    };
    expect(await mergeTicket(room, "B", 1, { verify, signal: stop.signal })).toEqual({ kind: "cancelled" });
    expect(await mergeTicket(room, "B", 1, { signal: stop.signal })).toEqual({ kind: "cancelled" });
    expect(await room.workspace.head()).toBe(before);
  });

  it("WS5 a swap lost to another process is merged anew on what that process published", async () => {
    const room = await twoTickets();
    const other = await besideRoom(room);
    await work(other, "C", 2, { "c.txt": "c\n" });
    let verified = 0;
    const verify: VerifyTree = async () => {
      verified += 1;
      if (verified === 1) await mergeTicket(other, "C", 2);
      return { kind: "passed", commands: 1 };
    };
    expect(await mergeTicket(room, "B", 1, { verify })).toMatchObject({ kind: "published", verified: "merged" });
    expect(verified).toBe(2);
    expect(fileAt(room, "c.txt")).toBe("c");
  });
});

describe("what is not merged", () => {
  it("WS7 changes outside the ticket's globs are named and not published", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, { "src/ok.txt": "x", "src/.hidden": "x", "docs/no.md": "x", "README.md": "changed\n" });
    const outcome = await mergeTicket(room, "T1", 0, { touches: ["src/**"] });
    expect(outcome).toEqual({ kind: "outside_touches", files: ["README.md", "docs/no.md"] });
    expect(await room.workspace.head()).toBe(room.project.base);
  });

  it.each([
    ".gitmodules",
    ".GitModules",
    ".vscode/settings.json",
    "sub/.envrc",
    ".npmrc",
    "tutti.toml",
    "AGENTS.toml",
    ".mcp.json",
  ])("WS7 A-24 the protected file %s is not merged even where the ticket may change everything", async (path) => {
    const room = await openRoom();
    await work(room, "T1", 0, { [path]: "x" });
    expect(await mergeTicket(room, "T1", 0, { touches: ["**"] })).toEqual({ kind: "outside_touches", files: [path] });
  });

  it("WS7 A-33 a nested repository is refused, with and without a commit, and never lost", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, ({ root }) => {
      mkdirSync(join(root, "nested"));
      git(join(root, "nested"), "init", "--quiet");
      writeFiles(root, { "nested/precious.txt": "precious\n", "ok.txt": "ok\n" });
    });
    expect(await mergeTicket(room, "T1", 0)).toEqual({ kind: "outside_touches", files: ["nested/"] });
    const nested = join(room.dir, "worktrees/0000-1/nested");
    git(nested, "add", ".");
    git(nested, "commit", "--quiet", "-m", "inner");
    expect(await mergeTicket(room, "T1", 0)).toEqual({ kind: "outside_touches", files: ["nested"] });
    const { quarantined } = await room.workspace.dispose(attemptOf("T1"), 0);
    expect(quarantined).toBe(join(room.dir, "quarantine/0000-1"));
    expect(readFileSync(join(quarantined ?? "", "nested/precious.txt"), "utf8")).toBe("precious\n");
  });

  it.each([
    ["a pipe in a file's place", "README.md", "rm README.md && mkfifo README.md"],
    [
      "a text that is not in the encoding it claims",
      "x.t",
      "echo '*.t working-tree-encoding=UTF-16' > .gitattributes; echo abc > x.t",
    ],
    ["an encoding nobody knows", "x.t", "echo '*.t working-tree-encoding=NOPE-99' > .gitattributes; echo abc > x.t"],
  ])("WS7 A-23 %s is the attempt's own fault and is named", async (_, path, command) => {
    const room = await openRoom();
    await work(room, "T1", 0, ({ root }) => void execFileSync("/bin/sh", ["-c", command], { cwd: root }));
    expect(await mergeTicket(room, "T1", 0)).toEqual({ kind: "outside_touches", files: [path] });
  });

  it("WS7 A-33 a submodule's folder is not looked into and its link never changes", async () => {
    const inner = makeRepository({ "inner.txt": "inner\n" });
    const root = makeRepository();
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "sub");
    git(root, "commit", "--quiet", "-m", "with submodule");
    const room = await openRoom(root);
    const prepared = await work(room, "T1", 0, { "ok.txt": "ok\n" });
    rmSync(join(prepared.root, "sub"), { recursive: true });
    writeFileSync(join(prepared.root, "sub"), "now a file\n");
    expect(await mergeTicket(room, "T1", 0)).toMatchObject({ kind: "published" });
    expect(ownGit(room, "ls-tree", integration, "sub")).toContain("160000 commit");
  });
});

describe("repeating after a crash", () => {
  it("WS8 prepare, merge and dispose find what is already done", async () => {
    const room = await openRoom();
    const prepared = await work(room, "T1", 0, { "a.txt": "a\n" });
    const second = await reopen(room);
    expect(await second.workspace.find(attemptOf("T1"), 0)).toEqual(prepared);
    expect(await second.workspace.prepare(attemptOf("T1"), 0)).toEqual(prepared);
    const merged = await mergeTicket(second, "T1", 0);
    expect(merged).toMatchObject({ kind: "published", verified: "attempt" });
    const third = await reopen(second);
    expect(await mergeTicket(third, "T1", 0)).toEqual(merged);
    expect(await third.workspace.dispose(attemptOf("T1"), 0)).toEqual({});
    expect(await third.workspace.dispose(attemptOf("T1"), 0)).toEqual({});
    expect(await mergeTicket(await reopen(third), "T1", 0)).toEqual(merged);
    expect(await third.workspace.find(attemptOf("T1"), 0)).toBeUndefined();
  });

  it("a merge that published through a merge commit is found again", async () => {
    const room = await openRoom();
    await work(room, "A", 0, { "a.txt": "a\n" });
    await work(room, "B", 1, { "b.txt": "b\n" });
    await mergeTicket(room, "A", 0);
    const merged = await mergeTicket(room, "B", 1);
    const again = await reopen(room);
    expect(await mergeTicket(again, "B", 1)).toEqual(merged);
    expect(merged).toMatchObject({ kind: "published", verified: "merged" });
  });

  it("an attempt nothing is left of is told, with what to do", async () => {
    const room = await openRoom();
    await expect(mergeTicket(room, "T9", 9)).rejects.toMatchObject({ code: "attempt_missing" });
  });
});

describe("dispose", () => {
  it("WS9 what nobody merged stays reachable on the attempt's branch", async () => {
    const room = await openRoom();
    const prepared = await work(room, "T1", 0, { "half.txt": "half done\n" });
    expect(await room.workspace.dispose(attemptOf("T1"), 0)).toEqual({ quarantined: prepared.branch });
    expect(existsSync(prepared.root)).toBe(false);
    expect(fileAt(room, "half.txt", prepared.branch)).toBe("half done");
    expect(await room.workspace.dispose(attemptOf("T1"), 0)).toEqual({ quarantined: prepared.branch });
  });

  it("files outside the globs are kept as well, though they may not be merged", async () => {
    const room = await openRoom();
    const prepared = await work(room, "T1", 0, { "docs/x.md": "x\n", ".npmrc": "y\n" });
    await mergeTicket(room, "T1", 0, { touches: ["src/**"] });
    expect(await room.workspace.dispose(attemptOf("T1"), 0)).toEqual({ quarantined: prepared.branch });
    expect(fileAt(room, ".npmrc", prepared.branch)).toBe("y");
  });

  it("an untouched attempt leaves nothing", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, {});
    expect(await room.workspace.dispose(attemptOf("T1"), 0)).toEqual({});
    expect(await room.workspace.dispose(attemptOf("T7"), 7)).toEqual({});
  });
});

describe("T-05 awkward names", () => {
  const ids = [
    "__proto__",
    "constructor",
    "..",
    "a/b",
    "A",
    "a",
    "-rf",
    "--output=x",
    "t\n\nTutti-Run: forged",
    "é",
    "é",
    "🙂".repeat(50),
    "x\0y",
    "; rm -rf /",
    "$(touch x)",
  ];

  it("WS3 ticket ids never become paths or refs and come back from the trailer", async () => {
    const room = await openRoom();
    for (const [index, id] of ids.entries()) {
      const prepared = await work(room, id, index, { [`file-${index}.txt`]: id });
      expect(prepared.root).toBe(join(room.dir, "worktrees", `${String(index).padStart(4, "0")}-1`));
      expect(await mergeTicket(room, id, index, { message: id })).toMatchObject({ kind: "published" });
    }
    const log = ownGit(
      room,
      "log",
      "--format=%(trailers:key=Tutti-Ticket,valueonly,separator=)",
      `-${ids.length}`,
      integration,
    );
    const back = log
      .split("\n")
      .toReversed()
      .map((value) => (value.startsWith('"') ? JSON.parse(value) : value));
    expect(back).toEqual(ids);
    expect(ownGit(room, "log", "--format=%(trailers:key=Tutti-Run,valueonly,separator=)", integration)).not.toContain(
      "forged",
    );
  });

  it("A-32 file names with spaces, line breaks, dashes, quotes and pathspec magic are merged as they are", async () => {
    const names = [
      " lead",
      "a b",
      "line\nbreak",
      "-rf",
      "--output=x",
      ":(top)x",
      ":!y",
      "*",
      "[a]",
      'q"uote',
      "ünï",
      "dir with space/\tx",
      "CON",
    ];
    const room = await openRoom();
    await work(room, "T1", 0, Object.fromEntries(names.map((name) => [name, name])));
    expect(await mergeTicket(room, "T1", 0)).toMatchObject({ kind: "published" });
    const listed = ownGit(room, "ls-tree", "-r", "-z", "--name-only", integration)
      .split("\0")
      .filter((name) => name !== "");
    expect(listed.toSorted()).toEqual([...names, "README.md", "src/a.txt"].toSorted());
  });

  it("a rename is one change on both of its paths", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, ({ root }) => renameSync(join(root, "README.md"), join(root, "src/README.md")));
    expect(await mergeTicket(room, "T1", 0, { touches: ["src/**"] })).toEqual({
      kind: "outside_touches",
      files: ["README.md"],
    });
  });
});
