// A real repository with a home of its own, tickets and a script to play on it.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export type Project = {
  readonly folder: string;
  readonly repo: string;
  readonly env: Readonly<Record<string, string>>;
  readonly git: (...args: string[]) => string;
  /** Path of a file beside the repository. */
  readonly write: (name: string, value: unknown) => string;
  readonly remove: () => void;
};

const isolated = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Ann",
  GIT_AUTHOR_EMAIL: "ann@example.org",
  GIT_COMMITTER_NAME: "Ann",
  GIT_COMMITTER_EMAIL: "ann@example.org",
  GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z",
  GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
};

const startFiles = { "README.md": "# Start\n", "src/base.txt": "base\n" };

/** One commit on `main`. */
export function makeProject(files: Readonly<Record<string, string>> = startFiles): Project {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tutti-e2e-")));
  const repo = join(folder, "repo");
  const git = (...args: string[]): string =>
    execFileSync("git", args, {
      cwd: repo,
      encoding: "utf8",
      env: { ...process.env, ...isolated },
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  const put = (path: string, text: string): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  };
  for (const [name, text] of Object.entries(files)) put(join(repo, name), text);
  mkdirSync(repo, { recursive: true });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message", "start");
  return {
    folder,
    repo,
    env: { TUTTI_HOME: join(folder, "home"), GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", CI: "1" },
    git,
    write: (name, value) => put(join(folder, name), typeof value === "string" ? value : JSON.stringify(value)),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

type Call = { readonly tool: string; readonly args: unknown };
type Turn = {
  readonly text?: string;
  readonly calls?: readonly Call[];
  readonly delayMs?: number;
  readonly faults?: readonly unknown[];
};

export const write = (path: string, content: string): Call => ({ tool: "write", args: { path, content } });
export const run = (command: string): Call => ({ tool: "run", args: { command } });
export const finish = (summary = "done"): Call => ({ tool: "finish", args: { outcome: "completed", summary } });
export const turn = (...calls: Call[]): Turn => ({ text: "on it", calls });

/** Every attempt of a ticket plays the same turns. */
export const scenarioOf = (tickets: Readonly<Record<string, readonly Turn[]>>): unknown => ({
  tickets: Object.fromEntries(Object.entries(tickets).map(([id, turns]) => [id, [{ turns }]])),
});

export const ticket = (id: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  id,
  title: `Ticket ${id}`,
  description: `Do ${id}.`,
  ...more,
});

/** A file of its own per ticket, A first, then B and C beside each other, then D. */
export const diamond = {
  tickets: [
    ticket("A"),
    ticket("B", { dependsOn: ["A"] }),
    ticket("C", { dependsOn: ["A"] }),
    ticket("D", { dependsOn: ["B", "C"] }),
  ],
  scenario: scenarioOf(
    Object.fromEntries(
      ["A", "B", "C", "D"].map((id) => [
        id,
        [turn(write(`out/${id}.txt`, `made by ${id}\n`)), turn(finish(`${id} is made`))],
      ]),
    ),
  ),
};
