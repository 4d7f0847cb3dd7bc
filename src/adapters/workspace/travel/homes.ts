// Attempts that machines have worked on and that have come to the host: their worktree lies here as any other's, and a
// note says which checkpoint it was made at. Once the newest is another, somebody else has the attempt.

import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AttemptRef } from "../../../domain/ids.ts";
import type { PreparedAttempt } from "../../../engine/ports.ts";
import { attemptName } from "../run-names.ts";
import type { SharedRoom } from "./attempt-work.ts";
import { claimKey, takeCheckpoint } from "./checkpoints.ts";
import { claimNewest } from "./claims.ts";
import { checkpointRef } from "./travel-refs.ts";

const folderOf = ({ own }: SharedRoom): string => join(own.dir, "homes");

async function note(room: SharedRoom, name: string, commit: string): Promise<void> {
  const path = join(folderOf(room), name);
  await mkdir(folderOf(room), { recursive: true });
  await writeFile(`${path}.new`, `${commit}\n`, { flush: true });
  await rename(`${path}.new`, path);
}

const noted = async (room: SharedRoom, name: string): Promise<string | undefined> =>
  (await readFile(join(folderOf(room), name), "utf8").catch(() => "")).trim() || undefined;

export const forgetHome = (room: SharedRoom, name: string): Promise<void> =>
  rm(join(folderOf(room), name), { force: true });

/** The worktree that lies here, where the attempt is the host's; one of an attempt that is elsewhere is removed. */
export async function findHome(room: SharedRoom, name: string): Promise<PreparedAttempt | undefined> {
  const found = await room.worktrees.find(name);
  if (found === undefined) return undefined;
  await room.refs.fetch({ name, left: false });
  const newest = await room.own.readRef(checkpointRef(room.own.run, name));
  if (newest === undefined || newest === (await noted(room, name))) return found;
  await room.worktrees.discard(name);
  await forgetHome(room, name);
  return undefined;
}

export async function bringHome(
  room: SharedRoom,
  ref: AttemptRef,
  { index, liveKey, claim }: { readonly index: number; readonly liveKey: string; readonly claim?: number | undefined },
): Promise<PreparedAttempt | undefined> {
  const name = attemptName(index, ref.attempt);
  const claimed = await claimNewest(room, ref, { name, liveKey, claim });
  if (claimed === undefined) return undefined;
  const made = await room.worktrees.remake(name, claimed);
  await note(room, name, claimed.commit);
  room.fresh.add(name);
  return made;
}

/** What was done at home by a process that is gone is not on any checkpoint: a machine may be next to have the attempt. */
export async function keepHomes(room: SharedRoom): Promise<void> {
  const { own, refs, worktrees } = room;
  const names = (await readdir(folderOf(room)).catch(() => [])).filter((name) => !name.endsWith(".new"));
  for (const name of names) {
    const found = await findHome(room, name);
    const last = await noted(room, name);
    if (found === undefined || last === undefined) {
      await forgetHome(room, name);
      continue;
    }
    const shot = { last, key: claimKey, isFirst: true };
    const { commit } = await takeCheckpoint(own, { ...found, name, fresh: false }, shot);
    const ref = checkpointRef(own.run, name);
    if (commit === undefined) continue;
    if (await refs.change([{ ref, to: commit, expected: last }])) await note(room, name, commit);
    else await worktrees.discard(name);
  }
}
