// The person's own configuration, as far as it names model providers, the vault their keys lie in, and where the person
// is told what waits for them: shape and checks. Only this file may name an endpoint.

import { z } from "zod";
import { remoteTemplate, toWorkerSettings, workerTable, type WorkerSettings } from "./machine-settings.ts";
import { isPlainHttpAllowed, parseVaultReference } from "./key-reference.ts";
import { parseSettings } from "./settings-fields.ts";
import { parseStoreAddress } from "./store-address.ts";
import type { ParsedSettings, SettingsProblem } from "./settings-fields.ts";

export const providerKinds = ["anthropic", "openai", "google", "openrouter", "ollama", "openai-compatible"] as const;
export type ProviderKind = (typeof providerKinds)[number];

const plainReference = /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:(?:\/|~\/).+)$/;

const keyReference = z
  .string({ error: "must be a reference to a key" })
  .refine((text) => plainReference.test(text) || parseVaultReference(text) !== undefined, {
    error:
      'must be "env:NAME", "file:/path/to/key" or "vault:<mount>/<path>#<field>": a reference, never the key itself',
  });

const baseUrl = z.string({ error: "must be an address" }).refine(isEndpoint, {
  error: "must be an http:// or https:// address without a user name, a password or a query",
});

const providerTable = z.strictObject({
  /** May be left out where the provider's name is itself a kind. */
  kind: z.enum(providerKinds, { error: `must be one of: ${providerKinds.join(", ")}` }).optional(),
  baseUrl: baseUrl.optional(),
  key: keyReference.optional(),
});

const webhookUrl = z
  .string({ error: "must be an address" })
  .max(2_000, { error: "is longer than 2000 characters" })
  .refine(isWebhook, {
    error:
      "must be an https:// address without a user name, a password or a fragment; plain http is for loopback addresses alone",
  });

const notifyTable = z.strictObject({
  webhook: webhookUrl,
  /** What the body is signed with. */
  secret: keyReference.optional(),
});

const vaultTable = z.strictObject({
  address: baseUrl
    .refine(isPlainHttpAllowed, { error: "must begin with https://; plain http is for loopback addresses alone" })
    .optional(),
  /** Never from the vault itself. */
  token: z
    .string({ error: "must be a reference to a token" })
    .regex(plainReference, { error: 'must be "env:NAME" or "file:/path": a reference, never the token itself' })
    .optional(),
  namespace: z
    .string({ error: "must be the name of a namespace" })
    .regex(/^[\w./-]{1,300}$/, { error: "must be the name of a namespace: letters, digits, - _ . and /" })
    .optional(),
  ca: z
    .string({ error: "must be the path of a file" })
    .regex(/^(?:\/|~\/)/, { error: "must be an absolute path, or one that begins with ~/" })
    .optional(),
});

const providerNames = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]*$/, { error: "has a name with other characters than a-z, 0-9, - and _" })
  .refine((name) => name !== "scripted", { error: "is the name of the scripted model; choose another" });

export const userConfigTable = z.looseObject({
  providers: z.record(providerNames, providerTable, { error: "must be tables like [providers.local]" }).optional(),
  vault: vaultTable.optional(),
  notify: notifyTable.optional(),
  /** "local", or the address of a server. */
  store: z
    .string({ error: "must be the address of a store" })
    .superRefine((text, context) => {
      const parsed = text === "local" ? undefined : parseStoreAddress(text);
      if (parsed?.ok === false) context.addIssue({ code: "custom", message: `${parsed.problem}. ${parsed.remedy}` });
    })
    .optional(),
  /** Where the work of runs on a server travels; undefined: it is fetched from the machine a run was begun on. */
  remote: remoteTemplate.optional(),
  worker: workerTable.optional(),
});

export type ProviderConfig = { readonly kind: ProviderKind; readonly baseUrl?: string; readonly key?: string };

export type VaultConfig = {
  readonly address?: string;
  readonly token?: string;
  readonly namespace?: string;
  /** PEM file of the certificate authority that its certificate is signed by. */
  readonly ca?: string;
};

/** Where the person is told what waits for them; `secret` is a reference to what the body is signed with. */
export type NotifyConfig = { readonly webhook: string; readonly secret?: string };

export type UserConfig = {
  /** By the name that stands before the first slash of a model id. */
  readonly providers: Readonly<Record<string, ProviderConfig>>;
  /** What is missing here is taken from VAULT_ADDR, VAULT_TOKEN, VAULT_NAMESPACE and VAULT_CACERT. */
  readonly vault?: VaultConfig;
  readonly notify?: NotifyConfig;
  /** Where runs are recorded: "local", or the address of a server. */
  readonly store?: string;
  /** Address of a git repository that the work of runs travels by; `{project}` in it stands for the project's name. */
  readonly remote?: string;
  /** How this machine works for runs that others conduct. */
  readonly worker?: WorkerSettings;
};

export const emptyUserConfig: UserConfig = { providers: {} };

/** Checks `[providers.*]`, `[vault]`, `[notify]`, `[worker]`, `store` and `remote` of a parsed file; all problems at once. Other tables are not looked at. */
export function parseUserConfig(value: unknown): ParsedSettings<UserConfig> {
  const parsed = parseSettings(userConfigTable, value);
  if (!parsed.ok) return parsed;
  const problems: SettingsProblem[] = [];
  const providers: Record<string, ProviderConfig> = Object.create(null) as Record<string, ProviderConfig>;
  for (const [name, { kind: said, baseUrl: url, key }] of Object.entries(parsed.value.providers ?? {})) {
    const bad = (problem: string, remedy: string) => problems.push({ path: ["providers", name], problem, remedy });
    const kind = said ?? providerKinds.find((known) => known === name);
    if (kind === undefined)
      bad("says no kind", `Write kind = "openai-compatible", or another of: ${providerKinds.join(", ")}.`);
    else if (kind === "openai-compatible" && url === undefined)
      bad("has no address", 'Write baseUrl = "https://.../v1".');
    else
      providers[name] = { kind, ...(url === undefined ? {} : { baseUrl: url }), ...(key === undefined ? {} : { key }) };
  }
  if (problems.length > 0) return { ok: false, problems };
  const { vault, notify, store, remote, worker } = parsed.value;
  return {
    ok: true,
    value: {
      providers,
      ...(vault === undefined ? {} : { vault: said(vault) }),
      ...(notify === undefined ? {} : { notify: told(notify) }),
      ...(store === undefined ? {} : { store }),
      ...(remote === undefined ? {} : { remote }),
      ...(worker === undefined ? {} : { worker: toWorkerSettings(worker) }),
    },
  };
}

const said = ({ address, token, namespace, ca }: z.infer<typeof vaultTable>): VaultConfig => ({
  ...(address === undefined ? {} : { address }),
  ...(token === undefined ? {} : { token }),
  ...(namespace === undefined ? {} : { namespace }),
  ...(ca === undefined ? {} : { ca }),
});

const told = ({ webhook, secret }: z.infer<typeof notifyTable>): NotifyConfig => ({
  webhook,
  ...(secret === undefined ? {} : { secret }),
});

function isWebhook(text: string): boolean {
  if (!URL.canParse(text) || !isPlainHttpAllowed(text)) return false;
  const { protocol, username, password, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username === "" && password === "" && hash === "";
}

function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return (
    /^https?:$/.test(url.protocol) && url.username === "" && url.password === "" && url.search === "" && url.hash === ""
  );
}
