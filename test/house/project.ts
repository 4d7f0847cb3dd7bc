// A throw-away project under the house's own tool settings, for rules that must be seen to fire.

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const top = join(import.meta.dirname, "../..");

export type ThrowAway = { readonly root: string; readonly remove: () => void };

/** `files` are sources by path; `settings` are files and folders of this project to take along. */
export function createThrowAway(files: Readonly<Record<string, string>>, settings: readonly string[]): ThrowAway {
  const root = mkdtempSync(join(tmpdir(), "tutti-house-"));
  for (const setting of settings) cpSync(join(top, setting), join(root, setting), { recursive: true });
  symlinkSync(join(top, "node_modules"), join(root, "node_modules"));
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), source);
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Runs a tool of node_modules/.bin; gives its stdout whatever its exit code. */
export function runTool(project: ThrowAway, tool: string, args: readonly string[]): Promise<string> {
  const path = `${join(top, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`;
  return new Promise((resolve) => {
    const options = { cwd: project.root, env: { ...process.env, PATH: path }, maxBuffer: 64 * 1024 * 1024 };
    execFile(tool, [...args], options, (_, stdout) => resolve(stdout));
  });
}
