// Where a provider's key comes from: `env:NAME`, `file:/path` or `vault:<mount>/<path>#<field>`. A key is read when it is
// needed, kept in memory alone, and never printed.

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import type { VaultConfig } from "../../domain/user-config.ts";
import { Fault } from "../../engine/ports.ts";
import { readVaultKey } from "./vault-key.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export type KeySource = {
  readonly provider: string;
  /** References in order of preference; the first that is set counts. */
  readonly references: readonly string[];
  readonly env: Environment;
  readonly vault?: VaultConfig | undefined;
};

/** Throws Fault `key_missing` with the way to set it. */
export async function readKey({ provider, references, env, vault }: KeySource): Promise<string> {
  for (const reference of references) {
    const key = (await readReference(reference, { env, vault }))?.trim();
    if (key === undefined || key === "") continue;
    if (/^[\u0021-\u007E]+$/.test(key)) return key;
    throw new Fault("key_missing", `the key of ${provider} (${reference}) has characters that no key has`, {
      remedy: "Look for a line break or a blank inside it.",
    });
  }
  const places = references.map(toWords).join(" or ");
  throw new Fault(
    "key_missing",
    `${provider} has no key: ${places === "" ? "none is named" : `${places} is not set`}`,
    {
      remedy: toRemedy(provider, references),
    },
  );
}

async function readReference(
  reference: string,
  { env, vault }: Pick<KeySource, "env" | "vault">,
): Promise<string | undefined> {
  if (reference.startsWith("vault:")) return readVaultKey(reference, { vault, env });
  if (reference.startsWith("env:")) return env[reference.slice("env:".length)];
  const file = reference.slice("file:".length).replace(/^~(?=\/)/, env["HOME"] ?? homedir());
  try {
    return await readFile(file, "utf8");
  } catch {
    // Missing or unreadable comes to the same for the person: there is no key.
    return undefined;
  }
}

const toWords = (reference: string): string =>
  reference.startsWith("vault:")
    ? `the field that ${reference} names`
    : reference.startsWith("env:")
      ? `the environment variable ${reference.slice("env:".length)}`
      : `the file ${reference.slice("file:".length)}`;

function toRemedy(provider: string, references: readonly string[]): string {
  const [first] = references;
  const named = `key = "env:NAME", "file:/path" or "vault:<mount>/<path>#<field>" under [providers.${provider}] in config.toml`;
  if (first === undefined) return `Name the key: ${named}.`;
  if (first.startsWith("vault:")) return `Look what the vault holds there, or change ${named}.`;
  if (first.startsWith("file:")) return `Write the key into ${first.slice("file:".length)}, or change ${named}.`;
  return `Set ${first.slice("env:".length)}, or name another place: ${named}.`;
}
