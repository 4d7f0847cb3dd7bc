// Machines that were taken for dead and are not: whatever they still send is refused where the run's work is shared.

import { copyFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { VerifyTree } from "../../../../src/engine/ports.ts";
import { attemptOf, git, integration, makeFolder, makeTrap, writeFiles } from "../support.ts";
import {
  beside,
  heads,
  hostGit,
  mergeOn,
  openHost,
  openMachine,
  prepareOn,
  pushAs,
  refsAt,
  reopenHost,
  toolOn,
  type Host,
  type Machine,
} from "./support.ts";

const T = attemptOf("T1");

async function oneWorking(): Promise<{ host: Host; a: Machine; root: string }> {
  const host = await openHost();
  const a = await openMachine(host);
  await prepareOn(a, "T1", 0);
  const { root } = await toolOn(a, "T1", 0, { key: "tool:T1#1/1.0", files: { "a.txt": "a\n" } });
  return { host, a, root };
}

describe("TRV4 a machine that lost its place", () => {
  it("TRV4 its late checkpoint is refused, also before the new machine has made one", async () => {
    const { host, a, root } = await oneWorking();
    const b = await openMachine(host);
    await b.workspace.restore(T, 0, "tool:T1#1/2.0");
    const before = refsAt(host);
    writeFiles(root, { "late.txt": "late\n" });
    await expect(a.workspace.checkpoint(T, 0, "tool:T1#1/2.0")).rejects.toMatchObject({ code: "place_lost" });
    await expect(a.workspace.checkpoint(T, 0, "tool:T1#1/2.0")).rejects.toMatchObject({ code: "place_lost" });
    expect(refsAt(host)).toEqual(before);
    await a.workspace.abandon(T, 0);
    expect(refsAt(host)).toEqual(before);
    await toolOn(b, "T1", 0, { key: "tool:T1#1/2.0", files: { "b.txt": "b\n" } });
  });

  it("TRV4 thawed between its order and its claim, it takes nothing from a later placement", async () => {
    const { host, a } = await oneWorking();
    const [b, c] = [await openMachine(host), await openMachine(host)];
    const live = "tool:T1#1/2.0";
    await b.workspace.restore(T, 0, live, 7);
    const before = refsAt(host);
    const lost = { code: "place_lost" };
    await expect(a.workspace.restore(T, 0, live, 6)).rejects.toMatchObject(lost);
    await expect(c.workspace.during({ key: live, claim: 6 }).find(T, 0)).rejects.toMatchObject(lost);
    await expect(c.workspace.during({ key: "prepare:T1#1", claim: 6 }).prepare(T, 0)).rejects.toMatchObject(lost);
    expect(refsAt(host)).toEqual(before);
    await toolOn(b, "T1", 0, { key: live, files: { "b.txt": "b\n" } });
    // What the later one has done since stands on its claim.
    const worked = refsAt(host);
    await expect(c.workspace.restore(T, 0, "tool:T1#1/3.0", 6)).rejects.toMatchObject(lost);
    expect(refsAt(host)).toEqual(worked);
    expect(await b.workspace.restore(T, 0, "tool:T1#1/3.0", 7)).toBeDefined();
    expect(await c.workspace.restore(T, 0, "tool:T1#1/3.0", 1_000_001)).toBeDefined();
  });

  it("TRV4 the number of a first claim counts, also where its work is begun again", async () => {
    const host = await openHost();
    const [a, b] = [await openMachine(host), await openMachine(host)];
    const key = "prepare:T1#1";
    await b.workspace.during({ key, claim: 7 }).prepare(T, 0);
    const before = refsAt(host);
    await expect(a.workspace.during({ key, claim: 6 }).prepare(T, 0)).rejects.toMatchObject({ code: "place_lost" });
    expect(refsAt(host)).toEqual(before);
    await a.workspace.during({ key, claim: 8 }).prepare(T, 0);
    await expect(b.workspace.restore(T, 0, key, 7)).rejects.toMatchObject({ code: "place_lost" });
  });

  it("TRV4 what the host has brought home is not claimed back by the placement before", async () => {
    const { host, a } = await oneWorking();
    await a.workspace.restore(T, 0, "tool:T1#1/2.0", 7);
    await host.workspace.restore(T, 0, "tool:T1#1/2.0");
    await expect(a.workspace.restore(T, 0, "tool:T1#1/2.0", 7)).rejects.toMatchObject({ code: "place_lost" });
  });

  it("TRV4 its late checkpoint after the attempt's end makes nothing", async () => {
    const { host, a, root } = await oneWorking();
    const b = await openMachine(host);
    await b.workspace.restore(T, 0, "dispose");
    await b.workspace.during({ key: "dispose:T1#1" }).dispose(T, 0);
    const before = refsAt(host);
    writeFiles(root, { "late.txt": "late\n" });
    await expect(a.workspace.checkpoint(T, 0, "tool:T1#1/2.0")).rejects.toMatchObject({ code: "place_lost" });
    expect(refsAt(host)).toEqual(before);
  });
});

describe("TRV5 a merge under a fence", () => {
  it("TRV5 is published with its mark, and the fence goes with it", async () => {
    const { host, a } = await oneWorking();
    const outcome = await mergeOn(host, a, { id: "T1", index: 0 });
    expect(outcome).toEqual({ kind: "published", commit: await host.workspace.head(), verified: "attempt" });
    const refs = refsAt(host);
    expect(refs[`${beside}/accepted/0000-1`]).toBe(refs[integration]);
    expect(refs[`${beside}/fences/0000-1`]).toBeUndefined();
    expect(await host.workspace.findMerged(T, 0)).toEqual(outcome);
    expect(await mergeOn(host, a, { id: "T1", index: 0, fence: "0".repeat(40) })).toEqual(outcome);
  });

  it("TRV5 withdrawn before it was pushed, it publishes nothing and is cancelled", async () => {
    const { host, a } = await oneWorking();
    const other = await openMachine(host);
    await prepareOn(other, "T2", 1);
    await toolOn(other, "T2", 1, { key: "t", files: { "other.txt": "o\n" } });
    await mergeOn(host, other, { id: "T2", index: 1 });
    const before = refsAt(host);
    const fence = await host.workspace.fence(T, 0);
    const verify: VerifyTree = async () => {
      await host.workspace.unfence(T, 0);
      expect(await host.workspace.findMerged(T, 0)).toBeUndefined();
      return { kind: "passed", commands: 1 };
    };
    expect(await mergeOn(host, a, { id: "T1", index: 0, fence }, { verify })).toEqual({ kind: "cancelled" });
    expect(refsAt(host)).toEqual(before);
    expect(await mergeOn(host, a, { id: "T1", index: 0, fence })).toEqual({ kind: "cancelled" });
    expect(refsAt(host)).toEqual(before);
  });

  it("TRV5 a fence made anew shuts out whoever was given the one before", async () => {
    const { host, a } = await oneWorking();
    const old = await host.workspace.fence(T, 0);
    const b = await openMachine(host);
    await b.workspace.restore(T, 0, "merge:T1#1");
    const fence = await host.workspace.fence(T, 0);
    expect(fence).not.toBe(old);
    expect(await mergeOn(host, a, { id: "T1", index: 0, fence: old })).toEqual({ kind: "cancelled" });
    expect(await mergeOn(host, b, { id: "T1", index: 0, fence })).toMatchObject({ kind: "published" });
  });

  it("TRV5 late, after another machine published the same attempt, it finds that and publishes nothing", async () => {
    const { host, a } = await oneWorking();
    const other = await openMachine(host);
    await prepareOn(other, "T2", 1);
    await toolOn(other, "T2", 1, { key: "t", files: { "other.txt": "o\n" } });
    await mergeOn(host, other, { id: "T2", index: 1 });
    const b = await openMachine(host);
    const old = await host.workspace.fence(T, 0);
    let after: Readonly<Record<string, string>> = {};
    let published: unknown;
    const verify: VerifyTree = async () => {
      await b.workspace.restore(T, 0, "merge:T1#1");
      published = await mergeOn(host, b, { id: "T1", index: 0 });
      after = refsAt(host);
      return { kind: "passed", commands: 1 };
    };
    const late = await mergeOn(host, a, { id: "T1", index: 0, fence: old }, { verify });
    expect(published).toMatchObject({ kind: "published", verified: "merged" });
    expect(late).toEqual(published);
    expect(refsAt(host)).toEqual(after);
    expect(hostGit(host, "rev-list", "--count", "--first-parent", `${host.project.base}..${integration}`)).toBe("2");
  });

  it("TRV5 unfence waits for a publication that is under way, and then it is found", async () => {
    const { host, a } = await oneWorking();
    const [merged] = await Promise.all([mergeOn(host, a, { id: "T1", index: 0 }), host.workspace.unfence(T, 0)]);
    await host.workspace.unfence(T, 0);
    const found = await host.workspace.findMerged(T, 0);
    expect(found).toEqual(merged.kind === "published" ? merged : undefined);
    expect(refsAt(host)[`${beside}/fences/0000-1`]).toBeUndefined();
  });
});

describe("TRV6 what the host's repository takes", () => {
  const refused: [string, (host: Host) => string[], string][] = [
    ["integration without a fence", () => [`${heads}/t0001-1:${integration}`], "all in one push"],
    ["a deleted integration", () => [`:${integration}`], "is not deleted"],
    ["integration backwards", ({ project }) => [`+${project.base}:${integration}`], "only moves forward"],
    ["an accepted attempt's branch", ({ project }) => [`${project.base}:${heads}/t0000-1`], "was accepted before"],
    [
      "an accepted attempt's checkpoint",
      ({ project }) => [`+${project.base}:${beside}/checkpoints/0000-1`],
      "was accepted before",
    ],
    [
      "an accepted attempt's fence",
      ({ project }) => [`${project.base}:${beside}/fences/0000-1`],
      "was accepted before",
    ],
    ["another mark for it", () => [`+${heads}/t0001-1:${beside}/accepted/0000-1`], "was accepted before"],
    ["no mark for it any more", () => [`:${beside}/accepted/0000-1`], "was accepted before"],
    ["a mark without a merge", () => [`${heads}/t0001-1:${beside}/accepted/0001-1`], "all in one push"],
    [
      "a branch of another run",
      ({ project }) => [`${project.base}:refs/heads/tutti/run_x/integration`],
      "only branches",
    ],
    ["a branch of the person's", ({ project }) => [`${project.base}:refs/heads/main`], "only branches"],
    ["a tag", ({ project }) => [`${project.base}:refs/tags/v1`], "only branches"],
    ["a deeper branch", ({ project }) => [`${project.base}:${heads}/t0001-1/x`], "names no attempt"],
    ["a branch that is no attempt's", ({ project }) => [`${project.base}:${heads}/topic`], "names no attempt"],
    ["a deleted branch", () => [`:${heads}/t0002-1`], "are not deleted"],
  ];

  it("TRV6 moves no ref for what is not its run's to push, and says why", { timeout: 60_000 }, async () => {
    const { host, a } = await oneWorking();
    await mergeOn(host, a, { id: "T1", index: 0 });
    await prepareOn(a, "T3", 2);
    await toolOn(a, "T3", 2, { key: "t", files: { "c.txt": "c\n" } });
    await a.workspace.during({ key: "dispose:T3#1" }).dispose(attemptOf("T3"), 2);
    const { root } = await prepareOn(a, "T2", 1);
    await toolOn(a, "T2", 1, { key: "t", files: { "b.txt": "b\n" } });
    git(root, "-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--allow-empty", "--message", "on top");
    const before = refsAt(host);
    for (const [what, refs, why] of refused)
      expect([what, pushAs(a, host, refs(host))]).toEqual([what, expect.stringContaining(why)]);
    expect(refsAt(host)).toEqual(before);
    expect(pushAs(a, host, [`${heads}/t0001-1`])).toBeUndefined();
  });

  it("TRV6 refuses a merge whose mark is not in what it publishes", async () => {
    const { host, a } = await oneWorking();
    const { root } = await prepareOn(a, "T2", 1);
    git(root, "commit", "--quiet", "--allow-empty", "--message", "one");
    const one = git(root, "rev-parse", "HEAD");
    git(root, "commit", "--quiet", "--allow-empty", "--message", "two");
    await host.workspace.fence(attemptOf("T2"), 1);
    const merge = (mark: string) => [
      `${one}:${integration}`,
      `${mark}:${beside}/accepted/0001-1`,
      `:${beside}/fences/0001-1`,
    ];
    expect(pushAs(a, host, merge(`${heads}/t0001-1`))).toContain("does not hold attempt 0001-1");
    expect(pushAs(a, host, merge(one))).toBeUndefined();
  });

  it("TRV6 its rules are written anew whenever the run is opened, and no other hook is looked for", async () => {
    const { host, a } = await oneWorking();
    const trap = makeTrap(makeFolder(), "hook");
    const hooks = join(host.gitDir, "hooks");
    for (const name of ["pre-receive", "update", "post-receive", "reference-transaction"])
      copyFileSync(trap.script, join(hooks, name));
    await reopenHost(host);
    const home = makeFolder();
    mkdirSync(join(home, "hooks"));
    copyFileSync(trap.script, join(home, "hooks/post-receive"));
    writeFileSync(join(home, ".gitconfig"), `[core]\n\thooksPath = ${home}/hooks\n`);
    const env = { HOME: home, GIT_CONFIG_GLOBAL: join(home, ".gitconfig") };
    const { base } = host.project;
    expect(pushAs(a, host, [`${base}:refs/heads/other`], env)).toContain("only branches");
    expect(pushAs(a, host, [`${base}:${beside}/checkpoints/0009-1`], env)).toBeUndefined();
    expect(existsSync(trap.marker)).toBe(false);
  });
});
