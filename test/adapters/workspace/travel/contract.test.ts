// What holds for the workspace of one process holds on a machine that has only the run's remote: the same tests, where
// what is merged is looked at on the host, and a process that begins anew has only what was kept there.

import { join } from "node:path";
import { describe } from "vitest";
import { createHostWorkspace } from "../../../../src/adapters/workspace/travel/host-workspace.ts";
import type { Workspace } from "../../../../src/engine/ports.ts";
import { makeFolder, run, useRooms, type Room, type Rooms } from "../support.ts";
import { openMachine, type Host, type Machine } from "./support.ts";

const hosts = new WeakMap<Room, Host>();

/** A conductor's orders: each merge with a fence of its own. */
const orders = ({ workspace: host }: Host, { workspace }: Machine): Workspace => ({
  ...workspace.during({ key: "tool" }),
  prepare: (ref, index) => workspace.during({ key: "prepare" }).prepare(ref, index),
  async merge(ref, ticket, options) {
    const fence = await host.fence(ref, options.index);
    const outcome = await workspace.during({ key: "merge", fence }).merge(ref, ticket, options);
    await host.unfence(ref, options.index);
    return outcome;
  },
  publish: () => host.publish(),
});

async function openOn(host: Host, dir: string): Promise<Room> {
  const machine = await openMachine(host, { dir });
  const room: Room = {
    root: host.root,
    project: host.project,
    dir,
    workspace: orders(host, machine),
    gitDir: host.gitDir,
    keep: (ref, index) => machine.workspace.checkpoint(ref, index, "kept"),
  };
  hosts.set(room, host);
  return room;
}

const hostOf = (room: Room): Host => {
  const host = hosts.get(room);
  if (host === undefined) throw new Error("the room has no host");
  return host;
};

const travelling: Rooms = {
  async open({ project, dir }) {
    const at = join(makeFolder(), "host");
    const workspace = await createHostWorkspace({ project, run, dir: at });
    return openOn({ root: project.root, project, dir: at, gitDir: join(at, "repo.git"), workspace }, dir);
  },
  reopen: (room) => openOn(hostOf(room), room.dir),
  beside: (room) => openOn(hostOf(room), join(makeFolder(), "other")),
};

useRooms(travelling);
describe("TRV1 as one process has it", async () => {
  await import("../git-workspace.test.ts");
  await import("../conflict.test.ts");
  await import("../try-patch.test.ts");
  await import("../survey.test.ts");
});
