// Real repositories for workspace tests: made in a temporary folder, snapshotted byte by byte, removed afterwards.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach } from "vitest";
import type { AttemptRef, RunId, TicketId } from "../../../src/domain/ids.ts";
import type { Project } from "../../../src/domain/config.ts";
import type { Ticket } from "../../../src/domain/ticket.ts";
import type { MergeOutcome, PreparedAttempt, VerifyTree, Workspace } from "../../../src/engine/ports.ts";
import { inspectProject } from "../../../src/adapters/workspace/inspect-project.ts";
import { createGitWorkspace } from "../../../src/adapters/workspace/git-workspace.ts";

export const run = "run_0123456789abcdef" as RunId;
export const integration = `refs/heads/tutti/${run}/integration`;

const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true, maxRetries: 5 });
});

export function makeFolder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "tutti-workspace-")));
  made.push(path);
  return path;
}

export type Files = Readonly<Record<string, string | Uint8Array>>;

export function writeFiles(root: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** The git a person has: their identity, hooks on, their repository's configuration honoured. */
export const personEnv = (): NodeJS.ProcessEnv => ({
  PATH: process.env["PATH"],
  HOME: "/nonexistent",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Person",
  GIT_AUTHOR_EMAIL: "person@localhost",
  GIT_COMMITTER_NAME: "Person",
  GIT_COMMITTER_EMAIL: "person@localhost",
  GIT_ALLOW_PROTOCOL: "file",
});

export const git = (cwd: string, ...args: string[]): string =>
  execFileSync("git", args, { cwd, env: personEnv(), stdio: ["ignore", "pipe", "pipe"] })
    .toString("utf8")
    .replace(/\n$/, "");

export const commitAll = (root: string, message: string): string => {
  git(root, "add", "--all");
  git(root, "commit", "--quiet", "--allow-empty", "--message", message);
  return git(root, "rev-parse", "HEAD");
};

export function makeRepository(files: Files = { "README.md": "hello\n", "src/a.txt": "1\n2\n3\n4\n5\n" }): string {
  const root = join(makeFolder(), "project");
  mkdirSync(root);
  git(root, "init", "--quiet", "--initial-branch", "main");
  writeFiles(root, files);
  commitAll(root, "start");
  return root;
}

export type Room = {
  readonly root: string;
  readonly project: Project;
  readonly dir: string;
  readonly workspace: Workspace;
  /** Where what is merged can be seen; the repository in `dir` where absent. */
  readonly gitDir?: string;
  /** Called when a tool call has changed the attempt's worktree. */
  readonly keep?: (ref: AttemptRef, index: number) => Promise<unknown>;
};

/** Ways to open a workspace; the same tests hold for each. */
export type Rooms = {
  open(place: { readonly project: Project; readonly dir: string }): Promise<Room>;
  /** What another process finds after this one is gone. */
  reopen(room: Room): Promise<Room>;
  /** Another process that works on the same run at the same time. */
  beside(room: Room): Promise<Room>;
};

const openHere: Rooms["open"] = async ({ project, dir }) => ({
  root: project.root,
  project,
  dir,
  workspace: await createGitWorkspace({ project, run, dir }),
});

let rooms: Rooms = { open: openHere, reopen: openHere, beside: openHere };

/** For this test file, before its tests are collected. */
export const useRooms = (others: Rooms): void => {
  rooms = others;
};

export async function openRoom(
  root: string = makeRepository(),
  dir: string = join(makeFolder(), "run"),
): Promise<Room> {
  const { branch, base, root: top } = await inspectProject(root, { allowDirty: true });
  return rooms.open({ project: { root: top, branch, base }, dir });
}

export const reopen = (room: Room): Promise<Room> => rooms.reopen(room);
export const besideRoom = (room: Room): Promise<Room> => rooms.beside(room);

export const makeTicket = (id: string, touches: readonly string[] = []): Ticket => ({
  id: id as TicketId,
  title: id,
  description: "",
  dependsOn: [],
  contextFiles: [],
  touches: [...touches],
  verify: [],
  models: [],
  archetype: "worker",
  weight: 1,
  startRung: 0,
});

export const attemptOf = (id: string, attempt = 1): AttemptRef => ({ ticket: id as TicketId, attempt });

export const passes: VerifyTree = async () => ({ kind: "passed", commands: 1 });

export type MergeTweaks = {
  touches?: readonly string[];
  verify?: VerifyTree;
  signal?: AbortSignal;
  attempt?: number;
  message?: string;
};

export const mergeTicket = (room: Room, id: string, index: number, tweaks: MergeTweaks = {}): Promise<MergeOutcome> =>
  room.workspace.merge(attemptOf(id, tweaks.attempt), makeTicket(id, tweaks.touches), {
    index,
    message: tweaks.message ?? `Do ${id}`,
    verify: tweaks.verify ?? passes,
    signal: tweaks.signal ?? new AbortController().signal,
  });

/** Prepares an attempt, lets `work` change its worktree. */
export async function work(
  room: Room,
  id: string,
  index: number,
  change: Files | ((at: PreparedAttempt) => void),
): Promise<PreparedAttempt> {
  const prepared = await room.workspace.prepare(attemptOf(id), index);
  if (typeof change === "function") change(prepared);
  else writeFiles(prepared.root, change);
  await room.keep?.(attemptOf(id), index);
  return prepared;
}

export const ownGit = (room: Room, ...args: string[]): string =>
  git(room.dir, `--git-dir=${room.gitDir ?? join(room.dir, "repo.git")}`, ...args);

export const fileAt = (room: Room, path: string, ref = integration): string => ownGit(room, "show", `${ref}:${path}`);

/** A script that leaves a marker when anything runs it, then does what such a program is expected to do. */
export function makeTrap(folder: string, name: string): { readonly script: string; readonly marker: string } {
  const marker = join(folder, `ran-${name}`);
  const script = join(folder, `trap-${name}`);
  writeFileSync(script, `#!/bin/sh\ntouch '${marker}'\ncat 2>/dev/null\n`);
  chmodSync(script, 0o755);
  return { script, marker };
}

/** Every file below `root` with mode, times of last change and contents, except what `skip` names. */
export function snapshot(root: string, skip: (path: string) => boolean = () => false): ReadonlyMap<string, string> {
  const seen = new Map<string, string>();
  const visit = (folder: string): void => {
    for (const name of readdirSync(folder).toSorted()) {
      const path = join(folder, name);
      const shown = relative(root, path);
      if (skip(shown)) continue;
      const stat = lstatSync(path);
      if (stat.isDirectory()) {
        visit(path);
        continue;
      }
      const bytes = stat.isSymbolicLink() ? readlinkSync(path) : readFileSync(path);
      seen.set(shown, `${stat.mode} ${stat.mtimeMs} ${createHash("sha256").update(bytes).digest("hex")}`);
    }
  };
  visit(root);
  return seen;
}

/** Everything of the person's: checkout, index, stash, config, refs, logs. Objects and refs of ours may be added. */
export const personal = (root: string): ReadonlyMap<string, string> =>
  snapshot(root, (path) => path.startsWith(".git/objects/") || path.startsWith(".git/refs/heads/tutti/"));
