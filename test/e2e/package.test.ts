// The package as a stranger gets it: packed, installed into an empty folder, and used from there.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { diamond, makeProject, type Project } from "./support/project.ts";

const top = join(import.meta.dirname, "..", "..");

/** The sources alone: packing builds dist/ anew, and other suites run what lies in the repository's own. */
function copySources(to: string): string {
  const unwanted = new Set([".git", "dist", "node_modules"].map((name) => join(top, name)));
  cpSync(top, to, { recursive: true, filter: (path) => !unwanted.has(path) });
  symlinkSync(join(top, "node_modules"), join(to, "node_modules"));
  return to;
}

let folder: string;
let project: Project;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "tutti-package-")));
  project = makeProject();
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  project.remove();
});

it("HOUSE7 CLI19 packed and installed, the command shows its help, conducts a run and carries its examples", () => {
  const call = (file: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): string =>
    execFileSync(file, args, {
      cwd,
      encoding: "utf8",
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
  const [packed] = JSON.parse(
    call("npm", ["pack", "--json", "--pack-destination", folder], copySources(join(folder, "sources"))),
  ) as [{ filename: string; files: { path: string }[] }];
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining([
      "dist/main.js",
      "dist/page/index.html",
      "examples/demo/tickets.json",
      "examples/sample/package.json",
      "prompts/worker.md",
      "schemas/tickets.schema.json",
    ]),
  );
  expect(paths.filter((path) => /^(?:src|test|bench|node_modules)\//.test(path))).toEqual([]);
  const home = join(folder, "home");
  mkdirSync(home);
  call("npm", ["init", "--yes"], home);
  call(
    "npm",
    ["install", "--no-audit", "--no-fund", "--prefer-offline", "--omit=dev", join(folder, packed.filename)],
    home,
  );
  const tutti = join(home, "node_modules", ".bin", "tutti");
  // The installed command's `#!/usr/bin/env node` is to find the Node this suite runs on.
  const env = { ...project.env, PATH: `${join(process.execPath, "..")}:${process.env["PATH"] ?? ""}` };
  expect(call(tutti, ["--help"], home, env)).toContain("Usage: tutti");
  expect(call(tutti, ["--version"], home, env).trim()).toMatch(/^\d+\.\d+\.\d+/);
  // Grammars, and the thread that loads them, lie where the installed program looks for them.
  const source = join(project.repo, "add.ts");
  writeFileSync(source, "export function add(a: number): number {\n  return a;\n}\n");
  expect(call(tutti, ["view", "add.ts"], project.repo, env)).toBe("export function add(a: number): number\n");
  rmSync(source);
  const args = [
    "run",
    project.write("tickets.json", diamond.tickets),
    "--scenario",
    project.write("scenario.json", diamond.scenario),
    "--model",
    "scripted/one",
    "--trust",
    "auto",
    "--no-sandbox",
    "--json",
  ];
  const last = call(tutti, args, project.repo, env).trim().split("\n").at(-1) ?? "";
  expect(JSON.parse(last)).toMatchObject({ tickets: { completed: 4 }, verify: "passed" });
});
