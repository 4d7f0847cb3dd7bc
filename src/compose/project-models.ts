// A project's own ladders: what its tutti.toml says of each tier, and other ones written into it as its person asks.

import { join } from "node:path";
import { writeTierLadders } from "../adapters/edit-settings.ts";
import { loadSettings, type LoadedSettings } from "../adapters/settings-files.ts";
import type { SavedLadders, TierLadder } from "../cli/desk.ts";
import { isAllowedModel } from "../core/settings.ts";
import type { Tier } from "../domain/config.ts";
import { findUnusableModels } from "../engine/check-models.ts";
import { Fault } from "../engine/ports.ts";
import { findHomes } from "../adapters/run-files.ts";
import type { ProjectModelsBody } from "../http/runs-wire.ts";
import type { Environment } from "./place.ts";
import { createRunModels } from "./ports.ts";

/** Throws Fault `settings_invalid`. */
export async function projectModels(root: string): Promise<ProjectModelsBody> {
  const { projectConfig } = await loadSettings({ root });
  const { tiers } = projectConfig.tutti;
  return {
    file: join(root, "tutti.toml"),
    tiers: ([1, 2, 3, 4] as const).map((tier) => ({ tier, models: tiers[tier] })),
  };
}

/**
 * Everything is checked before anything is written. Throws Fault `settings_invalid`, `settings_refused`,
 * `model_unusable` or `settings_unwritable`.
 */
export async function saveProjectModels(
  root: string,
  ladders: readonly TierLadder[],
  env: Environment,
): Promise<SavedLadders> {
  const settings = await loadSettings({ root, config: findHomes(env).config });
  refuseForbidden(settings, ladders);
  const models = createRunModels({ scenario: undefined, userConfig: settings.userConfig, env });
  const unusable = await findUnusableModels(
    models,
    ladders.flatMap((each) => each.models),
  );
  if (unusable.length > 0)
    throw new Fault("model_unusable", unusable.map(({ problem }) => problem).join("\n"), {
      remedy: unusable.map(({ remedy }) => remedy).join(" "),
    });
  const { file, isChanged } = await writeTierLadders(root, ladders);
  return { file, isChanged, notes: ladders.flatMap(({ tier }) => overruled(settings, tier)) };
}

/** What a repository's file may name is for the person's own file to say. */
function refuseForbidden({ userDefaults: { allowedModels } }: LoadedSettings, ladders: readonly TierLadder[]): void {
  if (allowedModels === undefined) return;
  const refused = ladders.flatMap((each) => each.models).filter((model) => !isAllowedModel(allowedModels, model));
  if (refused.length === 0) return;
  throw new Fault(
    "settings_refused",
    `Your config allows no repository to name ${[...new Set(refused)].join(", ")}: a run would be refused.`,
    { remedy: `Use one of ${allowedModels.join(", ")}, or add it to [allow] models in your config.toml.` },
  );
}

/** A kind of worker with models of its own does not look at its tier's. */
const overruled = ({ projectConfig }: LoadedSettings, tier: Tier): readonly string[] => {
  const own = projectConfig.agents.archetypes.filter((each) => each.tier === tier && each.models.length > 0);
  return own.length === 0
    ? []
    : [`agents.toml names models for ${own.map(({ name }) => name).join(", ")}: they go before those of tier ${tier}.`];
};
