// Reads one key from HashiCorp Vault's KV store, version 2. It reads exactly the secret that is named: it lists nothing,
// renews nothing, follows no redirect, and speaks plain http to loopback addresses alone.

import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { z } from "zod";
import { isPlainHttpAllowed, parseVaultReference, type VaultReference } from "../../domain/key-reference.ts";
import type { VaultConfig } from "../../domain/user-config.ts";
import { Fault } from "../../engine/ports.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export type VaultSources = {
  /** `[vault]` of the person's config; what it leaves out comes from VAULT_ADDR, VAULT_TOKEN and so on. */
  readonly vault: VaultConfig | undefined;
  readonly env: Environment;
  /** For the whole answer. */
  readonly timeoutMs?: number;
};

const longestMs = 10_000;
/** Bytes; a secret with a key in it is small. */
const largestAnswer = 1024 * 1024;

/** Throws Fault `key_missing` in words that never hold the token or the key. */
export async function readVaultKey(reference: string, sources: VaultSources): Promise<string> {
  const wanted = parseVaultReference(reference);
  if (wanted === undefined)
    throw new Fault("key_missing", `"${reference}" is no reference into a vault`, {
      remedy: "Write vault:<mount>/<path>#<field>.",
    });
  const refuse = (problem: string, remedy: string, cause?: unknown): Fault =>
    new Fault("key_missing", `${reference} cannot be read: ${problem}`, { remedy, cause });
  const door = await openDoor(sources, refuse);
  const answer = await ask(door, wanted).catch((error: unknown) => {
    throw refuse(...unreachable(error, door), error);
  });
  if (answer.status !== 200) throw refuse(...toWords(answer, wanted, door));
  return fieldOf(answer.body, wanted, refuse);
}

type Refuse = (problem: string, remedy: string, cause?: unknown) => Fault;

type Door = {
  readonly address: URL;
  readonly token: string;
  readonly namespace: string | undefined;
  readonly ca: string | undefined;
  readonly timeoutMs: number;
};

const said = (text: string | undefined): string | undefined => (text === undefined || text === "" ? undefined : text);

async function openDoor({ vault, env, timeoutMs = longestMs }: VaultSources, refuse: Refuse): Promise<Door> {
  const address = vault?.address ?? said(env["VAULT_ADDR"]);
  const where =
    'Set VAULT_ADDR, or address under [vault] in config.toml, for example "https://vault.example.org:8200".';
  if (address === undefined) throw refuse("no vault is named", where);
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    throw refuse("the vault's address is no http:// or https:// address", where);
  const url = new URL(address);
  if (url.username !== "" || url.password !== "")
    throw refuse("the vault's address holds a user name or password", where);
  if (!isPlainHttpAllowed(address))
    throw refuse(`${url.origin} is not encrypted`, "Use https://; plain http is for loopback addresses alone.");
  const caFile = vault?.ca ?? said(env["VAULT_CACERT"]);
  return {
    address: url,
    token: await readToken({ vault, env }, refuse),
    timeoutMs,
    namespace: vault?.namespace ?? said(env["VAULT_NAMESPACE"]),
    ca:
      caFile === undefined
        ? undefined
        : await readOwn(caFile, env, (problem) =>
            refuse(
              `the certificate authority's file ${caFile} ${problem}`,
              "Correct ca under [vault], or VAULT_CACERT.",
            ),
          ),
  };
}

async function readToken({ vault, env }: VaultSources, refuse: Refuse): Promise<string> {
  const reference = vault?.token ?? "env:VAULT_TOKEN";
  const isFile = reference.startsWith("file:");
  const place = reference.slice(isFile ? "file:".length : "env:".length);
  const missing = (problem: string): Fault =>
    refuse(
      `the vault's token (${isFile ? `the file ${place}` : `the environment variable ${place}`}) ${problem}`,
      "Set it, or name another place: token under [vault] in config.toml.",
    );
  const token = isFile ? await readOwn(place, env, missing) : env[place];
  const trimmed = token?.trim() ?? "";
  if (trimmed === "") throw missing("is not set");
  if (!/^[\u0021-\u007E]+$/.test(trimmed)) throw missing("has characters that no token has");
  return trimmed;
}

async function readOwn(file: string, env: Environment, refuse: (problem: string) => Fault): Promise<string> {
  try {
    return await readFile(file.replace(/^~(?=\/)/, env["HOME"] ?? homedir()), "utf8");
  } catch (error) {
    throw refuse(`cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"})`);
  }
}

type Answer = { readonly status: number; readonly body: string };

