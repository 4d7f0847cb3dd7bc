// What the host sees of attempts that are worked on elsewhere, and what becomes of them there.

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { attemptOf, fileAt, git, integration, makeRepository, makeTicket, passes, writeFiles } from "../support.ts";
import {
  beside,
  heads,
  hostGit,
  mergeOn,
  openHost,
  openMachine,
  prepareOn,
  refsAt,
  reopenHost,
  toolOn,
  type Host,
} from "./support.ts";

const T = attemptOf("T1");
const noted = { base: null, merged: null };

async function working(files = { "a.txt": "a\n" }) {
  const host = await openHost();
  const a = await openMachine(host);
  const { base } = await prepareOn(a, "T1", 0);
  await toolOn(a, "T1", 0, { key: "tool:1", files });
  return { host, a, base };
}

describe("TRV8 an attempt on another machine, seen from the host", () => {
  it("TRV8 its files and diff are those of its newest checkpoint, and follow it", async () => {
    const { host, a, base } = await working({ "a.txt": "a\n" });
    const found = await host.workspace.find(T, 0);
    expect(found).toMatchObject({ base, branch: expect.stringContaining("t0000-1") });
    const root = found?.root ?? "";
    expect(readFileSync(join(root, "a.txt"), "utf8")).toBe("a\n");
    const diff = await host.workspace.diff(T, 0);
    expect(diff).toMatchObject({ files: ["a.txt"], isCut: false, unread: [] });
    const worked = await toolOn(a, "T1", 0, { key: "tool:2", files: { "b.txt": "b\n", "src/a.txt": "changed\n" } });
    rmSync(join(worked.root, "a.txt"));
    await a.workspace.checkpoint(T, 0, "tool:3");
    expect(await host.workspace.find(T, 0)).toEqual(found);
    expect(existsSync(join(root, "a.txt"))).toBe(false);
    expect(readFileSync(join(root, "b.txt"), "utf8")).toBe("b\n");
    expect((await host.workspace.diff(T, 0)).files).toEqual(["b.txt", "src/a.txt"]);
    expect(git(host.root, "status", "--porcelain")).toBe("");
  });

  it("TRV8 once it has ended, its checkout is gone and what it left in commits is told", async () => {
    const { host, a } = await working();
    const found = await host.workspace.find(T, 0);
    expect(await a.workspace.during({ key: "dispose" }).dispose(T, 0)).toEqual({ quarantined: found?.branch });
    expect(await host.workspace.find(T, 0)).toBeUndefined();
    expect(existsSync(found?.root ?? "")).toBe(false);
    const left = await host.workspace.diffLeft(T, 0, { ...noted, base: host.project.base });
    expect(left).toMatchObject({ files: ["a.txt"] });
    await expect(host.workspace.diff(T, 0)).rejects.toMatchObject({ code: "attempt_missing" });
  });

  it("TRV8 what was merged elsewhere is published into the person's repository, and its checkout goes", async () => {
    const { host, a } = await working();
    await host.workspace.find(T, 0);
    const merged = await mergeOn(host, a, { id: "T1", index: 0 });
    await a.workspace.during({ key: "dispose" }).dispose(T, 0);
    await host.workspace.publish();
    expect(git(host.root, "rev-parse", integration)).toBe(merged.kind === "published" ? merged.commit : "");
    expect(git(host.root, "show", `${integration}:a.txt`)).toBe("a");
    expect(readdirSync(join(host.dir, "worktrees"))).toEqual([]);
    expect(refsAt(host)[`${beside}/checkpoints/0000-1`]).toBeUndefined();
  });

  it("TRV8 a machine that never comes back leaves its newest checkpoint on the attempt's branch", async () => {
    const { host } = await working();
    expect(await host.workspace.dispose(T, 0)).toEqual({ quarantined: `tutti/${heads.split("/").at(-1)}/t0000-1` });
    expect(hostGit(host, "show", `${heads}/t0000-1:a.txt`)).toBe("a");
    expect(await host.workspace.dispose(T, 0)).toMatchObject({ quarantined: expect.any(String) });
    expect(Object.keys(refsAt(host)).toSorted()).toEqual(
      [integration, `${heads}/t0000-1`, `${beside}/exclude`]
        .filter((ref) => refsAt(host)[ref] !== undefined)
        .toSorted(),
    );
  });

  it("TRV8 the host works on attempts of its own beside the machines' as it always did", async () => {
    const { host, a } = await working();
    const second = attemptOf("T2");
    const { root } = await host.workspace.prepare(second, 1);
    writeFiles(root, { "here.txt": "h\n" });
    expect(await mergeOn(host, a, { id: "T1", index: 0 })).toMatchObject({ kind: "published" });
    const outcome = await host.workspace.merge(second, makeTicket("T2"), {
      index: 1,
      message: "Here",
      verify: passes,
      signal: new AbortController().signal,
    });
    expect(outcome).toMatchObject({ kind: "published", verified: "merged" });
    expect(await host.workspace.findMerged(second, 1)).toEqual(outcome);
    expect(await host.workspace.dispose(second, 1)).toEqual({});
    expect(hostGit(host, "ls-tree", "--name-only", integration).split("\n")).toEqual(
      expect.arrayContaining(["a.txt", "here.txt"]),
    );
  });

  it("TRV8 opened again, it has the checkpoints and the fences it had", async () => {
    const { host, a } = await working();
    const fence = await host.workspace.fence(T, 0);
    const again = await reopenHost(host);
    expect((await again.workspace.diff(T, 0)).files).toEqual(["a.txt"]);
    expect(await mergeOn(again, a, { id: "T1", index: 0, fence })).toMatchObject({ kind: "published" });
  });
});

