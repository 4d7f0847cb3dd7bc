// Where this process meets conductors and machines: one connection to a store for everything that happens over it, there
// for as long as anybody needs it.

import { openMeeting, type Meeting } from "../../adapters/queue/meeting.ts";
import type { Homes } from "../../adapters/run-files.ts";
import type { MachineCard } from "../../domain/machine.ts";
import { storeAccess } from "../shelves.ts";

export type Entered = { readonly meeting: Meeting; readonly leave: () => Promise<void> };

type Shared = { readonly opening: Promise<Meeting>; users: number };

const meetings = new Map<string, Shared>();

/** Throws what reaching the store throws. */
export async function enterMeeting(homes: Homes, note: (message: string) => void): Promise<Entered> {
  const address = homes.store?.address ?? "";
  const known = meetings.get(address);
  const shared: Shared = known ?? { opening: openMeeting({ ...storeAccess(homes), note }), users: 0 };
  meetings.set(address, shared);
  shared.users += 1;
  let isLeft = false;
  const leave = async (): Promise<void> => {
    if (isLeft) return;
    isLeft = true;
    shared.users -= 1;
    if (shared.users > 0) return;
    meetings.delete(address);
    await (await shared.opening.catch(() => undefined))?.close();
  };
  try {
    return { meeting: await shared.opening, leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** Those that are there now, of any version. Throws what reaching the store throws. */
export async function machinesOn(homes: Homes): Promise<readonly MachineCard[]> {
  const { meeting, leave } = await enterMeeting(homes, () => {});
  try {
    await meeting.registry.refresh();
    return meeting.registry.machines();
  } finally {
    await leave();
  }
}
