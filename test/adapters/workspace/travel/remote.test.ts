// Where the run's repository lies and how it is reached: addresses, ssh, the person's own remote, and nobody there.

import { readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { createHostWorkspace } from "../../../../src/adapters/workspace/travel/host-workspace.ts";
import { afterEach, describe, expect, it } from "vitest";
import {
  parseRemote,
  remoteFor,
  withoutCredentials,
} from "../../../../src/adapters/workspace/travel/remote-address.ts";
import {
  attemptOf,
  commitAll,
  git,
  integration,
  makeFolder,
  makeRepository,
  makeTicket,
  makeTrap,
  run,
  writeFiles,
} from "../support.ts";
import {
  beside,
  makeSsh,
  mergeOn,
  openHost,
  openMachine,
  prepareOn,
  reopenHost,
  toolOn,
  type Host,
} from "./support.ts";

const T = attemptOf("T1");

afterEach(() => {
  delete process.env["GIT_SSH_COMMAND"];
});

describe("TRV9 addresses", () => {
  it.each([
    ["/srv/runs/repo.git", "file"],
    ["/srv/-odd/re po.git", "file"],
    ["ssh://me@build-1.example:2222/srv/repo.git", "ssh"],
    ["ssh://[::1]/srv/repo.git", "ssh"],
    ["https://git.example/team/repo.git", "https"],
  ])("TRV9 %s is taken", (text, protocol) => expect(parseRemote(text)).toEqual({ address: text, protocol }));

  it.each([
    "-oProxyCommand=x",
    "--upload-pack=x",
    "ext::sh -c 'touch x'",
    "relative/path",
    "host:path",
    "me@host:path",
    "file:///srv/repo.git",
    "http://git.example/repo.git",
    "git://git.example/repo.git",
    "ssh://-oProxyCommand=x/repo",
    "ssh://%2doProxyCommand=x/repo",
    "ssh://-l@host/repo",
    "ssh://host",
    "https://user:canary@git.example/repo",
    "https://canary@git.example/repo",
    "ssh://user:canary@host/repo",
    "https://git.example/repo?token=canary",
    "/srv/re\npo",
    "",
  ])("TRV9 %j is refused with what to give instead, and without a credential", (text) => {
    const refused = (): unknown => {
      try {
        return parseRemote(text);
      } catch (error) {
        return error;
      }
    };
    expect(refused()).toMatchObject({ code: "bad_remote", remedy: expect.stringMatching(/path|credential/) });
    expect(String(refused())).not.toContain("canary");
  });

  it("TRV9 credentials are cut out of what git says", () => {
    const said = "fatal: unable to access 'https://x:ghp_1@git.example/r?token=abc&x=1': ssh://me:pw@h/p ssh://me@h/p";
    expect(withoutCredentials(said)).toBe(
      "fatal: unable to access 'https://git.example/r?token=...&x=1': ssh://me@h/p ssh://me@h/p",
    );
  });

  it("TRV9 the same machine goes by path where the path is there, everyone else by ssh or the way the person set", async () => {
    const path = makeFolder();
    const at = { host: "tower", path };
    expect(await remoteFor(at, { here: "tower" })).toEqual({ address: path, protocol: "file" });
    expect(await remoteFor(at, { here: "lab" })).toEqual({ address: `ssh://tower${path}`, protocol: "ssh" });
    expect(await remoteFor({ ...at, path: "/no where" }, { here: "tower" })).toMatchObject({
      address: "ssh://tower/no%20where",
    });
    expect(await remoteFor(at, { here: "tower", via: "ssh://me@{host}:2222{path}" })).toMatchObject({
      address: `ssh://me@tower:2222${path}`,
    });
    expect(await remoteFor(at, { here: "lab", via: "/mnt/tower{path}" })).toMatchObject({
      address: `/mnt/tower${path}`,
    });
    await expect(remoteFor({ host: "-oX", path }, { here: "lab" })).rejects.toMatchObject({ code: "bad_remote" });
    await expect(remoteFor(at, { here: "lab", via: "ext::{path}" })).rejects.toMatchObject({ code: "bad_remote" });
  });
});

describe("TRV10 a remote that cannot be reached", () => {
  it("TRV10 is told in git's words with a remedy", async () => {
    const host = await openHost();
    await expect(openMachine(host, { remote: join(makeFolder(), "none.git") })).rejects.toMatchObject({
      code: "remote_unreachable",
      message: expect.stringContaining("does not appear to be a git repository"),
      remedy: expect.stringContaining("via"),
    });
    const a = await openMachine(host);
    const { root } = await prepareOn(a, "T1", 0);
    writeFiles(root, { "a.txt": "a\n" });
    execFileSync("mv", [host.gitDir, `${host.gitDir}.away`]);
    await expect(a.workspace.checkpoint(T, 0, "tool:1")).rejects.toMatchObject({ code: "remote_unreachable" });
    execFileSync("mv", [`${host.gitDir}.away`, host.gitDir]);
    await a.workspace.checkpoint(T, 0, "tool:1");
    expect((await host.workspace.diff(T, 0)).files).toEqual(["a.txt"]);
  });

  it("TRV10 a repository that does not know the run is told as such", async () => {
    const host = await openHost();
    await expect(openMachine(host, { remote: join(makeRepository(), ".git") })).rejects.toMatchObject({
      code: "run_not_there",
    });
  });

  it("TRV10 a push whose answer was lost is found to have been done", async () => {
    const host = await openHost();
    const a = await openMachine(host);
    const { root } = await prepareOn(a, "T1", 0);
    writeFiles(root, { "a.txt": "a\n" });
    const hook = join(host.gitDir, "hooks/post-receive");
    // It ends the program that would answer, once the refs have moved.
    writeFileSync(hook, "#!/bin/sh\nkill -9 $PPID\n", { mode: 0o755 });
    await expect(a.workspace.checkpoint(T, 0, "tool:1")).rejects.toMatchObject({ code: "remote_unreachable" });
    rmSync(hook);
    writeFiles(root, { "b.txt": "b\n" });
    await a.workspace.checkpoint(T, 0, "tool:2");
    expect((await host.workspace.diff(T, 0)).files).toEqual(["a.txt", "b.txt"]);
  });
});

describe("TRV11 over ssh", () => {
  it("TRV11 a whole attempt goes by ssh, with no question asked and no configuration of the repository's", async () => {
    const host = await openHost();
    const { command, log } = makeSsh();
    process.env["GIT_SSH_COMMAND"] = command;
    const a = await openMachine(host, { remote: `ssh://tower${host.gitDir}` });
    await prepareOn(a, "T1", 0);
    await toolOn(a, "T1", 0, { key: "tool:1", files: { "a.txt": "a\n" } });
    const b = await openMachine(host, { remote: `ssh://me@tower${host.gitDir}` });
    await b.workspace.restore(T, 0, "merge");
    expect(await mergeOn(host, b, { id: "T1", index: 0 })).toMatchObject({ kind: "published" });
    expect(await b.workspace.during({ key: "dispose" }).dispose(T, 0)).toEqual({});
    expect(new Set(readFileSync(log, "utf8").trim().split("\n"))).toEqual(new Set(["tower", "me@tower"]));
  });

  it("TRV11 what ssh says of a host that does not let us in is told", async () => {
    const host = await openHost();
    const folder = makeFolder();
    writeFileSync(join(folder, "ssh"), "#!/bin/sh\necho 'me@tower: Permission denied (publickey).' >&2\nexit 255\n", {
      mode: 0o755,
    });
    process.env["GIT_SSH_COMMAND"] = join(folder, "ssh");
    await expect(openMachine(host, { remote: `ssh://me@tower${host.gitDir}` })).rejects.toMatchObject({
      code: "remote_unreachable",
      message: expect.stringContaining("Permission denied"),
      remedy: expect.stringContaining("ssh"),
    });
  });
});

describe("TRV12 the first fetch", () => {
  it("TRV12 runs of a project share what was fetched; a machine without it fetches all", async () => {
    const host = await openHost();
    const cache = join(makeFolder(), "clones/project");
    const [a, b] = await Promise.all([openMachine(host, { cache }), openMachine(host, { cache })]);
    for (const { dir } of [a, b]) expect(packsIn(join(dir, "repo.git"))).toEqual([]);
    expect(git("/", `--git-dir=${b.dir}/repo.git`, "fsck", "--full", "--no-dangling")).toBe("");
    await prepareOn(a, "T1", 0);
    await toolOn(a, "T1", 0, { key: "tool:1", files: { "a.txt": "a\n" } });
    await b.workspace.restore(T, 0, "merge");
    expect(await mergeOn(host, b, { id: "T1", index: 0 })).toMatchObject({ kind: "published" });
    const late = await openMachine(host, { cache });
    expect(await late.workspace.during({ key: "" }).head()).toBe(await host.workspace.head());
  });

  it("TRV12 of a shallow repository works, and shares nothing", async () => {
    const full = makeRepository();
    for (const n of [1, 2, 3]) {
      writeFiles(full, { "n.txt": `${n}\n` });
      commitAll(full, `${n}`);
    }
    const root = join(makeFolder(), "shallow");
    git("/", "clone", "--quiet", "--depth=1", `file://${full}`, root);
    const host = await openHost(root);
    for (const cache of [undefined, join(makeFolder(), "cache")]) {
      const machine = await openMachine(host, cache === undefined ? {} : { cache });
      const id = cache === undefined ? "T1" : "T2";
      const index = cache === undefined ? 0 : 1;
      await prepareOn(machine, id, index);
      await toolOn(machine, id, index, { key: "t", files: { [`${id}.txt`]: "x\n" } });
      expect(await mergeOn(host, machine, { id, index })).toMatchObject({ kind: "published" });
    }
  });
});

const packsIn = (gitDir: string): readonly string[] => readdirSync(join(gitDir, "objects/pack"));

describe("TRV13 the person's own remote", () => {
  const bareRemote = (): string => {
    const remote = join(makeFolder(), "own.git");
    git("/", "init", "--quiet", "--bare", remote);
    return remote;
  };
  const at = (remote: string, ...args: string[]): string => git("/", `--git-dir=${remote}`, ...args);

  async function openThere(): Promise<{ host: Host; remote: string }> {
    const remote = bareRemote();
    return { host: await openHost(makeRepository(), remote), remote };
  }

  it("TRV13 the run is pushed there at its beginning; machines work by it and the host follows", async () => {
    const { host, remote } = await openThere();
    expect(at(remote, "rev-parse", integration)).toBe(host.project.base);
    const [a, b] = [await openMachine(host, { remote }), await openMachine(host, { remote })];
    await prepareOn(a, "T1", 0);
    await toolOn(a, "T1", 0, { key: "tool:1", files: { "a.txt": "a\n" } });
    expect(await host.workspace.find(T, 0)).toMatchObject({ base: host.project.base });
    expect((await host.workspace.diff(T, 0)).files).toEqual(["a.txt"]);
    await b.workspace.restore(T, 0, "merge");
    const merged = await mergeOn(host, b, { id: "T1", index: 0 });
    expect(merged).toMatchObject({ kind: "published" });
    expect(await host.workspace.findMerged(T, 0)).toEqual(merged);
    await host.workspace.publish();
    expect(git(host.root, "show", `${integration}:a.txt`)).toBe("a");
    const again = await reopenHost(host, remote);
    expect(await again.workspace.head()).toBe(at(remote, "rev-parse", integration));
  });

  it("TRV13 leases alone keep zombies out: no checkpoint, no merge without its fence, none twice", async () => {
    const { host, remote } = await openThere();
    const [a, b] = [await openMachine(host, { remote }), await openMachine(host, { remote })];
    await prepareOn(a, "T1", 0);
    const { root } = await toolOn(a, "T1", 0, { key: "tool:1", files: { "a.txt": "a\n" } });
    const old = await host.workspace.fence(T, 0);
    await b.workspace.restore(T, 0, "merge");
    writeFiles(root, { "late.txt": "x\n" });
    await expect(a.workspace.checkpoint(T, 0, "tool:2")).rejects.toMatchObject({ code: "place_lost" });
    await host.workspace.unfence(T, 0);
    expect(await mergeOn(host, a, { id: "T1", index: 0, fence: old })).toEqual({ kind: "cancelled" });
    const merged = await mergeOn(host, b, { id: "T1", index: 0 });
    expect(await mergeOn(host, a, { id: "T1", index: 0 })).toEqual(merged);
    expect(at(remote, "rev-list", "--count", `${host.project.base}..${integration}`)).toBe("1");
  });

  it("TRV13 what the host merges itself is published there too", async () => {
    const { host, remote } = await openThere();
    const { root } = await host.workspace.prepare(T, 0);
    writeFiles(root, { "here.txt": "h\n" });
    const signal = new AbortController().signal;
    const options = {
      index: 0,
      message: "Here",
      verify: async () => ({ kind: "passed", commands: 1 }) as const,
      signal,
    };
    expect(await host.workspace.merge(T, makeTicket("T1"), options)).toMatchObject({ kind: "published" });
    expect(at(remote, "show", `${integration}:here.txt`)).toBe("h");
    expect(await host.workspace.dispose(T, 0)).toEqual({});
    expect(at(remote, "for-each-ref", "--format=%(refname)", beside).split("\n")).not.toContain(
      `${beside}/fences/0000-1`,
    );
  });

  it("TRV13 a branch there that is not this run's is told and left alone", async () => {
    const { host, remote } = await openThere();
    const stranger = makeRepository({ "x.txt": "x\n" });
    git(stranger, "push", "--quiet", "--force", remote, `HEAD:${integration}`);
    const there = at(remote, "rev-parse", integration);
    await expect(reopenHost(host, remote)).rejects.toMatchObject({ code: "integration_moved" });
    expect(at(remote, "rev-parse", integration)).toBe(there);
    expect(git("/", `--git-dir=${host.gitDir}`, "rev-parse", integration)).toBe(host.project.base);
  });
});

describe("TRV16 a conductor on another machine", () => {
  it("TRV16 makes fences, looks at attempts, merges and disposes by the repository of the run's host", async () => {
    const host = await openHost();
    const a = await openMachine(host);
    await prepareOn(a, "T1", 0);
    await toolOn(a, "T1", 0, { key: "tool:1", files: { "a.txt": "a\n" } });
    const dir = join(makeFolder(), "elsewhere");
    await openMachine(host, { dir });
    // Folders of its own that it links: the host need not hear of them.
    writeFileSync(join(dir, "repo.git/info/exclude"), "/own-folder\n");
    const project = { ...host.project, root: "/nonexistent" };
    const workspace = await createHostWorkspace({ project, run, dir, remote: parseRemote(host.gitDir) });
    const elsewhere: Host = { ...host, dir, workspace };
    expect((await workspace.diff(T, 0)).files).toEqual(["a.txt"]);
    expect(await mergeOn(elsewhere, a, { id: "T1", index: 0 })).toMatchObject({ kind: "published" });
    await workspace.unfence(T, 0);
    expect(await workspace.findMerged(T, 0)).toMatchObject({ kind: "published" });
    expect(await workspace.dispose(T, 0)).toEqual({});
    const second = attemptOf("T2");
    await prepareOn(a, "T2", 1);
    await toolOn(a, "T2", 1, { key: "tool:1", files: { "b.txt": "b\n" } });
    expect(await workspace.restore(second, 1, "tool:2")).toMatchObject({ root: join(dir, "worktrees/0001-1") });
    const options = { index: 1, message: "x", verify: async () => ({ kind: "passed", commands: 1 }) as const };
    const merged = await workspace.merge(second, makeTicket("T2"), {
      ...options,
      signal: new AbortController().signal,
    });
    expect(merged).toMatchObject({ kind: "published" });
    expect(git("/", `--git-dir=${host.gitDir}`, "show", `${integration}:b.txt`)).toBe("b");
    expect(await host.workspace.findMerged(second, 1)).toEqual(merged);
  });
});

describe("TRV14 nothing of a repository or worker runs", () => {
  it("TRV14 no hook, filter, alias or helper, on no side", async () => {
    const folder = makeFolder();
    const root = makeRepository({ ".gitattributes": "*.txt filter=evil diff=evil merge=evil\n", "a.txt": "1\n" });
    const traps = ["core.fsmonitor", "core.sshCommand", "filter.evil.clean", "filter.evil.smudge", "credential.helper"];
    for (const key of [...traps, "uploadpack.packObjectsHook", "core.alternateRefsCommand"]) {
      git(root, "config", key, makeTrap(folder, key).script);
    }
    const host = await openHost(root);
    const a = await openMachine(host);
    const prepared = await prepareOn(a, "T1", 0);
    rmSync(join(prepared.root, ".git"));
    writeFiles(prepared.root, { ".git/config": `[core]\n\tfsmonitor = ${makeTrap(folder, "inner").script}\n` });
    symlinkSync(makeTrap(folder, "linked").script, join(prepared.root, "hook"));
    writeFiles(prepared.root, { "a.txt": "2\n" });
    await a.workspace.checkpoint(T, 0, "tool:1");
    const b = await openMachine(host);
    await b.workspace.restore(T, 0, "merge");
    await host.workspace.find(T, 0);
    expect(await mergeOn(host, b, { id: "T1", index: 0 })).toMatchObject({ kind: "published" });
    await b.workspace.during({ key: "dispose" }).dispose(T, 0);
    await host.workspace.publish();
    expect(readdirSync(folder).filter((name) => name.startsWith("ran-"))).toEqual([]);
  });
});
