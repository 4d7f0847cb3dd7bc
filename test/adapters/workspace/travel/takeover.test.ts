// One attempt goes from machine to machine: at each point where the first can die, the second stands where the first
// stood before the live duty.

import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { attemptOf, git, integration, writeFiles, type Files } from "../support.ts";
import { beside, hostGit, mergeOn, openHost, openMachine, prepareOn, refsAt, toolOn } from "./support.ts";

const T = attemptOf("T1");
const first = "tool:T1#1/1.0";
const second = "tool:T1#1/2.0";

/** Files of a worktree, git's own aside. */
function filesIn(root: string, folder = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.name === ".git") continue;
    if (entry.isDirectory()) Object.assign(found, filesIn(root, path));
    else found[path] = readFileSync(join(root, path), "utf8");
  }
  return found;
}

const start = { "README.md": "hello\n", "src/a.txt": "1\n2\n3\n4\n5\n" };

describe("TRV2 taking an attempt over", () => {
  const afterOne: Files = { "one.txt": "1\n" };
  const points: [string, "nothing" | "unpushed" | "pushed", string, Record<string, string>][] = [
    ["before it did anything", "nothing", second, { ...start, "one.txt": "1\n" }],
    ["with its work not pushed", "unpushed", second, { ...start, "one.txt": "1\n" }],
    ["with its work pushed and not reported", "pushed", second, { ...start, "one.txt": "1\n" }],
    ["with its work pushed and reported", "pushed", "tool:T1#1/3.0", { ...start, "one.txt": "1\n", "two.txt": "2\n" }],
  ];

  it.each(points)("TRV2 the machine died %s", async (_, reached, liveKey, expected) => {
    const host = await openHost();
    const [a, b] = [await openMachine(host), await openMachine(host)];
    const prepared = await prepareOn(a, "T1", 0);
    const { root } = await toolOn(a, "T1", 0, { key: first, files: afterOne });
    if (reached !== "nothing") writeFiles(root, { "two.txt": "2\n" });
    if (reached === "pushed") await a.workspace.checkpoint(T, 0, second);
    const taken = await b.workspace.restore(T, 0, liveKey);
    expect(taken).toEqual({ ...prepared, root: join(b.dir, "worktrees/0000-1") });
    expect(filesIn(taken?.root ?? "")).toEqual(expected);
    writeFiles(taken?.root ?? "", { "three.txt": "3\n" });
    await b.workspace.checkpoint(T, 0, liveKey);
    expect(await mergeOn(host, b, { id: "T1", index: 0 })).toMatchObject({ kind: "published" });
    const listed = hostGit(host, "ls-tree", "-r", "--name-only", integration).split("\n");
    expect(listed.toSorted()).toEqual([...Object.keys(expected), "three.txt"].toSorted());
  });

  it("TRV2 the machine died while it prepared, having told the remote or not", async () => {
    const host = await openHost();
    const [a, b, c] = [await openMachine(host), await openMachine(host), await openMachine(host)];
    expect(await b.workspace.restore(T, 0, "prepare:T1#1")).toBeUndefined();
    const prepared = await prepareOn(a, "T1", 0);
    await prepareOn(c, "T2", 1);
    await toolOn(c, "T2", 1, { key: "tool:T2#1/1.0", files: { "c.txt": "c\n" } });
    await mergeOn(host, c, { id: "T2", index: 1 });
    // What was begun where it was begun goes on there, whatever was merged meanwhile.
    expect(await prepareOn(b, "T1", 0)).toEqual({ ...prepared, root: join(b.dir, "worktrees/0000-1") });
  });

  it("TRV2 a duty without a restore before it finds the attempt all the same, as it was before that duty", async () => {
    const host = await openHost();
    const [a, b] = [await openMachine(host), await openMachine(host)];
    await prepareOn(a, "T1", 0);
    await toolOn(a, "T1", 0, { key: first, files: { "one.txt": "1\n" } });
    await toolOn(a, "T1", 0, { key: second, files: { "two.txt": "2\n" } });
    const found = await b.workspace.during({ key: second }).find(T, 0);
    expect(filesIn(found?.root ?? "")).toEqual({ ...start, "one.txt": "1\n" });
  });

  it("TRV2 it goes back to a machine that had it before, whose own copy is out of date", async () => {
    const host = await openHost();
    const [a, b] = [await openMachine(host), await openMachine(host)];
    await prepareOn(a, "T1", 0);
    await toolOn(a, "T1", 0, { key: first, files: { "one.txt": "1\n" } });
    const before = await a.workspace.during({ key: second }).find(T, 0);
    writeFiles(before?.root ?? "", { "never-told.txt": "x\n" });
    await b.workspace.restore(T, 0, second);
    await toolOn(b, "T1", 0, { key: second, files: { "two.txt": "2\n" } });
    const back = await a.workspace.restore(T, 0, "tool:T1#1/3.0");
    expect(filesIn(back?.root ?? "")).toEqual({ ...start, "one.txt": "1\n", "two.txt": "2\n" });
  });

  it("TRV2 the machine died when its merge was published and not reported: that is found, and nothing is claimed", async () => {
    const host = await openHost();
    const [a, b] = [await openMachine(host), await openMachine(host)];
    await prepareOn(a, "T1", 0);
    await toolOn(a, "T1", 0, { key: first, files: { "one.txt": "1\n" } });
    const merged = await mergeOn(host, a, { id: "T1", index: 0 });
    const before = refsAt(host);
    expect(await b.workspace.restore(T, 0, "merge:T1#1")).toBeUndefined();
    expect(await mergeOn(host, b, { id: "T1", index: 0, fence: "0".repeat(40) })).toEqual(merged);
    expect(refsAt(host)).toEqual(before);
    expect(await b.workspace.restore(T, 0, "dispose:T1#1")).toBeUndefined();
    expect(await b.workspace.during({ key: "dispose:T1#1" }).dispose(T, 0)).toEqual({});
    expect(refsAt(host)[`${beside}/checkpoints/0000-1`]).toBeUndefined();
  });

  it("TRV2 a machine that was told that it lost its place finds what the other one did, not its own copy", async () => {
    const host = await openHost();
    const [a, b] = [await openMachine(host), await openMachine(host)];
    await prepareOn(a, "T1", 0);
    const { root } = await toolOn(a, "T1", 0, { key: first, files: { "one.txt": "1\n" } });
    await b.workspace.restore(T, 0, second);
    await toolOn(b, "T1", 0, { key: second, files: { "two.txt": "2\n" } });
    writeFiles(root, { "never-told.txt": "x\n" });
    await expect(a.workspace.checkpoint(T, 0, second)).rejects.toMatchObject({ code: "place_lost" });
    const found = await a.workspace.during({ key: "tool:T1#1/3.0" }).find(T, 0);
    expect(filesIn(found?.root ?? "")).toEqual({ ...start, "one.txt": "1\n", "two.txt": "2\n" });
  });

  it("TRV2 a machine whose process began anew holds nothing until it takes it over again", async () => {
    const host = await openHost();
    const a = await openMachine(host);
    await prepareOn(a, "T1", 0);
    const { root } = await toolOn(a, "T1", 0, { key: first, files: { "one.txt": "1\n" } });
    writeFiles(root, { "lost.txt": "x\n" });
    const again = await openMachine(host, { dir: a.dir });
    expect(existsSync(root)).toBe(false);
    await expect(again.workspace.checkpoint(T, 0, second)).rejects.toMatchObject({ code: "place_lost" });
    const found = await again.workspace.restore(T, 0, second);
    expect(filesIn(found?.root ?? "")).toEqual({ ...start, "one.txt": "1\n" });
  });

  it("TRV2 the same live duty killed on one machine after the other begins from the same state each time", async () => {
    const host = await openHost();
    const a = await openMachine(host);
    await prepareOn(a, "T1", 0);
    await toolOn(a, "T1", 0, { key: first, files: { "one.txt": "1\n" } });
    for (let n = 0; n < 3; n += 1) {
      const machine = await openMachine(host);
      const found = await machine.workspace.restore(T, 0, second);
      expect(filesIn(found?.root ?? "")).toEqual({ ...start, "one.txt": "1\n" });
      writeFiles(found?.root ?? "", { [`try-${n}.txt`]: "x\n" });
      await machine.workspace.checkpoint(T, 0, second);
    }
  });
});

