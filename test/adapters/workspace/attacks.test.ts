// Repositories and workers that try to make our git calls run something. The oracle is a marker file: it never appears.

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inspectProject } from "../../../src/adapters/workspace/inspect-project.ts";
import {
  attemptOf,
  commitAll,
  git,
  integration,
  makeFolder,
  makeRepository,
  makeTrap,
  mergeTicket,
  openRoom,
  ownGit,
  work,
  writeFiles,
  type Room,
} from "./support.ts";

const files = {
  ".gitattributes": "*.txt filter=evil diff=evil merge=evil\n",
  "a.txt": "1\n2\n3\n",
  "b.txt": "b\n",
};

/** Every git step of a run's life, a conflict and a thrown-away attempt included. */
async function live(root: string): Promise<Room> {
  await inspectProject(root, { allowDirty: true });
  const room = await openRoom(root);
  await work(room, "A", 0, { "a.txt": "1\nA\n3\n" });
  await work(room, "B", 1, { "a.txt": "1\nB\n3\n" });
  await work(room, "C", 2, { "c.txt": "c\n" });
  await work(room, "D", 3, { "d.txt": "d\n" });
  expect(await mergeTicket(room, "A", 0)).toMatchObject({ kind: "published" });
  expect(await mergeTicket(room, "B", 1)).toMatchObject({ kind: "conflict" });
  expect(await mergeTicket(room, "C", 2)).toMatchObject({ kind: "published", verified: "merged" });
  await room.workspace.publish();
  for (const [index, id] of ["A", "B", "C", "D"].entries()) await room.workspace.dispose(attemptOf(id), index);
  return room;
}

type Key = readonly [key: string, value: (script: string) => string];

const keys: readonly Key[] = [
  ["core.fsmonitor", (script) => script],
  ["core.alternateRefsCommand", (script) => script],
  ["core.sshCommand", (script) => script],
  ["core.editor", (script) => script],
  ["core.pager", (script) => script],
  ["core.askPass", (script) => script],
  ["diff.external", (script) => script],
  ["diff.evil.command", (script) => script],
  ["diff.evil.textconv", (script) => script],
  ["filter.evil.clean", (script) => script],
  ["filter.evil.smudge", (script) => script],
  ["filter.evil.process", (script) => script],
  ["merge.evil.driver", (script) => `${script} %A`],
  ["gpg.program", (script) => script],
  ["credential.helper", (script) => `!${script}`],
  ["uploadpack.packObjectsHook", (script) => script],
  ["trailer.tutti-verified.command", (script) => script],
  ["alias.status", (script) => `!${script}`],
];

/** Every key has a trap of its own. A filter process hides clean and smudge, so it is tried by itself. */
const groups: readonly [string, readonly Key[]][] = [
  ["17 keys", keys.filter(([key]) => key !== "filter.evil.process")],
  ["a filter process", keys.filter(([key]) => key === "filter.evil.process")],
];

