// Looks at this machine and a repository the way a run would, without starting one.

import { accessSync, constants, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkRights, checkStore } from "../adapters/log/check-store.ts";
import { loadPrompts } from "../adapters/prompt-files.ts";
import { findHomes, makePrivateFolder, type Homes } from "../adapters/run-files.ts";
import { loadSettings, type LoadedSettings } from "../adapters/settings-files.ts";
import { createGit } from "../adapters/workspace/git.ts";
import { inspectProject } from "../adapters/workspace/inspect-project.ts";
import { checkGitVersion } from "../adapters/workspace/locate-repository.ts";
import type { Check } from "../cli/desk.ts";
import { Fault } from "../engine/ports.ts";
import { counted } from "../views/words.ts";
import { examineModels, examineProviders } from "./examine-models.ts";
import { examineNotify } from "./examine-notify.ts";
import type { Environment } from "./place.ts";
import { createMachinesDesk } from "./machine-list.ts";
import { createSandbox } from "./ports.ts";
import { linkTo } from "./shelves.ts";

export type Examination = {
  readonly repo: string;
  readonly env: Environment;
  /** The folder the package lies in. */
  readonly program: string;
  /** Providers are asked whether they take their keys. */
  readonly online: boolean;
};

export async function examine({ repo, env, program, online }: Examination): Promise<readonly Check[]> {
  const homes = findHomes(env);
  let top = resolve(repo);
  let settings: LoadedSettings | undefined;
  const machine = [
    await check("node", () => Promise.resolve(checkNode())),
    await check("git", async () => {
      const git = createGit();
      await checkGitVersion(git);
      return (await git.read(["--version"], { cwd: "/" })).trim();
    }),
    await check("sandbox", async () => {
      const missing = await createSandbox("bwrap").check();
      if (missing !== undefined) throw new Fault("sandbox_unavailable", missing.problem, { remedy: missing.remedy });
      return "bubblewrap works";
    }),
    await check("state folder", () => {
      makePrivateFolder(homes.state);
      accessSync(homes.state, constants.W_OK);
      checkRights(homes.state, "private");
      return Promise.resolve(homes.state);
    }),
    await check("store", () => describeStore(homes)),
    ...(homes.store === undefined ? [] : [await check("machines", () => describeMachines(env, program))]),
    await check("repository", async () => {
      const { root, branch, base } = await inspectProject(resolve(repo));
      top = root;
      return `${root}, ${branch ?? "no branch"} at ${base.slice(0, 12)}`;
    }),
    await check("settings", async () => {
      settings = await loadSettings({ root: top, config: homes.config });
      return describeSettings(settings);
    }),
    await check("config folder", () => Promise.resolve(describeConfigFolder(homes))),
    await check("prompts", async () => {
      const own = (await loadPrompts({ program, config: homes.config })).filter(({ isOverridden }) => isOverridden);
      return own.length === 0 ? "Tutti's own" : `yours for ${own.map(({ name }) => name).join(", ")}, else Tutti's own`;
    }),
  ];
  if (settings === undefined) return machine;
  return [
    ...machine,
    ...(await examineProviders(settings, { env, online })),
    ...(await examineModels(settings, { env })),
    ...(await examineNotify(settings, { env, online })),
  ];
}

const wantedNode = 24;

function checkNode(): string {
  if (Number.parseInt(process.versions.node, 10) >= wantedNode) return process.version;
  throw new Fault("node_too_old", `${process.version} is too old: Tutti needs ${wantedNode} or newer`, {
    remedy: "Update Node.js.",
  });
}

async function describeStore(homes: Homes): Promise<Found> {
  if (homes.store !== undefined) {
    const link = linkTo(homes);
    const { version, keeping, warning } = await link.look();
    const detail = `${link.name}, version ${version}, appendfsync ${keeping === "memory" ? "none" : keeping}`;
    return warning === undefined ? detail : { detail, advice: warning };
  }
  makePrivateFolder(homes.state);
  const { detail, warning } = checkStore(homes.state);
  return warning === undefined ? detail : { detail, advice: warning };
}

async function describeMachines(env: Environment, program: string): Promise<Found> {
  const list = await createMachinesDesk(env, program).list();
  const room = list.machines.reduce((sum, { capacity }) => sum + capacity, 0);
  const others = list.machines.filter(({ protocol }) => protocol !== list.protocol);
  const detail = `${counted(list.machines.length, "machine")} for ${counted(room, "attempt")} at a time, protocol ${list.protocol}`;
  if (list.machines.length === 0) return "none: the process that conducts a run does its work as well";
  if (others.length === 0) return detail;
  const names = others.map(({ id, protocol }) => `${id} (${protocol})`).join(", ");
  return { detail, advice: `These speak another protocol and take no work of this version's runs: ${names}` };
}

function describeSettings({ files, projectConfig: { agents, tutti } }: LoadedSettings): string {
  const isThere = (name: string): boolean => files.some((each) => each.name === name);
  return [
    isThere("agents.toml") ? `agents.toml with ${counted(agents.archetypes.length, "archetype")}` : "no agents.toml",
    isThere("tutti.toml") ? `tutti.toml with ${counted(tutti.verify.length, "verify command")}` : "no tutti.toml",
    isThere("config.toml") ? "your config.toml" : "no config.toml of yours",
  ].join(", ");
}

function describeConfigFolder({ config }: Homes): string {
  const file = join(config, "config.toml");
  if (!existsSync(config)) return `none; ${file} would hold your settings`;
  checkRights(config, "not writable by others");
  if (!existsSync(file)) return `${config}, without a config.toml`;
  checkRights(file, "not writable by others");
  return file;
}

type Found = string | { readonly detail: string; readonly advice: string };

async function check(what: string, look: () => Promise<Found>): Promise<Check> {
  try {
    const found = await look();
    if (typeof found === "string") return { what, ok: true, detail: found };
    return { what, ok: true, detail: found.detail, remedy: found.advice };
  } catch (error) {
    if (error instanceof Fault) return { what, ok: false, detail: error.message, remedy: error.remedy };
    if (error instanceof Error && "syscall" in error) {
      const remedy = "Make that place usable for you, or set TUTTI_HOME to another folder.";
      return { what, ok: false, detail: error.message, remedy };
    }
    throw error;
  }
}
