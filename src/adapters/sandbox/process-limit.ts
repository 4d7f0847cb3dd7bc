// A control group that caps how many processes one command may have. The kernel does not count RLIMIT_NPROC for root,
// so where we run as root this is what stops a fork bomb; a plain user is usually denied it and has the rlimit instead.

import { mkdir, readdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

export type ProcessLimit = {
  /** Writing 0 here moves the writing process, and all it will start, into the group. */
  readonly entrance: string;
  /** Ids of the processes in the group. */
  members(): Promise<readonly number[]>;
  /** Removes the group. Call when its processes have ended. */
  release(): Promise<void>;
};

/** Folders in which groups may be made, nearest first; empty where this system has none for us. */
export async function findGroupFolders(): Promise<readonly string[]> {
  try {
    const [own, mounts] = await Promise.all([
      readFile("/proc/self/cgroup", "utf8"),
      readFile("/proc/self/mountinfo", "utf8"),
    ]);
    const mounted = mounts.split("\n").flatMap(toMount);
    const first = mounted.find(({ kind, options }) => kind === "cgroup" && options.split(",").includes("pids"));
    if (first !== undefined) return [join(first.point, pathOf(own, "pids"))];
    const second = mounted.find(({ kind }) => kind === "cgroup2");
    return second === undefined ? [] : await delegating(second.point, pathOf(own, ""));
  } catch {
    return [];
  }
}

/** One group in the first folder that takes it; undefined where none does. */
export async function openProcessLimit(folders: readonly string[], most: number): Promise<ProcessLimit | undefined> {
  for (const folder of folders) {
    const group = join(folder, `tutti-${process.pid}-${randomUUID()}`);
    try {
      await mkdir(group);
    } catch {
      continue;
    }
    try {
      await writeFile(join(group, "pids.max"), String(most));
      return toLimit(group);
    } catch {
      await rmdir(group).catch(() => undefined);
    }
  }
  return undefined;
}

/** Removes the groups of conductors that were killed: empty ones whose maker, named in the group's name, is gone. */
export async function removeStaleGroups(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      const maker = /^tutti-(\d+)-/.exec(name)?.[1];
      if (maker === undefined || existsSync(`/proc/${maker}`)) continue;
      await rmdir(join(folder, name)).catch(() => undefined);
    }
  }
}

function toLimit(group: string): ProcessLimit {
  const entrance = join(group, "cgroup.procs");
  return {
    entrance,
    members: async () => (await readFile(entrance, "utf8")).split("\n").filter(Boolean).map(Number),
    release: async () => {
      // The kernel lets go of a group some moments after its last process was reaped.
      for (let pause = 1; pause <= 256; pause *= 2) {
        try {
          return await rmdir(group);
        } catch {
          await wait(pause);
        }
      }
    },
  };
}

function toMount(line: string): readonly { readonly point: string; readonly kind: string; readonly options: string }[] {
  const [before, after] = line.split(" - ");
  const point = before?.split(" ")[4];
  const [kind, , options] = after?.split(" ") ?? [];
  return point === undefined || kind === undefined ? [] : [{ point, kind, options: options ?? "" }];
}

/** Our own path in the hierarchy of `controller`; the unified hierarchy has no name. */
function pathOf(own: string, controller: string): string {
  const rows = own.split("\n").map((line) => line.split(":"));
  const row = rows.find(([, names]) => (controller === "" ? names === "" : names?.split(",").includes(controller)));
  return row?.slice(2).join(":") ?? "/";
}

/** Folders above ours whose children have the pids controller: a folder with processes in it cannot have such children. */
async function delegating(mount: string, own: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let path = own; ; path = dirname(path)) {
    const folder = join(mount, path);
    const enabled = await readFile(join(folder, "cgroup.subtree_control"), "utf8").catch(() => "");
    if (enabled.split(/\s+/).includes("pids")) found.push(folder);
    if (path === "/" || path === ".") return found;
  }
}
