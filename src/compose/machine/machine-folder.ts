// `<state>/machine/<id>/`: what one process of `tutti worker` keeps of the runs it works for, a folder for each. Nothing in
// it is needed by anybody else: it goes with its process, and with the next one on this computer where that was killed.

import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { livenessOf, parseIdentity, thisProcess } from "../../adapters/log/process-identity.ts";
import { removeTree } from "../../adapters/remove-tree.ts";
import { createPrivateFile, makePrivateFolder, readIfThere } from "../../adapters/run-files.ts";
import type { RunId } from "../../domain/ids.ts";
import type { MachineId } from "../../domain/machine.ts";

export type MachineFolder = {
  readonly folder: string;
  /** Made where it is not there. */
  readonly of: (run: RunId) => string;
  readonly remove: (run: RunId) => Promise<void>;
  readonly close: () => Promise<void>;
};

const ownerFile = "process.json";

/** `state`: the person's state folder. Throws Fault `state_unwritable`. */
export async function openMachineFolder(state: string, id: MachineId): Promise<MachineFolder> {
  const all = join(state, "machine");
  makePrivateFolder(all);
  await sweep(all);
  const folder = join(all, id);
  makePrivateFolder(folder);
  createPrivateFile(join(folder, ownerFile), JSON.stringify(thisProcess()));
  return {
    folder,
    of: (run) => {
      const own = join(folder, run);
      mkdirSync(own, { recursive: true, mode: 0o700 });
      return own;
    },
    remove: (run) => removeTree(join(folder, run)),
    close: () => removeTree(folder),
  };
}

/** A folder that does not say whose it is yet may be about to, in ms. */
const namelessMs = 60_000;

/** What processes that were killed left. One that is only out of sight keeps its own. */
async function sweep(all: string): Promise<void> {
  for (const name of readdirSync(all)) {
    const folder = join(all, name);
    const owner = parseIdentity(readIfThere(join(folder, ownerFile)));
    const madeAt = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    const isLeft = owner === undefined ? Date.now() - madeAt > namelessMs : livenessOf(owner) === "dead";
    // Another process may be removing it as well.
    if (isLeft) await removeTree(folder).catch(() => {});
  }
}
