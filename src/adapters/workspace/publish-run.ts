// Brings the run's result into the person's repository: its objects and one ref of our own, nothing else. The ref is
// swapped against the value last seen, so that a person's own move of it is told and not overwritten.

import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Fault } from "../../engine/ports.ts";
import type { Project } from "../../domain/config.ts";
import { gitFault, type Git, type GitCall, type GitResult } from "./git.ts";
import { createTurns } from "./in-turn.ts";
import { locateRepository } from "./locate-repository.ts";
import type { OwnRepository } from "./own-repository.ts";
import { integrationRef, shortBranch } from "./run-names.ts";

export type Publisher = { publish(): Promise<void> };

const theirs = (commonDir: string): GitCall => ({ cwd: commonDir, gitDir: commonDir });

/** What a ref or commit id of theirs resolves to, or null where it is not there (whole or in parts). */
async function readTheirs(git: Git, commonDir: string, name: string): Promise<string | null> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const found = await git.run(args, theirs(commonDir));
  return found.code === 0 ? found.out.trim() : null;
}

const keepNote = (own: OwnRepository): string => `tutti ${own.run}`;

/** Where renaming is atomic the file appears whole; a hard link is, a copy needs a name nobody looks at first. */
async function placeFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return;
    if (code !== "EXDEV" && code !== "EPERM" && code !== "ENOTSUP") throw error;
    await copyFile(from, `${to}.tutti`);
    await rename(`${to}.tutti`, to);
  }
}

/**
 * A pack is made in the run's own folder and then placed whole in theirs: mark, pack, index, since git takes a pack for
 * present once its index is. Sending it through a pipe would be one process more, and a `git gc --prune=now` of theirs
 * deletes such a pipe's temporary files. The mark keeps the pack from it until the ref points there.
 */
async function sendObjects(own: OwnRepository, commonDir: string, head: string, have: string | null): Promise<void> {
  const outbox = join(own.dir, "outbox");
  await mkdir(outbox, { recursive: true });
  const args = ["pack-objects", "--revs", "--quiet", "--delta-base-offset", join(outbox, "pack")];
  const input = have === null ? `${head}\n` : `${head}\n^${have}\n`;
  const name = `pack-${(await own.git.read(args, { ...own.bare, input })).trim()}`;
  const folder = join(commonDir, "objects", "pack");
  await mkdir(folder, { recursive: true });
  // Placed whole like the rest: a mark that a killed process left empty would be nobody's, and stay for ever.
  await writeFile(join(outbox, `${name}.keep`), `${keepNote(own)}\n`);
  for (const part of ["keep", "pack", "idx"])
    await placeFile(join(outbox, `${name}.${part}`), join(folder, `${name}.${part}`));
  await using handle = await open(folder);
  await handle.sync();
  await rm(outbox, { recursive: true, force: true });
}

/** Takes the marks off again, those of a publish that was cut short included. */
async function releasePacks(own: OwnRepository, commonDir: string): Promise<void> {
  const folder = join(commonDir, "objects", "pack");
  const marks = (await readdir(folder)).filter((name) => name.endsWith(".keep")).map((name) => join(folder, name));
  for (const mark of marks) {
    const note = await readFile(mark, "utf8").catch(() => "");
    if (note.trim() === keepNote(own)) await rm(mark, { force: true });
  }
}

/** A branch that is checked out must not move under its checkout: the files would seem to be changed back. */
async function refuseCheckedOut(commonDir: string, ref: string): Promise<void> {
  const linked = await readdir(join(commonDir, "worktrees")).catch(() => []);
  const heads = [commonDir, ...linked.map((name) => join(commonDir, "worktrees", name))];
  for (const folder of heads) {
    const head = await readFile(join(folder, "HEAD"), "utf8").catch(() => "");
    if (head.trim() !== `ref: ${ref}`) continue;
    throw new Fault(
      "integration_checked_out",
      `The run's branch ${shortBranch(ref)} is checked out in your repository.`,
      {
        remedy: "Switch to another branch there (git switch -), then resume the run.",
      },
    );
  }
}

/** The commit their ref is at if it is one of ours, null if there is no such ref. Throws Fault `integration_moved`. */
async function readExpected(own: OwnRepository, commonDir: string, head: string): Promise<string | null> {
  const ref = integrationRef(own.run);
  const at = await readTheirs(own.git, commonDir, ref);
  if (at === null) return null;
  const ours = await own.git.run(["merge-base", "--is-ancestor", at, head], own.bare);
  if (ours.code === 0) return at;
  throw new Fault("integration_moved", `${shortBranch(ref)} was moved in your repository to ${at.slice(0, 12)}.`, {
    remedy: `Rename your branch (git branch -m ${shortBranch(ref)} my-work), then resume the run.`,
  });
}

/** Waits for a lock someone else holds; it is theirs, so it is never removed. */
async function updateRef(git: Git, commonDir: string, args: readonly string[]): Promise<GitResult> {
  const locked = /Unable to create '.*\.lock': File exists/;
  let result = await git.run(args, theirs(commonDir));
  for (let tries = 0; tries < 40 && result.code !== 0 && locked.test(result.err); tries += 1) {
    await pause(100);
    result = await git.run(args, theirs(commonDir));
  }
  if (result.code !== 0 && locked.test(result.err)) {
    const [, lock] = /Unable to create '(.*)'/.exec(result.err) ?? [];
    throw new Fault("repository_locked", `Another program holds ${lock ?? "a lock in your repository"}.`, {
      remedy: "End that program; if none is running, delete the lock file. Then resume the run.",
    });
  }
  return result;
}

/** What is known of their side between two calls, so that a repeated publish asks nothing it knows. */
type Known = { commonDir?: string; at?: string };

/** True once their ref is at `head`; false when someone moved it meanwhile and it has to be looked at again. */
async function publishOnce(own: OwnRepository, project: Project, known: Known): Promise<boolean> {
  const ref = integrationRef(own.run);
  const head = await own.head();
  const commonDir = (known.commonDir ??= (await locateRepository(own.git, project.root)).commonDir);
  await refuseCheckedOut(commonDir, ref);
  const expected = known.at ?? (await readExpected(own, commonDir, head));
  if (expected === head) {
    if (known.at === undefined) await releasePacks(own, commonDir);
    known.at = head;
    return true;
  }
  // They may have thrown the base away meanwhile (amend, gc); then the whole history is sent.
  const have = expected ?? (await readTheirs(own.git, commonDir, project.base));
  if (have !== head) await sendObjects(own, commonDir, head, have);
  const args = ["update-ref", "--no-deref", ref, head, expected ?? ""];
  const moved = await updateRef(own.git, commonDir, args);
  if (moved.code === 0) {
    await releasePacks(own, commonDir);
    known.at = head;
    return true;
  }
  delete known.at;
  if ((await readTheirs(own.git, commonDir, ref)) === expected) throw gitFault(args, moved);
  return false;
}

/**
 * `publish` throws Fault `integration_moved`, `integration_checked_out`, `repository_locked`, or what locating the
 * repository throws. A branch the person deleted is made again: it is ours and nothing of theirs is lost.
 */
export function createPublisher(own: OwnRepository, project: Project): Publisher {
  const known: Known = {};
  const inTurn = createTurns();
  return {
    publish: () =>
      inTurn(async () => {
        for (let round = 0; round < 3; round += 1) {
          if (await publishOnce(own, project, known)) return;
        }
        throw new Fault(
          "integration_moved",
          `${shortBranch(integrationRef(own.run))} keeps moving in your repository.`,
          {
            remedy: "End the other program that moves it, then resume the run.",
          },
        );
      }),
  };
}