describe("TRV3 a checkpoint", () => {
  it("TRV3 holds new, changed, removed and linked files with their modes, and nothing that is ignored", async () => {
    const host = await openHost();
    const [a, b] = [await openMachine(host), await openMachine(host)];
    const { root } = await prepareOn(a, "T1", 0);
    writeFiles(root, { ".gitignore": "out/\n", "out/x": "x", "tool.sh": "#!/bin/sh\n", "new/deep.txt": "d\n" });
    chmodSync(join(root, "tool.sh"), 0o755);
    symlinkSync("README.md", join(root, "link"));
    rmSync(join(root, "src/a.txt"));
    await a.workspace.checkpoint(T, 0, first);
    const newest = `${beside}/checkpoints/0000-1`;
    expect(hostGit(host, "ls-tree", "-r", "--format=%(objectmode) %(path)", newest).split("\n")).toEqual([
      "100644 .gitignore",
      "100644 README.md",
      "120000 link",
      "100644 new/deep.txt",
      "100755 tool.sh",
    ]);
    const taken = await b.workspace.restore(T, 0, second);
    const status = git(taken?.root ?? "", "status", "--porcelain", "--ignored").split("\n");
    expect(status).toEqual(["A  .gitignore", "A  link", "A  new/deep.txt", "D  src/a.txt", "A  tool.sh"]);
  });

  it("TRV3 changes neither the worktree's index nor its branch, and is not made where nothing has changed", async () => {
    const host = await openHost();
    const a = await openMachine(host);
    const { root } = await prepareOn(a, "T1", 0);
    const before = [git(root, "ls-files", "--stage"), git(root, "rev-parse", "HEAD")];
    const claimed = refsAt(host);
    await a.workspace.checkpoint(T, 0, first);
    expect(refsAt(host)).toEqual(claimed);
    writeFiles(root, { "a.txt": "a\n" });
    await a.workspace.checkpoint(T, 0, first);
    const made = refsAt(host);
    expect(made).not.toEqual(claimed);
    await a.workspace.checkpoint(T, 0, second);
    expect(refsAt(host)).toEqual(made);
    expect([git(root, "ls-files", "--stage"), git(root, "rev-parse", "HEAD")]).toEqual(before);
    writeFiles(root, start);
    rmSync(join(root, "a.txt"));
    await a.workspace.checkpoint(T, 0, second);
    expect(refsAt(host)).not.toEqual(made);
  });

  it("TRV3 a nested repository stays behind and is named; the rest goes", async () => {
    const host = await openHost();
    const a = await openMachine(host);
    const { root } = await prepareOn(a, "T1", 0);
    mkdirSync(join(root, "nested"));
    git(join(root, "nested"), "init", "--quiet");
    writeFiles(root, { "nested/x.txt": "x\n", "ok.txt": "ok\n" });
    const listed = () => hostGit(host, "ls-tree", "-r", "--name-only", `${beside}/checkpoints/0000-1`).split("\n");
    expect(await a.workspace.checkpoint(T, 0, first)).toEqual({ unread: ["nested/"] });
    expect(listed()).toEqual(["README.md", "ok.txt", "src/a.txt"]);
    git(join(root, "nested"), "add", ".");
    git(join(root, "nested"), "commit", "--quiet", "-m", "inner");
    writeFiles(root, { "more.txt": "m\n" });
    expect(await a.workspace.checkpoint(T, 0, second)).toEqual({ unread: ["nested"] });
    expect(listed()).toEqual(["README.md", "more.txt", "ok.txt", "src/a.txt"]);
  });

  it("TRV3 keys of any text come back as they were", async () => {
    const host = await openHost();
    const [a, b] = [await openMachine(host), await openMachine(host)];
    await prepareOn(a, "T1", 0);
    const odd = 'tool:"T\n\nTutti-Base: 0000#1/1.0 ü';
    await toolOn(a, "T1", 0, { key: odd, files: { "one.txt": "1\n" } });
    expect(filesIn((await b.workspace.restore(T, 0, odd))?.root ?? "")).toEqual(start);
  });
});
