// Where a server may listen. Whoever can reach it is stopped by the token alone, so beyond this machine it is spoken to
// over TLS only, and under names that somebody gave it.

import { isIP } from "node:net";
import { Fault } from "../engine/ports.ts";
import type { Address } from "./address.ts";

/** As a person asks for it. `cert` and `key` are PEM texts. */
export type BindRequest = {
  /** A name or an IP address; `127.0.0.1` where absent. */
  readonly host?: string;
  /** Names in Host and Origin beside the loopback ones, without a port. */
  readonly names?: readonly string[];
  readonly cert?: string;
  readonly key?: string;
};

export type Bind = Required<Pick<Address, "names" | "isTls">> & {
  readonly host: string;
  readonly tls: { readonly cert: string; readonly key: string } | null;
};

const loopbackHost = "127.0.0.1";

/** Throws Fault `bind_refused`. */
export function checkBind({ host = loopbackHost, names = [], cert, key }: BindRequest): Bind {
  const tls = cert === undefined || key === undefined ? null : { cert, key };
  if (tls === null && (cert !== undefined || key !== undefined))
    throw refuse("TLS needs both a certificate and its key", "Give --tls-cert and --tls-key.");
  for (const name of names) if (!isName(name)) throw refuse(`"${name}" is no host name`, nameHelp);
  if (isLoopback(host)) return { host, names, isTls: tls !== null, tls };
  if (tls === null)
    throw refuse(
      `${host} can be reached from other machines, and without TLS they can read the token on its way`,
      "Give --tls-cert and --tls-key, or leave --host out and come over an SSH tunnel: ssh -L 4711:127.0.0.1:<port>.",
    );
  const known = isWildcard(host) ? names : [...new Set([...names, nameOf(host)])];
  if (known.length === 0) throw refuse(`${host} stands for every address of this machine`, nameHelp);
  return { host, names: known, isTls: true, tls };
}

const nameHelp = "Give the name that browsers will use, without a port: --name tutti.example.";

const refuse = (what: string, remedy: string): Fault =>
  new Fault("bind_refused", `The server was not started: ${what}.`, { remedy });

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

/** `::ffff:0.0.0.0` and its like are none, and have to be named. */
const isWildcard = (host: string): boolean => host === "" || /^[0:.]+$/.test(host);

/** As it stands in a Host header. */
const nameOf = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host.toLowerCase());

const isName = (name: string): boolean =>
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(name) ||
  (name.startsWith("[") && name.endsWith("]") && isIP(name.slice(1, -1)) === 6);
