// Which model id means which provider, at which address, with which key. Addresses come from here or from the person's
// own configuration, never from a repository.

import { createHash } from "node:crypto";
import type { ModelId } from "../../domain/ids.ts";
import { nearestName } from "../../domain/nearest-name.ts";
import type { ProviderConfig, ProviderKind, UserConfig } from "../../domain/user-config.ts";
import { Fault, type ModelRequest } from "../../engine/ports.ts";
import { makeOpenRouterPrice, reasoningExtractor, toMessageMeta, toOpenRouterBody } from "./openrouter.ts";
import { loadPrices, type Prices } from "./prices.ts";
import { readKey, type Environment, type KeySource } from "./provider-keys.ts";
import type { CallableModel } from "./sdk-call.ts";
import { readChatUsage } from "./token-usage.ts";
import type { WatchedFetch } from "./watched-fetch.ts";

export type ProviderRegistry = {
  /** Throws Fault `model_unknown` or `key_missing`. Answers are kept until `forget`. */
  readonly find: (model: ModelId) => Promise<CallableModel>;
  /** Drops what is kept for a provider, so that a key that was replaced is read again. */
  readonly forget: (provider: string) => void;
};

export type RegistryOptions = {
  readonly userConfig: UserConfig;
  readonly env: Environment;
  readonly exchange: WatchedFetch;
  readonly prices?: Prices;
};

/** `keys` are used at the provider's own address only: a key never goes to an address it was not named for. */
const builtIn = {
  anthropic: { url: "https://api.anthropic.com/v1", keys: ["env:ANTHROPIC_API_KEY"] },
  openai: { url: "https://api.openai.com/v1", keys: ["env:OPENAI_API_KEY"] },
  google: {
    url: "https://generativelanguage.googleapis.com/v1beta",
    keys: ["env:GOOGLE_GENERATIVE_AI_API_KEY", "env:GEMINI_API_KEY"],
  },
  openrouter: { url: "https://openrouter.ai/api/v1", keys: ["env:OPENROUTER_API_KEY"] },
  ollama: { url: "http://127.0.0.1:11434/v1", keys: [] },
} as const satisfies Partial<Record<ProviderKind, { url: string; keys: readonly string[] }>>;

export const builtInProviders: readonly string[] = Object.keys(builtIn);

const isBuiltIn = (name: string): name is keyof typeof builtIn => Object.hasOwn(builtIn, name);

export function createProviderRegistry(options: RegistryOptions): ProviderRegistry {
  const kept = new Map<ModelId, Promise<CallableModel>>();
  // One reading of a key serves every model of its provider: a vault is asked once.
  const keys = new Map<string, Promise<string>>();
  const keyOf: KeyOf = (source) => {
    const reading = keys.get(source.provider) ?? readKey(source);
    keys.set(source.provider, reading);
    reading.catch(() => keys.delete(source.provider));
    return reading;
  };
  const find = (model: ModelId): Promise<CallableModel> => {
    const known = kept.get(model);
    if (known) return known;
    const making = makeCallable(model, options, keyOf);
    kept.set(model, making);
    // A failure is not kept: the person may set the key while the run waits.
    making.catch(() => kept.delete(model));
    return making;
  };
  const forget = (provider: string): void => {
    keys.delete(provider);
    for (const model of kept.keys()) if (model.startsWith(`${provider}/`)) kept.delete(model);
  };
  return { find, forget };
}

type KeyOf = (source: KeySource) => Promise<string>;

type Endpoint = {
  readonly name: string;
  readonly kind: ProviderKind;
  readonly url: string;
  readonly references: readonly string[];
  /** Ollama and compatible endpoints may do without. */
  readonly needsKey: boolean;
};

async function makeCallable(
  model: ModelId,
  { userConfig, env, exchange, prices }: RegistryOptions,
  keyOf: KeyOf,
): Promise<CallableModel> {
  const { name, modelName } = parseModelId(model, userConfig);
  const endpoint = findEndpoint(name, userConfig);
  const isKeyed = endpoint.needsKey || endpoint.references.length > 0;
  const key = isKeyed
    ? await keyOf({ provider: name, references: endpoint.references, env, vault: userConfig.vault })
    : undefined;
  const made = await connect(endpoint, { modelName, key, fetch: exchange.fetch });
  const list = prices ?? (await loadPrices());
  const price = endpoint.kind === "openrouter" ? makeOpenRouterPrice(list, modelName) : list(endpoint.kind, modelName);
  return { provider: name, price, secrets: key === undefined ? [] : [key], watch: exchange.watch, ...made };
}