describe("A-27 the repository's own configuration", () => {
  it.each(groups)("WS1 %s set to a program run nothing, from inspecting to publishing", async (_, group) => {
    const root = makeRepository(files);
    const folder = makeFolder();
    for (const [key, value] of group) git(root, "config", key, value(makeTrap(folder, key).script));
    git(root, "config", "commit.gpgSign", "true");
    git(root, "config", "filter.evil.required", "true");
    // A changed time makes git look at the contents again: the moment a clean filter would run.
    writeFiles(root, { "b.txt": "b\n" });
    await live(root);
    expect(readdirSync(folder).filter((name) => name.startsWith("ran-"))).toEqual([]);
  });

  it("the traps are real: the same repository, looked at with plain git, runs some", () => {
    const root = makeRepository(files);
    const folder = makeFolder();
    for (const [key, value] of keys) {
      if (key !== "filter.evil.process") git(root, "config", key, value(makeTrap(folder, key).script));
    }
    writeFiles(root, { "b.txt": "B\n" });
    git(root, "status");
    git(root, "diff");
    const ran = readdirSync(folder).filter((name) => name.startsWith("ran-"));
    expect(ran).toEqual(
      expect.arrayContaining(["ran-core.fsmonitor", "ran-filter.evil.clean", "ran-diff.evil.command"]),
    );
  });

  it("a filter whose name holds an equals sign is switched off too", async () => {
    const root = makeRepository({ ...files, ".gitattributes": "*.txt filter=e=v.il\n" });
    const { script, marker } = makeTrap(makeFolder(), "equals");
    writeFileSync(join(root, ".git/config"), `[core]\n\tbare = false\n[filter "e=v.il"]\n\tclean = ${script}\n`);
    writeFiles(root, { "b.txt": "b\n" });
    await live(root);
    expect(existsSync(marker)).toBe(false);
  });

  it("settings brought in by an included file run nothing either", async () => {
    const root = makeRepository(files);
    const { script, marker } = makeTrap(makeFolder(), "include");
    writeFileSync(join(root, ".git/more"), `[core]\n\tfsmonitor = ${script}\n[filter "evil"]\n\tclean = ${script}\n`);
    git(root, "config", "include.path", "more");
    writeFiles(root, { "b.txt": "b\n" });
    await live(root);
    expect(existsSync(marker)).toBe(false);
  });

  it("A-33 a promisor remote that would fetch missing objects by a program is never asked", async () => {
    const root = makeRepository(files);
    const { script, marker } = makeTrap(makeFolder(), "promisor");
    const missing = git(root, "rev-parse", "HEAD:b.txt");
    git(root, "config", "extensions.partialClone", "origin");
    git(root, "config", "core.repositoryFormatVersion", "1");
    git(root, "config", "remote.origin.url", `ext::${script}`);
    git(root, "config", "remote.origin.promisor", "true");
    git(root, "config", "remote.origin.uploadpack", script);
    git(root, "config", "protocol.ext.allow", "always");
    rmSync(join(root, ".git/objects", missing.slice(0, 2), missing.slice(2)));
    await expect(inspectProject(root, { allowDirty: true })).rejects.toMatchObject({ code: "incomplete_repository" });
    expect(existsSync(marker)).toBe(false);
  });
});

const hooks = [
  "pre-commit",
  "post-commit",
  "commit-msg",
  "prepare-commit-msg",
  "post-checkout",
  "post-merge",
  "post-index-change",
  "reference-transaction",
  "pre-receive",
  "update",
  "post-receive",
  "post-update",
  "pre-auto-gc",
  "fsmonitor-watchman",
];

describe("A-29 hooks", () => {
  it.each(["default folder", "core.hooksPath"])("WS1 none of %s runs", async (where) => {
    const root = makeRepository(files);
    const { script, marker } = makeTrap(makeFolder(), "hook");
    const folder = where === "default folder" ? join(root, ".git/hooks") : join(root, ".husky");
    mkdirSync(folder, { recursive: true });
    for (const hook of hooks) copyFileSync(script, join(folder, hook));
    if (where !== "default folder") git(root, "config", "core.hooksPath", ".husky");
    await live(root);
    expect(existsSync(marker)).toBe(false);
  });
});

/** A git directory whose own settings run `script` as soon as git looks at it. */
function writeEvilGitDir(folder: string, script: string): void {
  git(folder, "init", "--quiet");
  writeFiles(folder, { "inner.txt": "inner\n", ".gitattributes": "* filter=evil\n" });
  commitAll(folder, "inner");
  for (const key of ["core.fsmonitor", "filter.evil.clean", "diff.external"]) git(folder, "config", key, script);
  copyFileSync(script, join(folder, ".git/hooks/post-checkout"));
  writeFiles(folder, { "inner.txt": "changed\n" });
}

