// `tutti config`, done: every setting a run would have here, with the line it comes from.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadSettings, placeInFile, type LoadedSettings } from "../adapters/settings-files.ts";
import { createTools } from "../adapters/tools/create-tools.ts";
import type { ConfigOptions, EffectiveConfig } from "../cli/desk.ts";
import { effectiveSettings } from "../core/effective.ts";
import type { Origin } from "../core/settle.ts";
import { askTool, finishTool } from "../domain/tool.ts";
import { findPlace, type Environment } from "./place.ts";
import { createSandbox } from "./ports.ts";

export async function explainConfig(options: ConfigOptions, env: Environment): Promise<EffectiveConfig> {
  const { root, homes } = await findPlace(options.repo, env);
  const loaded = await loadSettings({ root, config: homes.config });
  const { models, trust, mode, lanes, sandbox } = options;
  const tools = createTools({ sandbox: createSandbox(sandbox) }).specs.map(({ name }) => name);
  const settled = effectiveSettings({
    ...loaded,
    flags: { models, trust, mode, lanes, sandbox, attended: false },
    root,
    tools: tools.filter((name) => name !== askTool && name !== finishTool),
  });
  const files = [
    { name: "config.toml", file: join(homes.config, "config.toml") },
    { name: "tutti.toml", file: join(root, "tutti.toml") },
    { name: "agents.toml", file: join(root, "agents.toml") },
  ];
  return {
    files: files.map((each) => ({ ...each, isThere: existsSync(each.file) })),
    settings: settled.map(({ name, value, origin, refused }) => ({
      setting: name,
      value,
      ...toSource(origin, loaded),
      ...(refused === undefined ? {} : { refused: { asked: refused.asked, ...toSource(refused.origin, loaded) } }),
    })),
  };
}

function toSource(origin: Origin, { files }: LoadedSettings): { readonly from: string; readonly at: string | null } {
  if (origin.from === "default" || origin.from === "flag") return { from: origin.from, at: null };
  const source = files.find(({ name }) => name === origin.from);
  return { from: origin.from, at: source === undefined ? null : placeInFile(source, origin.path) };
}
