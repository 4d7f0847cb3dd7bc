// The models port over the AI SDK's providers.

import type { LanguageModelV4 } from "@ai-sdk/provider";
import { providerOf, type ModelId } from "../../domain/ids.ts";
import type { UserConfig } from "../../domain/user-config.ts";
import { zeroUsage } from "../../domain/usage.ts";
import { Fault, type ModelFault, type Models } from "../../engine/ports.ts";
import type { Prices } from "./prices.ts";
import type { Environment } from "./provider-keys.ts";
import { createProviderRegistry, type ProviderRegistry } from "./provider-registry.ts";
import { redact } from "./redact.ts";
import { defaultCaps, type ReplyCaps } from "./reply-assembly.ts";
import { runSdkCall, type CallableModel } from "./sdk-call.ts";
import { createWatchedFetch, type Fetch } from "./watched-fetch.ts";

export type SdkModelsOptions = {
  readonly userConfig: UserConfig;
  readonly env: Environment;
  /** Instead of the global one; the SDK's requests all go through it. */
  readonly fetch?: Fetch;
  /** Instead of the offline price list. */
  readonly prices?: Prices;
  readonly caps?: Partial<ReplyCaps>;
  /** A ready model for an id, for example the SDK's mock; undefined falls through to the registry. */
  readonly resolve?: (model: ModelId) => LanguageModelV4 | undefined;
  /** Epoch ms; only a retry-after that is a date needs it. */
  readonly now?: () => number;
};

export function createSdkModels(options: SdkModelsOptions): Models {
  const exchange = createWatchedFetch(options.fetch ?? globalThis.fetch);
  const { userConfig, env, prices } = options;
  const registry = createProviderRegistry({ userConfig, env, exchange, ...(prices ? { prices } : {}) });
  const caps = { ...defaultCaps, ...options.caps };
  const now = options.now ?? Date.now;
  const find = async (model: ModelId): Promise<CallableModel> => {
    const given = options.resolve?.(model);
    return given ? toCallable(model, given) : registry.find(model);
  };
  return {
    call: async (request, hooks) => {
      const callable = await find(request.model).catch((error: unknown) => toFault(error));
      if ("kind" in callable) return callable;
      const outcome = await runSdkCall({ callable, request, hooks, caps, now });
      if (outcome.kind === "fault" && outcome.code === "auth") registry.forget(callable.provider);
      return outcome;
    },
    check: (model) => (options.resolve?.(model) ? Promise.resolve(undefined) : checkModel(registry, model)),
  };
}

const toCallable = (id: ModelId, model: LanguageModelV4): CallableModel => ({
  provider: providerOf(id),
  model,
  price: () => null,
  secrets: [],
  watch: () => {},
});

async function checkModel(registry: ProviderRegistry, model: ModelId): ReturnType<Models["check"]> {
  try {
    await registry.find(model);
    return undefined;
  } catch (error) {
    if (error instanceof Fault) return { problem: error.message, remedy: error.remedy };
    throw error;
  }
}

/** The call cannot even be made: said as a fault, so that the run ends in words and not in a stack. */
function toFault(error: unknown): ModelFault {
  if (!(error instanceof Fault)) throw error;
  const code = error.code === "key_missing" ? "auth" : "unknown_model";
  return { kind: "fault", code, detail: redact(`${error.message}. ${error.remedy}`, []), usage: zeroUsage };
}