async function ask(
  { address, token, namespace, ca, timeoutMs }: Door,
  { mount, path }: VaultReference,
): Promise<Answer> {
  // Loaded here: hardly a command reads a vault, and node:http makes every start 40 ms longer.
  const [{ request: requestPlain }, { request: requestTls }] = await Promise.all([
    import("node:http"),
    import("node:https"),
  ]);
  const encode = (parts: string): string => parts.split("/").map(encodeURIComponent).join("/");
  const base = address.pathname.replace(/\/+$/, "");
  const url = new URL(`${base}/v1/${encode(mount)}/data/${encode(path)}`, address.origin);
  const headers = {
    "X-Vault-Token": token,
    "X-Vault-Request": "true",
    accept: "application/json",
    ...(namespace === undefined ? {} : { "X-Vault-Namespace": namespace }),
  };
  const signal = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    // No agent and no redirects: the token goes to this address, once, and nowhere else.
    // Certificates are checked whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    const options = { method: "GET", headers, signal, agent: false, rejectUnauthorized: true } as const;
    const request =
      url.protocol === "https:"
        ? requestTls(url, { ...options, minVersion: "TLSv1.2", ...(ca === undefined ? {} : { ca }) })
        : requestPlain(url, options);
    request.on("error", reject);
    request.on("response", (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on("data", (part: Buffer) => {
        size += part.length;
        if (size > largestAnswer) request.destroy(new Error("the answer is too large"));
        else parts.push(part);
      });
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString("utf8") }),
      );
    });
    request.end();
  });
}

type Words = readonly [problem: string, remedy: string];

function unreachable(error: unknown, { address, ca, timeoutMs }: Door): Words {
  const { name = "", code = "", message = "" } = error as Partial<NodeJS.ErrnoException>;
  if (name === "TimeoutError" || name === "AbortError")
    return [`${address.origin} did not answer within ${timeoutMs / 1000} seconds`, "Look whether the vault is up."];
  if (/^(?:UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT_)/.test(code) || code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return [
      `the certificate of ${address.origin} is not trusted (${code})`,
      ca === undefined
        ? "Name the file of its certificate authority: ca under [vault] in config.toml, or VAULT_CACERT."
        : "Look whether ca under [vault], or VAULT_CACERT, names the authority that signed it, and the name fits.",
    ];
  return [
    `${address.origin} cannot be reached (${code === "" ? message : code})`,
    "Look at the address and the network.",
  ];
}

/** What Vault's statuses mean here. */
function toWords({ status, body }: Answer, { mount, path }: VaultReference, { address, namespace }: Door): Words {
  const policy = `path "${mount}/data/${path}" { capabilities = ["read"] }`;
  const space = namespace === undefined ? "" : ` in the namespace ${namespace}`;
  switch (status) {
    case 403:
      return [
        "the vault denies it (403): the token is not valid, or may not read this secret",
        `Its policy needs: ${policy}`,
      ];
    case 404: {
      if (isDeleted(body))
        return ["the newest version of the secret is deleted (404)", "Undelete it in the vault, or write it anew."];
      const doubled = path.startsWith("data/")
        ? ` Leave out "data/": it belongs to Vault's addresses, not to the path.`
        : "";
      return [
        `there is no secret ${path} under the mount ${mount}${space} (404)`,
        `Look at the path with: vault kv get -mount=${mount} ${path.replace(/^data\//, "")}. The mount has to be a KV store of version 2.${doubled}`,
      ];
    }
    case 400:
      return [
        `the vault does not understand it (400)${space}`,
        "The mount has to be a KV store of version 2; look at the namespace too.",
      ];
    case 429:
    case 472:
    case 473:
      return [`the vault is a standby or limits requests (${status})`, "Name the active server, or try again later."];
    case 503:
      return ["the vault is sealed or in maintenance (503)", "Unseal it, then try again."];
    default:
      return status >= 300 && status < 400
        ? [
            `${address.origin} sends its callers elsewhere (${status}), which is not followed`,
            "Name the address of the active server itself.",
          ]
        : [`the vault answers ${status}`, "Look at the vault's own log."];
  }
}

const secretShape = z.object({
  data: z.object({
    data: z.record(z.string(), z.unknown()).nullable(),
    metadata: z.object({ deletion_time: z.string().optional(), destroyed: z.boolean().optional() }).optional(),
  }),
});

const parsed = (body: string): z.infer<typeof secretShape> | undefined => {
  try {
    return secretShape.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};

const isDeleted = (body: string): boolean => {
  const { deletion_time: deleted = "", destroyed = false } = parsed(body)?.data.metadata ?? {};
  return deleted !== "" || destroyed;
};

function fieldOf(body: string, { field }: VaultReference, refuse: Refuse): string {
  const secret = parsed(body);
  if (secret === undefined)
    throw refuse(
      "the answer is not that of a KV store of version 2",
      "Look at the address; a store of version 1 can be upgraded with: vault kv enable-versioning <mount>",
    );
  const fields = secret.data.data;
  if (fields === null)
    throw refuse("the newest version of the secret is deleted", "Undelete it in the vault, or write it anew.");
  if (!Object.hasOwn(fields, field))
    // The names of the other fields stay where they are: nobody asked for them.
    throw refuse(`the secret has no field "${field}"`, "Correct what stands after # in the reference.");
  const value = fields[field];
  if (typeof value !== "string") throw refuse(`its field "${field}" is no text`, "Store the key as a text.");
  return value;
}
