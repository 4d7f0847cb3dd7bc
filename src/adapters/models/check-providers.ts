// Looks at providers without calling a model: whether a key is there, whether its provider takes it, and whether a
// model's price and window are known.

import type { UserConfig } from "../../domain/user-config.ts";
import { Fault } from "../../engine/ports.ts";
import { readKey, type Environment } from "./provider-keys.ts";
import { builtInProviders, findEndpoint } from "./provider-registry.ts";
import { knowModel } from "./prices.ts";

export type ProviderLook = {
  readonly name: string;
  /** "none": it wants no key. */
  readonly key: "found" | "missing" | "none";
  /** Where the key is looked for. */
  readonly references: readonly string[];
  readonly problem?: string;
  readonly remedy?: string;
};

type Sources = { readonly userConfig: UserConfig; readonly env: Environment };

/** Those built in and those of the person's config. */
export const providerNames = ({ providers }: UserConfig): readonly string[] => [
  ...new Set([...builtInProviders, ...Object.keys(providers)]),
];

/** Resolves the reference; the key itself goes no further. */
export async function lookAtKey(name: string, { userConfig, env }: Sources): Promise<ProviderLook> {
  const { references, needsKey } = findEndpoint(name, userConfig);
  if (!needsKey && references.length === 0) return { name, key: "none", references };
  try {
    await readKey({ provider: name, references, env, vault: userConfig.vault });
    return { name, key: "found", references };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { name, key: "missing", references, problem: error.message, remedy: error.remedy };
  }
}

const answerMs = 10_000;

/** One cheap request that costs nothing and names no model. Throws Fault `provider_refuses`. */
export async function askProvider(name: string, { userConfig, env }: Sources): Promise<string> {
  const { kind, url, references, needsKey } = findEndpoint(name, userConfig);
  const isKeyed = needsKey || references.length > 0;
  const key = isKeyed ? await readKey({ provider: name, references, env, vault: userConfig.vault }) : undefined;
  const path = kind === "openrouter" ? "key" : "models";
  const refuse = (problem: string, remedy: string): Fault => new Fault("provider_refuses", problem, { remedy });
  let status: number;
  try {
    const response = await fetch(`${url.replace(/\/+$/, "")}/${path}`, {
      headers: key === undefined ? {} : headersOf(kind, key),
      // The key goes to the address it was named for and nowhere else.
      redirect: "manual",
      signal: AbortSignal.timeout(answerMs),
    });
    ({ status } = response);
    await response.body?.cancel();
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? (error as Error).name;
    throw refuse(`${url} does not answer (${cause})`, "Look at the network, a proxy, and the provider's baseUrl.");
  }
  if (status === 401 || status === 403)
    throw refuse(`${url} refuses the key (${status})`, `Renew the key: ${references.join(" or ") || "none is named"}.`);
  if (status >= 500 || status === 429)
    throw refuse(`${url} is busy or out of order (${status})`, "Try again later; a run waits for it.");
  return status === 200 ? `${url} takes it` : `${url} answers (${status})`;
}

const headersOf = (kind: ReturnType<typeof findEndpoint>["kind"], key: string): Record<string, string> => {
  if (kind === "anthropic") return { "x-api-key": key, "anthropic-version": "2023-06-01" };
  return kind === "google" ? { "x-goog-api-key": key } : { authorization: `Bearer ${key}` };
};

export type ModelKnowledge = { readonly isPriced: boolean; readonly window: number | undefined };

/** What the price list says; the person's own words about a model are for the caller to add. */
export async function lookUpModel(id: string, userConfig: UserConfig): Promise<ModelKnowledge> {
  const slash = id.indexOf("/");
  const { kind } = findEndpoint(id.slice(0, slash), userConfig);
  return knowModel(kind, id.slice(slash + 1));
}
