// One run, its host, and machines that have only a folder each and the host's address.

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AttemptRef } from "../../../../src/domain/ids.ts";
import type { MergeOutcome, PreparedAttempt } from "../../../../src/engine/ports.ts";
import type { HostWorkspace, TravellingWorkspace } from "../../../../src/engine/machines/travelling.ts";
import { createHostWorkspace } from "../../../../src/adapters/workspace/travel/host-workspace.ts";
import { parseRemote } from "../../../../src/adapters/workspace/travel/remote-address.ts";
import { createTravellingWorkspace } from "../../../../src/adapters/workspace/travel/travelling-workspace.ts";
import { inspectProject } from "../../../../src/adapters/workspace/inspect-project.ts";
import type { Project } from "../../../../src/domain/config.ts";
import {
  attemptOf,
  git,
  makeFolder,
  makeRepository,
  makeTicket,
  passes,
  personEnv,
  run,
  writeFiles,
  type Files,
  type MergeTweaks,
} from "../support.ts";

export const beside = `refs/tutti/${run}`;
export const heads = `refs/heads/tutti/${run}`;

export type Host = {
  readonly root: string;
  readonly project: Project;
  readonly dir: string;
  readonly gitDir: string;
  readonly workspace: HostWorkspace;
};

export async function openHost(root: string = makeRepository(), remote?: string): Promise<Host> {
  const { branch, base, root: top } = await inspectProject(root, { allowDirty: true });
  const project = { root: top, branch, base };
  const dir = join(makeFolder(), "run");
  return reopenHost({ root: top, project, dir }, remote);
}

export const reopenHost = async (
  { root, project, dir }: Pick<Host, "root" | "project" | "dir">,
  remote?: string,
): Promise<Host> => ({
  root,
  project,
  dir,
  gitDir: join(dir, "repo.git"),
  workspace: await createHostWorkspace({
    project,
    run,
    dir,
    ...(remote === undefined ? {} : { remote: parseRemote(remote) }),
  }),
});

export type Machine = { readonly dir: string; readonly workspace: TravellingWorkspace };

/** `dir`: the same again is the same machine after its process has gone. */
export async function openMachine(
  host: Host,
  tweaks: { dir?: string; remote?: string; cache?: string } = {},
): Promise<Machine> {
  const dir = tweaks.dir ?? join(makeFolder(), "machine");
  const workspace = await createTravellingWorkspace({
    // Its own path: nothing but the base is looked at on a machine.
    project: { ...host.project, root: "/nonexistent" },
    run,
    dir,
    remote: parseRemote(tweaks.remote ?? host.gitDir),
    ...(tweaks.cache === undefined ? {} : { cache: tweaks.cache }),
  });
  return { dir, workspace };
}

export const keyOf = (kind: string, { ticket, attempt }: AttemptRef, rest = ""): string =>
  `${kind}:${ticket}#${attempt}${rest}`;

export const prepareOn = ({ workspace }: Machine, id: string, index: number): Promise<PreparedAttempt> =>
  workspace.during({ key: keyOf("prepare", attemptOf(id)) }).prepare(attemptOf(id), index);

/** One tool call: what it changes, and the checkpoint it leaves under its key. */
export async function toolOn(
  { workspace }: Machine,
  id: string,
  index: number,
  { key, files }: { key: string; files: Files },
): Promise<PreparedAttempt> {
  const found = await workspace.during({ key }).find(attemptOf(id), index);
  if (found === undefined) throw new Error("nothing of the attempt is at the remote");
  writeFiles(found.root, files);
  await workspace.checkpoint(attemptOf(id), index, key);
  return found;
}

/** A merge order: its fence made by the host, taken away by the publication. */
export async function mergeOn(
  host: Host,
  machine: Machine,
  { id, index, fence }: { id: string; index: number; fence?: string },
  tweaks: MergeTweaks = {},
): Promise<MergeOutcome> {
  const ref = attemptOf(id, tweaks.attempt);
  const allowed = fence ?? (await host.workspace.fence(ref, index));
  const workspace = machine.workspace.during({ key: keyOf("merge", ref), fence: allowed });
  return workspace.merge(ref, makeTicket(id, tweaks.touches), {
    index,
    message: tweaks.message ?? `Do ${id}`,
    verify: tweaks.verify ?? passes,
    signal: tweaks.signal ?? new AbortController().signal,
  });
}

export const hostGit = ({ gitDir }: Host, ...args: string[]): string => git("/", `--git-dir=${gitDir}`, ...args);

/** Every ref of the host's repository with the commit it is at. */
export const refsAt = (host: Host): Readonly<Record<string, string>> =>
  Object.fromEntries(
    hostGit(host, "for-each-ref", "--format=%(refname) %(objectname)")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => line.split(" ") as [string, string]),
  );

/** A push that does not come from Tutti. Returns what git said, or undefined where it went through. */
export function pushAs(
  machine: Machine,
  host: Host,
  refs: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string | undefined {
  const gitDir = join(machine.dir, "repo.git");
  try {
    execFileSync("git", [`--git-dir=${gitDir}`, "push", "--quiet", "--atomic", host.gitDir, ...refs], {
      cwd: "/",
      env: { ...personEnv(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return undefined;
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error);
  }
}

/** In ssh's place: notes the host it is asked for and runs the command here. */
export function makeSsh(): { readonly command: string; readonly log: string } {
  const folder = makeFolder();
  const command = join(folder, "ssh");
  const log = join(folder, "log");
  mkdirSync(folder, { recursive: true });
  writeFileSync(log, "");
  writeFileSync(
    command,
    `#!/bin/sh\nwhile [ $# -gt 2 ]; do shift; done\nprintf '%s\\n' "$1" >> '${log}'\nexec sh -c "$2"\n`,
  );
  chmodSync(command, 0o755);
  return { command, log };
}
