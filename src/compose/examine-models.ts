// Looks at the keys and models that the settings name: is each key there, does its provider take it, is the model known.

import {
  askProvider,
  lookAtKey,
  lookUpModel,
  providerNames,
  type ProviderLook,
} from "../adapters/models/check-providers.ts";
import type { LoadedSettings } from "../adapters/settings-files.ts";
import type { Check } from "../cli/desk.ts";
import { tighten } from "../core/tighten.ts";
import { providerOf, type ModelId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import type { Environment } from "./place.ts";
import { createRunModels } from "./ports.ts";

type Options = { readonly env: Environment; readonly online: boolean };

const isScripted = (model: ModelId): boolean => model.startsWith("scripted/");

/** Every model that any file names, each once. */
function namedModels({ projectConfig: { agents, tutti }, userDefaults }: LoadedSettings): readonly ModelId[] {
  const named = [
    ...userDefaults.models,
    ...Object.values(userDefaults.tiers).flat(),
    ...Object.values(tutti.tiers).flat(),
    ...agents.archetypes.flatMap(({ models }) => models),
    ...Object.values(agents.fallback).flat(),
  ];
  return [...new Set(named)].filter((model) => !isScripted(model));
}

/** A provider that settings name has to have its key; of the others it is said which could be used. */
export async function examineProviders(settings: LoadedSettings, { env, online }: Options): Promise<readonly Check[]> {
  const { userConfig } = settings;
  const wanted = new Set([...Object.keys(userConfig.providers), ...namedModels(settings).map(providerOf)]);
  const checks: Check[] = [];
  const others: ProviderLook[] = [];
  for (const name of providerNames(userConfig)) {
    const look = await lookAtKey(name, { userConfig, env });
    if (wanted.has(name)) checks.push(toCheck(look));
    else others.push(look);
    if (!online || look.key === "missing" || (look.key === "none" && !wanted.has(name))) continue;
    checks.push(await askOnline(name, settings, env));
  }
  const those = (key: ProviderLook["key"]): string =>
    others.flatMap((look) => (look.key === key ? [look.name] : [])).join(", ");
  const parts = [
    ["keys for", those("found")],
    ["no key for", those("missing")],
    ["no key needed for", those("none")],
  ].flatMap(([words, names]) => (names === "" ? [] : [`${words} ${names}`]));
  if (parts.length > 0) checks.push({ what: "other providers", ok: true, detail: parts.join("; ") });
  return checks;
}

function toCheck({ name, key, references, problem, remedy }: ProviderLook): Check {
  const what = `key of ${name}`;
  if (key === "none") return { what, ok: true, detail: "none is needed" };
  if (key === "found") return { what, ok: true, detail: `there: ${references.join(" or ")}` };
  return { what, ok: false, detail: problem ?? "missing", ...(remedy === undefined ? {} : { remedy }) };
}

async function askOnline(name: string, { userConfig }: LoadedSettings, env: Environment): Promise<Check> {
  const what = `${name} online`;
  try {
    return { what, ok: true, detail: await askProvider(name, { userConfig, env }) };
  } catch (error) {
    if (error instanceof Fault) return { what, ok: false, detail: error.message, remedy: error.remedy };
    throw error;
  }
}

/** A model without a price is no fault, unless money is bounded: then a run with it would be refused. */
export async function examineModels(
  settings: LoadedSettings,
  { env }: Pick<Options, "env">,
): Promise<readonly Check[]> {
  const { userConfig, userDefaults, projectConfig } = settings;
  const { budgets } = tighten(userDefaults, projectConfig, "");
  const { tiers = {}, ...scopes } = budgets;
  const isBounded = [...Object.values(scopes), ...Object.values(tiers)].some((caps) => caps?.costMicros !== undefined);
  const models = createRunModels({ scenario: undefined, userConfig, env });
  const checks: Check[] = [];
  for (const model of namedModels(settings)) {
    const what = `model ${model}`;
    const unusable = await models.check(model);
    if (unusable !== undefined) {
      checks.push({ what, ok: false, detail: unusable.problem, remedy: unusable.remedy });
      continue;
    }
    const listed = await lookUpModel(model, userConfig);
    const own = Object.hasOwn(userDefaults.overrides, model) ? userDefaults.overrides[model] : undefined;
    const window = own?.window ?? listed.window;
    const isPriced = own?.price !== undefined || listed.isPriced;
    const missing = [...(isPriced ? [] : ["price"]), ...(window === undefined ? ["window"] : [])];
    const detail =
      missing.length === 0
        ? `price and window (${window} tokens) are known`
        : `no ${missing.join(" and no ")} is known`;
    const remedy = `Say it in your config.toml: [models."${model}"], input and output in US dollars for a million tokens, window in tokens.`;
    const isRefused = !isPriced && isBounded;
    checks.push({
      what,
      ok: !isRefused,
      detail: isRefused ? `${detail}, and money is bounded` : detail,
      ...(missing.length > 0 && { remedy }),
    });
  }
  return checks;
}
