// What a person is told about a repository Tutti cannot start in: one line, what to do, and nothing changed.

import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Fault } from "../../../src/engine/ports.ts";
import { inspectProject, type InspectOptions } from "../../../src/adapters/workspace/inspect-project.ts";
import { projectKey } from "../../../src/adapters/workspace/run-names.ts";
import { commitAll, git, makeFolder, makeRepository, personal, writeFiles } from "./support.ts";

const faultOf = async (path: string, options: InspectOptions = {}): Promise<Fault> => {
  const error = await inspectProject(path, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof Fault) return error;
  throw new Error(`expected a fault, got ${String(error)}`);
};

type Bad = readonly [name: string, code: string, make: () => string, options: InspectOptions];

const initialised = (...args: string[]): string => {
  const root = makeFolder();
  git(root, "init", "--quiet", ...args);
  return root;
};

const changed =
  (change: (root: string) => void): (() => string) =>
  () => {
    const root = makeRepository();
    change(root);
    return root;
  };

const conflicting = (root: string): void => {
  git(root, "switch", "--quiet", "--create", "side");
  writeFiles(root, { "README.md": "side\n" });
  commitAll(root, "side");
  git(root, "switch", "--quiet", "main");
  writeFiles(root, { "README.md": "main\n" });
  commitAll(root, "main");
  expect(() => git(root, "merge", "--quiet", "side")).toThrow();
};

const bad: readonly Bad[] = [
  ["a folder that does not exist", "not_a_repository", () => join(makeFolder(), "nowhere"), {}],
  ["a folder that is no repository", "not_a_repository", makeFolder, {}],
  [
    "a .git file that points nowhere",
    "not_a_repository",
    () => {
      const root = makeFolder();
      writeFileSync(join(root, ".git"), "gitdir: /nonexistent\n");
      return root;
    },
    {},
  ],
  ["a bare repository", "bare_repository", () => initialised("--bare"), {}],
  ["the inside of a .git folder", "bare_repository", () => join(makeRepository(), ".git"), {}],
  ["no commits", "no_commits", () => initialised(), {}],
  ["a detached HEAD", "detached_head", changed((root) => git(root, "switch", "--quiet", "--detach")), {}],
  ["an unknown base", "unknown_base", makeRepository, { base: "nope" }],
  ["an empty base", "unknown_base", makeRepository, { base: "" }],
  ["a base that looks like an option", "unknown_base", makeRepository, { base: "--upload-pack=touch x" }],
  ["an unstaged change", "dirty_checkout", changed((root) => writeFiles(root, { "README.md": "x" })), {}],
  [
    "a staged change",
    "dirty_checkout",
    changed((root) => {
      writeFiles(root, { "n.txt": "x" });
      git(root, "add", "n.txt");
    }),
    {},
  ],
  ["a merge under way", "unfinished_operation", changed(conflicting), {}],
  [
    "a rebase under way",
    "unfinished_operation",
    changed((root) => {
      conflicting(root);
      git(root, "merge", "--abort");
      expect(() => git(root, "rebase", "side")).toThrow();
    }),
    {},
  ],
  ["a broken configuration", "git_failed", changed((root) => writeFileSync(join(root, ".git/config"), "[core\n")), {}],
];

