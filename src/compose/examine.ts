// Looks at this machine and a repository the way a run would, without starting one.

import { accessSync, constants, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { findHomes, makePrivateFolder } from "../adapters/run-files.ts";
import { loadSettings, loadUserConfig } from "../adapters/settings-files.ts";
import { inspectProject } from "../adapters/workspace/inspect-project.ts";
import type { Check } from "../cli/desk.ts";
import { providerKinds } from "../domain/user-config.ts";
import type { ModelId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import { counted } from "../views/words.ts";
import type { Environment } from "./place.ts";
import { createRunModels, createSandbox } from "./ports.ts";

export async function examine(repo: string, env: Environment): Promise<readonly Check[]> {
  const homes = findHomes(env);
  let top = resolve(repo);
  return [
    { what: "node", ok: true, detail: process.version },
    await check("sandbox", async () => {
      const missing = await createSandbox("bwrap").check();
      if (missing !== undefined) throw new Fault("sandbox_unavailable", missing.problem, { remedy: missing.remedy });
      return "bubblewrap works";
    }),
    await check("state folder", () => {
      makePrivateFolder(homes.state);
      accessSync(homes.state, constants.W_OK);
      return Promise.resolve(homes.state);
    }),
    await check("repository", async () => {
      const { root, branch, base } = await inspectProject(resolve(repo));
      top = root;
      return `${root}, ${branch ?? "no branch"} at ${base.slice(0, 12)}`;
    }),
    await check("settings of the repository", async () => {
      const { agents, tutti } = (await loadSettings({ root: top })).projectConfig;
      const found = [
        existsSync(join(top, "agents.toml"))
          ? `agents.toml with ${counted(agents.archetypes.length, "archetype")}`
          : "no agents.toml",
        existsSync(join(top, "tutti.toml"))
          ? `tutti.toml with ${counted(tutti.verify.length, "verify command")}`
          : "no tutti.toml",
      ];
      return found.join(", ");
    }),
    await check("your settings", async () => {
      await loadSettings({ config: homes.config });
      const file = join(homes.config, "config.toml");
      return existsSync(file) ? file : `none; ${file} would hold them`;
    }),
    await check("model providers", () => describeProviders(homes.config, env)),
  ];
}

async function check(what: string, look: () => Promise<string>): Promise<Check> {
  try {
    return { what, ok: true, detail: await look() };
  } catch (error) {
    if (error instanceof Fault) return { what, ok: false, detail: error.message, remedy: error.remedy };
    if (error instanceof Error && "syscall" in error) return { what, ok: false, detail: error.message };
    throw error;
  }
}

/** Any model of a provider stands for all: what is looked at is the key. */
async function describeProviders(config: string, env: Environment): Promise<string> {
  const userConfig = await loadUserConfig(config);
  const models = createRunModels({ scenario: undefined, userConfig, env });
  const named = Object.entries(userConfig.providers)
    .filter(([, { key }]) => key === undefined)
    .map(([name]) => name);
  const free = new Set(["ollama", ...named.filter((name) => !providerKinds.some((kind) => kind === name))]);
  const keyed = new Set([
    ...providerKinds.filter((kind) => kind !== "openai-compatible"),
    ...Object.keys(userConfig.providers),
  ]);
  const found: string[] = [];
  const missing: string[] = [];
  for (const name of keyed) {
    if (free.has(name)) continue;
    const isThere = (await models.check(`${name}/any` as ModelId)) === undefined;
    (isThere ? found : missing).push(name);
  }
  const parts = [
    ...(found.length > 0 ? [`keys for ${found.join(", ")}`] : []),
    ...(missing.length > 0 ? [`no key for ${missing.join(", ")}`] : []),
    `no key needed for ${[...free].join(", ")}`,
  ];
  return parts.join("; ");
}
