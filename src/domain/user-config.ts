// The person's own configuration, as far as it names model providers: shape and checks. Only this file may name an endpoint.

import { z } from "zod";
import { didYouMean } from "./nearest-name.ts";

export const providerKinds = ["anthropic", "openai", "google", "openrouter", "ollama", "openai-compatible"] as const;
const providerKindSchema = z.enum(providerKinds);
export type ProviderKind = z.infer<typeof providerKindSchema>;

const keyReference = z.string().regex(/^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:(?:\/|~\/).+)$/, {
  error: 'must be "env:NAME" or "file:/path/to/key": a reference, never the key itself',
});

const baseUrl = z.string().refine(isEndpoint, {
  error: "must be an http:// or https:// address without a user name, a password or a query",
});

const providerConfigSchema = z.strictObject({
  /** May be left out where the provider's name is itself a kind. */
  kind: providerKindSchema.optional(),
  baseUrl: baseUrl.optional(),
  key: keyReference.optional(),
});

export type ProviderConfig = { readonly kind: ProviderKind; readonly baseUrl?: string; readonly key?: string };

export type UserConfig = {
  /** By the name that stands before the first slash of a model id. */
  readonly providers: Readonly<Record<string, ProviderConfig>>;
};

export const emptyUserConfig: UserConfig = { providers: {} };

/** `path` names the place in the parsed file, for example `["providers", "local", "baseUrl"]`. */
export type UserConfigProblem = { readonly path: readonly string[]; readonly problem: string };

export type ParsedUserConfig =
  | { readonly ok: true; readonly config: UserConfig }
  | { readonly ok: false; readonly problems: readonly UserConfigProblem[] };

/** Checks the `[providers.*]` tables of a parsed config file; all problems at once. Other tables are not looked at. */
export function parseUserConfig(value: unknown): ParsedUserConfig {
  const tables = z.looseObject({ providers: z.record(z.string(), z.unknown()).optional() }).safeParse(value);
  if (!tables.success)
    return { ok: false, problems: [{ path: ["providers"], problem: "must be tables like [providers.local]" }] };
  const problems: UserConfigProblem[] = [];
  const providers: Record<string, ProviderConfig> = Object.create(null) as Record<string, ProviderConfig>;
  for (const [name, table] of Object.entries(tables.data.providers ?? {})) {
    const provider = parseProvider(name, table);
    if ("problems" in provider) problems.push(...provider.problems);
    else providers[name] = provider;
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, config: { providers } };
}

function parseProvider(
  name: string,
  table: unknown,
): ProviderConfig | { readonly problems: readonly UserConfigProblem[] } {
  const path = ["providers", name];
  const bad = (problem: string, ...rest: readonly string[]) => ({ problems: [{ path: [...path, ...rest], problem }] });
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(name)) return bad("a provider's name has only a-z, 0-9, - and _");
  if (name === "scripted") return bad('"scripted" is the scripted model; choose another name');
  const parsed = providerConfigSchema.safeParse(table);
  if (!parsed.success) {
    return {
      problems: parsed.error.issues.map((issue) => ({
        path: [...path, ...issue.path.map(String)],
        problem: toProblem(issue),
      })),
    };
  }
  const { baseUrl: url, key } = parsed.data;
  const kind = parsed.data.kind ?? providerKinds.find((known) => known === name);
  if (kind === undefined)
    return bad(`says no kind; write kind = "openai-compatible" or another of: ${providerKinds.join(", ")}`);
  if (kind === "openai-compatible" && url === undefined) return bad('needs its address: baseUrl = "https://.../v1"');
  return { kind, ...(url === undefined ? {} : { baseUrl: url }), ...(key === undefined ? {} : { key }) };
}

/** Zod's own messages never repeat the value, which might be a key; neither do these. */
function toProblem(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(providerConfigSchema.shape);
    return issue.keys.map((key) => `unknown setting "${key}"${didYouMean(key, known)}`).join("; ");
  }
  if (issue.code === "invalid_value") return `must be one of: ${providerKinds.join(", ")}`;
  return issue.message.replace(/^Invalid input: /, "");
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (
    /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" && url.search === "" && url.hash === ""
  );
}