describe("what bad input gets", () => {
  it.each(bad)("WS11 %s is told as %s, with a remedy, and nothing is written", async (_, code, make, options) => {
    const path = make();
    const error = await faultOf(path, options);
    expect(error.code).toBe(code);
    expect(error.message).not.toContain("\n");
    expect(error.remedy).not.toBe("");
  });

  it("G-10 git missing and git too old are told", async () => {
    const root = makeRepository();
    const folder = makeFolder();
    const path = process.env["PATH"] ?? "";
    try {
      process.env["PATH"] = folder;
      expect((await faultOf(root)).code).toBe("git_missing");
      writeFileSync(join(folder, "git"), "#!/bin/sh\necho git version 2.30.1\n");
      chmodSync(join(folder, "git"), 0o755);
      process.env["PATH"] = `${folder}:${path}`;
      expect(await faultOf(root)).toMatchObject({
        code: "git_too_old",
        message: expect.stringContaining("2.38") as string,
      });
      // A relative entry could make a file of the repository the program that is run.
      process.env["PATH"] = `.:${path}`;
      await inspectProject(root);
    } finally {
      process.env["PATH"] = path;
    }
  });

  it.runIf(process.getuid?.() === 0)(
    "G-10 a repository of another user is told, with the command that trusts it",
    async () => {
      const root = makeRepository();
      chownSync(root, 12345, 12345);
      const error = await faultOf(root);
      expect(error.code).toBe("foreign_owner");
      expect(error.remedy).toContain(`git config --global --add safe.directory ${root}`);
      const home = makeFolder();
      const before = process.env["HOME"];
      try {
        process.env["HOME"] = home;
        git(root, "config", "--file", join(home, ".gitconfig"), "safe.directory", root);
        expect(await inspectProject(root)).toMatchObject({ root });
      } finally {
        process.env["HOME"] = before;
      }
    },
  );

  it("a partial clone that lacks files of the base is told", async () => {
    const origin = makeRepository();
    git(origin, "config", "uploadpack.allowFilter", "true");
    const root = join(makeFolder(), "partial");
    git(origin, "clone", "--quiet", "--no-checkout", "--filter=blob:none", `file://${origin}`, root);
    const error = await faultOf(root, { allowDirty: true });
    expect(error).toMatchObject({
      code: "incomplete_repository",
      remedy: expect.stringContaining("--refetch") as string,
    });
  });
});

describe("a repository that will do", () => {
  it("the run starts from the checked-out branch; untracked files do not matter", async () => {
    const root = makeRepository();
    mkdirSync(join(root, "deep"));
    writeFiles(root, { "untracked.txt": "x" });
    const before = personal(root);
    const expected = { root, branch: "main", base: git(root, "rev-parse", "HEAD"), dirty: false, submodules: [] };
    expect(await inspectProject(join(root, "deep"))).toEqual(expected);
    expect(personal(root)).toEqual(before);
  });

  it("a file that was touched but not changed is not a change, and the index is not rewritten for it", async () => {
    const root = makeRepository();
    writeFiles(root, { "README.md": "hello\n" });
    const before = personal(root);
    expect(await inspectProject(root)).toMatchObject({ dirty: false });
    expect(personal(root)).toEqual(before);
  });

  it("a base may be a branch, a tag or a commit, from a detached HEAD too", async () => {
    const root = makeRepository();
    const first = git(root, "rev-parse", "HEAD");
    git(root, "tag", "--annotate", "v1", "--message", "one");
    commitAll(root, "second");
    git(root, "branch", "feature/x");
    git(root, "switch", "--quiet", "--detach");
    expect(await inspectProject(root, { base: "feature/x" })).toMatchObject({ branch: "feature/x" });
    expect(await inspectProject(root, { base: "v1" })).toMatchObject({ branch: null, base: first });
    expect(await inspectProject(root, { base: first.slice(0, 10) })).toMatchObject({ branch: null, base: first });
    expect(await inspectProject(root, { base: "HEAD~1" })).toMatchObject({ branch: null, base: first });
  });

  it("changes and an unfinished merge are passed over when asked", async () => {
    const root = makeRepository();
    conflicting(root);
    expect(await inspectProject(root, { allowDirty: true })).toMatchObject({ dirty: true, branch: "main" });
  });

  it("submodules are noted and not looked into", async () => {
    const inner = makeRepository();
    const root = makeRepository();
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "lib/sub");
    git(root, "commit", "--quiet", "--message", "sub");
    writeFiles(root, { "lib/sub/README.md": "changed" });
    expect(await inspectProject(root)).toMatchObject({ submodules: ["lib/sub"], dirty: false });
  });
});

describe("projectKey", () => {
  it("is readable, safe as a folder name, stable, and different for different paths", () => {
    expect(projectKey("/home/me/My Project!")).toMatch(/^my-project-[0-9a-f]{10}$/);
    expect(projectKey("/home/me/My Project!")).toBe(projectKey("/home/me/My Project!"));
    expect(projectKey("/a/x")).not.toBe(projectKey("/b/x"));
    expect(projectKey("/")).toMatch(/^project-[0-9a-f]{10}$/);
    expect(projectKey(`/${"é".repeat(300)}`).length).toBeLessThan(60);
  });
});