describe("TRV15 an attempt comes home", () => {
  const merge = async (host: Host) =>
    host.workspace.merge(T, makeTicket("T1"), {
      index: 0,
      message: "At home",
      verify: passes,
      signal: new AbortController().signal,
    });

  it("TRV15 as it was before the live duty; the machine that had it is shut out", async () => {
    const { host, a, base } = await working({ "a.txt": "a\n" });
    await toolOn(a, "T1", 0, { key: "tool:2", files: { "b.txt": "b\n" } });
    const home = await host.workspace.restore(T, 0, "tool:2");
    expect(home).toMatchObject({ root: join(host.dir, "worktrees/0000-1"), base });
    expect(existsSync(join(home?.root ?? "", "b.txt"))).toBe(false);
    expect(await host.workspace.find(T, 0)).toEqual(home);
    writeFiles(home?.root ?? "", { "c.txt": "c\n" });
    expect((await host.workspace.diff(T, 0)).files).toEqual(["a.txt", "c.txt"]);
    await a.workspace.during({ key: "x" }).find(T, 0);
    writeFiles(join(a.dir, "worktrees/0000-1"), { "late.txt": "l\n" });
    await expect(a.workspace.checkpoint(T, 0, "tool:2")).rejects.toMatchObject({ code: "place_lost" });
    const fence = await host.workspace.fence(T, 0);
    const merged = await merge(host);
    expect(merged).toMatchObject({ kind: "published", verified: "attempt" });
    const before = refsAt(host);
    expect(await mergeOn(host, a, { id: "T1", index: 0, fence })).toEqual(merged);
    expect(refsAt(host)).toEqual(before);
    expect(await merge(host)).toEqual(merged);
    expect(await host.workspace.dispose(T, 0)).toEqual({});
    const left = Object.keys(refsAt(host)).filter((ref) => ref.startsWith(`${beside}/checkpoints`));
    expect(left).toEqual([]);
  });

  it("TRV15 from home it goes to a machine again with what a process that is gone did at home", async () => {
    const { host } = await working({ "a.txt": "a\n" });
    const home = await host.workspace.restore(T, 0, "tool:2");
    writeFiles(home?.root ?? "", { "home.txt": "h\n" });
    const again = await reopenHost(host);
    expect(await again.workspace.find(T, 0)).toEqual(home);
    const b = await openMachine(again);
    const taken = await b.workspace.restore(T, 0, "tool:3");
    expect(readdirSync(taken?.root ?? "")).toEqual(expect.arrayContaining(["a.txt", "home.txt"]));
    await toolOn(b, "T1", 0, { key: "tool:3", files: { "b.txt": "b\n" } });
    expect((await again.workspace.diff(T, 0)).files).toEqual(["a.txt", "b.txt", "home.txt"]);
    expect(await mergeOn(again, b, { id: "T1", index: 0 })).toMatchObject({ kind: "published" });
  });

  it("TRV15 one that a machine had only begun to prepare is prepared here where it began", async () => {
    const host = await openHost();
    const a = await openMachine(host);
    const { base, branch } = await prepareOn(a, "T1", 0);
    expect(await host.workspace.prepare(T, 0)).toEqual({ root: join(host.dir, "worktrees/0000-1"), base, branch });
    writeFiles(join(host.dir, "worktrees/0000-1"), { "home.txt": "h\n" });
    expect(await merge(host)).toMatchObject({ kind: "published" });
    expect(await host.workspace.restore(attemptOf("T9"), 9, "x")).toBeUndefined();
  });
});

describe("TRV8 dispose on a machine", () => {
  it("TRV8 what nobody merged is on the attempt's branch at the host, as it stood there last", async () => {
    const { host, a } = await working();
    const found = await a.workspace.during({ key: "x" }).find(T, 0);
    writeFiles(found?.root ?? "", { "unkept.txt": "u\n" });
    await a.workspace.during({ key: "dispose" }).dispose(T, 0);
    expect(hostGit(host, "ls-tree", "-r", "--name-only", `${heads}/t0000-1`).split("\n")).toContain("unkept.txt");
    expect(existsSync(found?.root ?? "")).toBe(false);
    const b = await openMachine(host);
    expect(await b.workspace.during({ key: "dispose" }).dispose(T, 0)).toEqual({ quarantined: found?.branch });
  });

  it("TRV8 by another machine than the one that worked on it, from its newest checkpoint", async () => {
    const { host } = await working();
    const b = await openMachine(host);
    await b.workspace.during({ key: "dispose" }).dispose(T, 0);
    expect(hostGit(host, "show", `${heads}/t0000-1:a.txt`)).toBe("a");
    expect(hostGit(host, "rev-list", "--count", `${host.project.base}..${heads}/t0000-1`)).toBe("1");
  });

  it("TRV8 an attempt that changed nothing leaves nothing", async () => {
    const host = await openHost(makeRepository());
    const a = await openMachine(host);
    await prepareOn(a, "T1", 0);
    expect(await a.workspace.during({ key: "dispose" }).dispose(T, 0)).toEqual({});
    expect(Object.keys(refsAt(host)).filter((ref) => ref !== `${beside}/exclude`)).toEqual([integration]);
    expect(fileAt({ ...host, gitDir: host.gitDir }, "README.md")).toBe("hello");
  });
});
