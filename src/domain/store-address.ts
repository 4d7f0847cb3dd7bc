// Where runs are recorded, where that is not a folder of this machine: the address of a Redis-protocol server.

import { parseVaultReference } from "./key-reference.ts";

/** `redis://[user@]host[:port][/db]`, `rediss://` for TLS; what else is said of it stands behind a question mark. */
export type StoreAddress = {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly user: string | undefined;
  /** A reference to the password: `env:`, `file:` or `vault:`. */
  readonly password: string | undefined;
  readonly tls: boolean;
  /** PEM file of the certificate authority that the server's certificate is signed by. */
  readonly ca: string | undefined;
  /** How long an owner that is not heard of keeps its run, in ms. */
  readonly leaseMs: number;
};

export type ParsedStoreAddress =
  | { readonly ok: true; readonly value: StoreAddress }
  /** Both without a full stop. */
  | { readonly ok: false; readonly problem: string; readonly remedy: string };

const example = "redis://127.0.0.1:6379";
const known = ["password", "ca", "lease", "plain"] as const;
const isReference = (text: string): boolean =>
  /^(?:env:[A-Za-z_][A-Za-z0-9_]*|file:(?:\/|~\/).+)$/.test(text) || parseVaultReference(text) !== undefined;

const bad = (problem: string, remedy: string): ParsedStoreAddress => ({ ok: false, problem, remedy });

/** Never repeats a password that was written into the address. */
export function parseStoreAddress(text: string): ParsedStoreAddress {
  const protocol = /^(rediss?):\/\//.exec(text)?.[1];
  if (protocol === undefined || !URL.canParse(text))
    return bad("is no address of a Redis server", `Write it like ${example}, or rediss:// for TLS`);
  const url = new URL(text);
  if (url.password !== "")
    return bad(
      "has a password in it, which would be seen by everybody who sees this address",
      `Name where it lies instead: ${protocol}://${url.username}@${url.host}?password=env:REDIS_PASSWORD`,
    );
  const unknown = [...url.searchParams.keys()].find((name) => !known.some((each) => each === name));
  if (unknown !== undefined) return bad(`says ${JSON.stringify(unknown)}`, `What may be said is: ${known.join(", ")}`);
  return parseParts(url, protocol === "rediss");
}

function parseParts(url: URL, tls: boolean): ParsedStoreAddress {
  const db = /^\/?(\d{0,3})$/.exec(url.pathname)?.[1];
  if (url.hostname === "" || db === undefined || url.hash !== "")
    return bad("names no server, or no number of a database behind it", `Write it like ${example}/0`);
  const said = (name: (typeof known)[number]): string | undefined => url.searchParams.get(name) ?? undefined;
  const password = said("password");
  if (password !== undefined && !isReference(password))
    return bad(
      "has something else than a reference as its password",
      'Write "env:NAME", "file:/path" or "vault:<mount>/<path>#<field>", with %23 for the #',
    );
  const ca = said("ca");
  if (ca !== undefined && !/^(?:\/|~\/)/.test(ca))
    return bad("names its certificate authority by a path that is not absolute", "Write ca=/path/to/ca.pem");
  const lease = said("lease") ?? "10";
  if (!/^\d{1,4}$/.test(lease) || Number(lease) < 2 || Number(lease) > 3_600)
    return bad("has a lease that is no number of seconds", "Write lease=10: a whole number from 2 to 3600");
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (!tls && !isLoopback(host) && said("plain") !== "yes")
    return bad(
      `would send what workers read and write to ${host} in the clear`,
      "Use rediss://, or add ?plain=yes where that network is yours alone",
    );
  const port = url.port === "" ? 6379 : Number(url.port);
  const user = url.username === "" ? undefined : decodeURIComponent(url.username);
  return {
    ok: true,
    value: { host, port, db: Number(db), user, password, tls, ca, leaseMs: Number(lease) * 1_000 },
  };
}

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/.test(host);

/** What a person is told of it. */
export const nameOfStore = ({ host, port, db, tls }: StoreAddress): string =>
  `${tls ? "rediss" : "redis"}://${host.includes(":") ? `[${host}]` : host}:${port}/${db}`;