function parseModelId(model: ModelId, userConfig: UserConfig): { readonly name: string; readonly modelName: string } {
  const slash = model.indexOf("/");
  const name = slash === -1 ? model : model.slice(0, slash);
  const modelName = slash === -1 ? "" : model.slice(slash + 1);
  const known = [...Object.keys(builtIn), ...Object.keys(userConfig.providers), "scripted"];
  if (slash !== -1 && !known.includes(name)) {
    const nearest = nearestName(name, known);
    throw new Fault("model_unknown", `there is no provider "${name}" for the model "${model}"`, {
      remedy: `${nearest === undefined ? "" : `Did you mean "${nearest}"? `}Known are ${known.join(", ")}; another one needs [providers.${name}] in config.toml.`,
    });
  }
  if (modelName !== "") return { name, modelName };
  throw new Fault("model_unknown", `"${model}" is not a whole model id`, {
    remedy: "Write it as <provider>/<model>, for example anthropic/claude-sonnet-4-5.",
  });
}

/** What kind of provider a name stands for: as the person configured it, else what is built in. */
export const kindOf = (name: string, { providers }: UserConfig): ProviderKind =>
  (Object.hasOwn(providers, name) ? providers[name]?.kind : undefined) ??
  (isBuiltIn(name) ? name : "openai-compatible");

/** Throws Fault `model_unknown`. */
export function findEndpoint(name: string, userConfig: UserConfig): Endpoint {
  const own: ProviderConfig | undefined = Object.hasOwn(userConfig.providers, name)
    ? userConfig.providers[name]
    : undefined;
  const kind = kindOf(name, userConfig);
  const standard = isBuiltIn(kind) ? builtIn[kind] : undefined;
  const url = own?.baseUrl ?? standard?.url;
  if (url === undefined)
    throw new Fault("model_unknown", `the provider "${name}" has no address`, {
      remedy: "Name its baseUrl in config.toml.",
    });
  const isStandard = url === standard?.url;
  const references = own?.key === undefined ? (isStandard ? standard.keys : []) : [own.key];
  return { name, kind, url, references, needsKey: kind !== "ollama" && kind !== "openai-compatible" };
}

type Connection = {
  readonly modelName: string;
  readonly key: string | undefined;
  readonly fetch: WatchedFetch["fetch"];
};
type Connected = Pick<CallableModel, "model" | "providerOptions" | "messageMeta" | "takesSchema">;

/**
 * Nothing of ours is kept there; reasoning comes back encrypted and travels with the conversation instead. A strict schema
 * may have no optional field, and tickets have many.
 */
const openaiOptions = (request: ModelRequest) => ({
  openai: { store: false, strictJsonSchema: false, promptCacheKey: cacheKeyOf(request.step) },
});

/** One conversation, one key: its calls find the machine that has its beginning in the cache. At most 64 characters. */
const cacheKeyOf = (step: ModelRequest["step"]): string => {
  const conversation = "consult" in step ? [step.consult, step.about] : [step.ticket, step.attempt];
  return createHash("sha256").update(JSON.stringify(conversation)).digest("hex").slice(0, 32);
};

/** Provider packages take a quarter of a second to load, so each is loaded when it is first called. */
async function connect(endpoint: Endpoint, { modelName, key = "", fetch }: Connection): Promise<Connected> {
  const settings = { baseURL: endpoint.url, apiKey: key, fetch };
  switch (endpoint.kind) {
    case "anthropic": {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      return { model: createAnthropic(settings)(modelName), takesSchema: true };
    }
    case "openai": {
      const { createOpenAI } = await import("@ai-sdk/openai");
      return { model: createOpenAI(settings).responses(modelName), providerOptions: openaiOptions, takesSchema: true };
    }
    case "google": {
      const { createGoogleGenerativeAI } = await import("@ai-sdk/google");
      return { model: createGoogleGenerativeAI(settings)(modelName), takesSchema: true };
    }
    case "openrouter":
    case "ollama":
    case "openai-compatible": {
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      const isRouter = endpoint.kind === "openrouter";
      const router = isRouter ? { transformRequestBody: toOpenRouterBody, metadataExtractor: reasoningExtractor } : {};
      const model = createOpenAICompatible({
        ...settings,
        name: endpoint.name,
        includeUsage: true,
        convertUsage: readChatUsage,
        ...router,
      })(modelName);
      return { model, ...(isRouter ? { messageMeta: toMessageMeta } : {}) };
    }
    default:
      return endpoint.kind satisfies never;
  }
}