describe("what a worker may leave in its worktree", () => {
  it("WS1 A-33 a nested repository's settings run nothing, however often it is looked at", async () => {
    const room = await openRoom();
    const { script, marker } = makeTrap(makeFolder(), "nested");
    await work(room, "T1", 0, ({ root }) => {
      mkdirSync(join(root, "nested"));
      writeEvilGitDir(join(root, "nested"), script);
    });
    expect(await mergeTicket(room, "T1", 0)).toEqual({ kind: "outside_touches", files: ["nested"] });
    expect(await mergeTicket(room, "T1", 0)).toEqual({ kind: "outside_touches", files: ["nested"] });
    expect((await room.workspace.dispose(attemptOf("T1"), 0)).quarantined).toContain("quarantine");
    expect(existsSync(marker)).toBe(false);
  });

  it("a repository planted where a submodule belongs runs nothing", async () => {
    const inner = makeRepository();
    const root = makeRepository();
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "sub");
    git(root, "commit", "--quiet", "--message", "sub");
    const room = await openRoom(root);
    const { script, marker } = makeTrap(makeFolder(), "submodule");
    await work(room, "T1", 0, (at) => {
      writeEvilGitDir(join(at.root, "sub"), script);
      writeFiles(at.root, { "ok.txt": "ok\n" });
    });
    expect(await mergeTicket(room, "T1", 0)).toMatchObject({ kind: "published" });
    await room.workspace.dispose(attemptOf("T1"), 0);
    expect(existsSync(marker)).toBe(false);
  });

  it("a replaced .git file does not lead our calls to another repository", async () => {
    const room = await openRoom();
    const { script, marker } = makeTrap(makeFolder(), "gitfile");
    const elsewhere = makeFolder();
    writeEvilGitDir(elsewhere, script);
    await work(room, "T1", 0, ({ root }) => {
      writeFileSync(join(root, ".git"), `gitdir: ${join(elsewhere, ".git")}\n`);
      writeFiles(root, { "ok.txt": "ok\n" });
    });
    expect(await mergeTicket(room, "T1", 0)).toMatchObject({ kind: "published" });
    expect(existsSync(marker)).toBe(false);
    expect(git(elsewhere, "rev-list", "--count", "--all")).toBe("1");
    expect(ownGit(room, "show", `${integration}:ok.txt`)).toBe("ok");
  });

  it("A-31 a bare repository as content is only content", async () => {
    const room = await openRoom();
    const { script, marker } = makeTrap(makeFolder(), "bare");
    await work(room, "T1", 0, ({ root }) => {
      mkdirSync(join(root, "sub/x/objects"), { recursive: true });
      writeFiles(root, {
        "sub/x/HEAD": "ref: refs/heads/main\n",
        "sub/x/config": `[core]\n\tbare = true\n\tfsmonitor = ${script}\n`,
        "sub/x/objects/info/x": "",
        "sub/x/refs/heads/x": "",
      });
    });
    expect(await mergeTicket(room, "T1", 0)).toMatchObject({ kind: "published" });
    await room.workspace.publish();
    expect(existsSync(marker)).toBe(false);
    git(room.root, "merge", "--quiet", "--ff-only", integration);
    await expect(inspectProject(join(room.root, "sub/x"))).rejects.toMatchObject({ code: "bare_repository" });
    expect(existsSync(marker)).toBe(false);
  });

  it("A-20 only files below the worktree are staged: nothing a link points at gets into the object store", async () => {
    const outside = makeFolder();
    writeFiles(outside, { "secret.txt": "CANARY-5f1e\n" });
    const room = await openRoom();
    await work(room, "T1", 0, ({ root }) => {
      symlinkSync(outside, join(root, "linked"));
      execFileSync("mkfifo", [join(root, "pipe")]);
    });
    expect(await mergeTicket(room, "T1", 0)).toMatchObject({ kind: "published" });
    expect(ownGit(room, "ls-tree", "-r", "--name-only", integration)).not.toContain("pipe");
    expect(ownGit(room, "ls-tree", integration, "linked")).toContain("120000 blob");
    const blobs = ownGit(room, "cat-file", "--batch-all-objects", "--batch", "--buffer");
    expect(blobs).not.toContain("CANARY-5f1e");
  });
});

describe("A-32 text that looks like options", () => {
  it("WS3 messages, branch names and file names are data", async () => {
    const root = makeRepository();
    git(root, "branch", "--", "side");
    git(root, "update-ref", "refs/heads/--upload-pack=x", "HEAD");
    git(root, "symbolic-ref", "HEAD", "refs/heads/--upload-pack=x");
    const room = await openRoom(root);
    expect(room.project.branch).toBe("--upload-pack=x");
    await work(room, "--output=x", 0, { "--output=x": "x" });
    expect(await mergeTicket(room, "--output=x", 0, { message: "--amend\n\n-F/etc/passwd" })).toMatchObject({
      kind: "published",
    });
    expect(ownGit(room, "log", "-1", "--format=%s", integration)).toBe("--amend");
    expect(readdirSync(join(room.dir, "worktrees/0000-1")).toSorted()).toEqual([
      "--output=x",
      ".git",
      "README.md",
      "src",
    ]);
  });
});
