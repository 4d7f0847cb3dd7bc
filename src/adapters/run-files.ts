// Where things lie on this machine: the person's config folder, the state folder, and what a run's folder holds.
// All of it is the person's alone: folders 0700, files 0600.

import {
  closeSync,
  existsSync,
  fchmodSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { parseStoreAddress } from "../domain/store-address.ts";
import { Fault } from "../engine/ports.ts";
import type { RunId } from "../domain/ids.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export type Homes = {
  readonly config: string;
  readonly state: string;
  /** Where logs lie, where that is not the state folder: a store's address, and what its password may be looked up in. */
  readonly store?: { readonly address: string; readonly env: Environment };
};

/** `TUTTI_HOME` moves both folders together; else the XDG folders, else `~/.config` and `~/.local/state`. */
export function findHomes(env: Environment): Homes {
  const address = env["TUTTI_STORE"];
  return { ...findFolders(env), ...(address === undefined || address === "" ? {} : { store: { address, env } }) };
}

function findFolders(env: Environment): Pick<Homes, "config" | "state"> {
  const home = env["TUTTI_HOME"];
  if (home !== undefined && home !== "") return { config: resolve(home, "config"), state: resolve(home, "state") };
  const xdg = (name: string, fallback: string): string => {
    const folder = env[name];
    // The XDG rules say that a relative path is to be ignored.
    return join(folder !== undefined && isAbsolute(folder) ? folder : join(homedir(), fallback), "tutti");
  };
  return { config: xdg("XDG_CONFIG_HOME", ".config"), state: xdg("XDG_STATE_HOME", join(".local", "state")) };
}

export type RunFiles = {
  readonly folder: string;
  /** Where the conducting process listens, and the token it wants. */
  readonly server: string;
  readonly debugState: string;
  readonly processLog: string;
  /** The scenario as it was when the run began. */
  readonly scenario: string;
  /** Of a deliberation: what each agent proves itself with, by role. */
  readonly capabilities: string;
  /** There where the run was brought in from a file: it may be looked at and forked, not conducted. */
  readonly imported: string;
  /** What its log says for forecasts; made anew where it is missing or old. */
  readonly observed: string;
  /** How it stands in a list of runs, while nobody conducts it; made anew where it is missing or old. */
  readonly card: string;
};

/**
 * Folder of a project's runs, or of what lies on this machine beside runs of a store elsewhere: each store has its own,
 * for the same run may be in several. `projectKey` names the project.
 */
export const runsFolder = ({ state, store }: Homes, projectKey: string): string =>
  join(state, projectKey, store === undefined ? "runs" : `runs-at-${folderNameOf(store.address)}`);

/** Two ways to write an address that lead to one store have one name. */
function folderNameOf(address: string): string {
  const parsed = parseStoreAddress(address);
  if (!parsed.ok) return "nowhere";
  const { host, port, db } = parsed.value;
  return `${host.replaceAll(/[^\w.-]/g, "_")}-${port}-${db}`;
}

export const runFiles = (runs: string, run: RunId): RunFiles => {
  const folder = join(runs, run);
  return {
    folder,
    server: join(folder, "server.json"),
    debugState: join(folder, "debug_state.json"),
    processLog: join(folder, "process.log"),
    scenario: join(folder, "scenario.json"),
    capabilities: join(folder, "capabilities.json"),
    imported: join(folder, "imported.json"),
    observed: join(folder, "observed.json"),
    card: join(folder, "card.json"),
  };
};

/** Makes the folder and its parents for the person alone. Throws Fault `state_unwritable`. */
export function makePrivateFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

/** A new file that nobody else can have opened before: fails where one exists. Throws Fault `state_unwritable`. */
export function createPrivateFile(path: string, text: string): void {
  try {
    const file = openSync(path, "wx", 0o600);
    try {
      fchmodSync(file, 0o600);
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

/** Replaces the file in one step: a reader sees the old text or the new one. Throws Fault `state_unwritable`. */
export function replacePrivateFile(path: string, text: string): void {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  createPrivateFile(draft, text);
  try {
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw unwritable(path, cause);
  }
}

/** Undefined where there is no such file. */
export const readIfThere = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, "utf8") : undefined;

const unwritable = (path: string, cause: unknown): Fault => {
  const code = (cause as NodeJS.ErrnoException).code ?? "unknown error";
  const remedy =
    code === "ENOSPC"
      ? "Free some disk space, then try again."
      : "Make that place writable for you, or set TUTTI_HOME to another folder.";
  return new Fault("state_unwritable", `${path} cannot be written (${code})`, { remedy, cause });
};
