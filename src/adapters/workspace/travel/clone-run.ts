// The run's repository on a machine that has only its address: fetched once, made whole in a side folder and renamed
// into place. Runs of one project may share what they fetched, by a repository that nothing is ever removed from.

import { mkdir, readFile, realpath, rename, rm, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { dirname, join } from "node:path";
import type { Project } from "../../../domain/config.ts";
import type { RunId } from "../../../domain/ids.ts";
import { Fault } from "../../../engine/ports.ts";
import type { Git, GitCall } from "../git.ts";
import { listSubmodules } from "../inspect-project.ts";
import { describeRepository, initBare, isFolder, type OwnRepository } from "../own-repository.ts";
import { integrationRef } from "../run-names.ts";
import { excludeRef } from "./travel-refs.ts";
import type { Transport } from "./transport.ts";

export type CloneOptions = {
  readonly project: Pick<Project, "base">;
  readonly run: RunId;
  /** This machine's own folder for the run. */
  readonly dir: string;
  /** A repository that all runs of this project on this machine may share. */
  readonly cache?: string;
};

const inside = (gitDir: string): GitCall => ({ cwd: gitDir, gitDir });

/** 40 digits are SHA-1's. */
const formatOf = (commit: string): string => (commit.length === 40 ? "sha1" : "sha256");

/** Another process may be making it too: the first to rename wins. */
async function openCache(git: Git, cache: string, objectFormat: string): Promise<void> {
  if (await isFolder(cache)) return;
  await mkdir(dirname(cache), { recursive: true, mode: 0o700 });
  const unfinished = `${cache}.${randomUUID()}`;
  await initBare(git, unfinished, objectFormat);
  try {
    await rename(unfinished, cache);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!(await isFolder(cache))) throw error;
  }
}

/** True where its objects are all there: what a shallow repository holds is not whole for another one. */
async function fillCache(
  git: Git,
  transport: Transport,
  { cache, ref }: { cache: string; ref: string },
): Promise<boolean> {
  await transport.fetch(inside(cache), [ref]);
  const shallow = await git.read(["rev-parse", "--is-shallow-repository"], inside(cache));
  return shallow.trim() === "false";
}

/** The branch stands at once, so that the fetch that follows neither brings nor walks what is there already. */
async function borrow(git: Git, { gitDir, cache, ref }: { gitDir: string; cache: string; ref: string }): Promise<void> {
  await mkdir(join(gitDir, "objects", "info"), { recursive: true });
  await writeFile(join(gitDir, "objects", "info", "alternates"), `${join(await realpath(cache), "objects")}\n`);
  const head = (await git.read(["rev-parse", "--verify", ref], inside(cache))).trim();
  await git.read(["update-ref", ref, head], inside(gitDir));
}

/** What the person ignores in their own clone only is no machine's result either. */
async function takeExclude(git: Git, gitDir: string, run: RunId): Promise<void> {
  const found = await git.run(["cat-file", "blob", excludeRef(run)], inside(gitDir));
  await mkdir(join(gitDir, "info"), { recursive: true });
  if (found.code === 0) await writeFile(join(gitDir, "info", "exclude"), found.out);
}

async function make(git: Git, transport: Transport, options: CloneOptions): Promise<void> {
  const { run, dir, cache } = options;
  const ref = integrationRef(run);
  const head = (await transport.list([ref])).get(ref);
  if (head === undefined) {
    throw new Fault("run_not_there", `The repository at ${transport.shown} has no branch of ${run}.`, {
      remedy: "Begin or resume the run on its host; then this machine can take part.",
    });
  }
  const unfinished = join(dir, "repo.git.new");
  await rm(unfinished, { recursive: true, force: true });
  await initBare(git, unfinished, formatOf(head));
  if (cache !== undefined) {
    await openCache(git, cache, formatOf(head));
    if (await fillCache(git, transport, { cache, ref })) await borrow(git, { gitDir: unfinished, cache, ref });
  }
  await transport.fetch(inside(unfinished), [ref, `${excludeRef(run)}*`]);
  await takeExclude(git, unfinished, run);
  await rename(unfinished, join(dir, "repo.git"));
}

/** Opens the run's repository in `dir`, fetching it first where it is not there. Throws Fault `run_not_there`. */
export async function openClone(git: Git, transport: Transport, options: CloneOptions): Promise<OwnRepository> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const dir = await realpath(options.dir);
  const gitDir = join(dir, "repo.git");
  if (!(await isFolder(gitDir))) await make(git, transport, { ...options, dir });
  const submodules = await listSubmodules(git, gitDir, options.project.base);
  return describeRepository(git, { run: options.run, dir, submodules });
}

/** The host's side of the same: as it stands now. */
export async function shareExclude(own: OwnRepository): Promise<string | undefined> {
  const text = await readFile(join(own.gitDir, "info", "exclude"), "utf8").catch(() => "");
  if (text.trim() === "") return undefined;
  const blob = await own.git.read(["hash-object", "-w", "--stdin"], { ...own.bare, input: text });
  await own.git.read(["update-ref", excludeRef(own.run), blob.trim()], own.bare);
  return blob.trim();
}
