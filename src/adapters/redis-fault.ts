// What a Redis server, or the way to it, says went wrong, as a Fault with what to do about it.

import { Fault } from "../engine/ports.ts";

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/** Nothing was written, and the same may be tried again once there is room: no memory, or a disk that takes no more. */
export const isOutOfRoom = (error: unknown): boolean => /\bOOM\b|\bMISCONF\b|No space left/.test(textOf(error));

type Told = readonly [test: RegExp, code: string, problem: string, remedy: string];

/** By the first words of the server's answer. The remedies name nothing but settings of the server and of the address. */
const answers: readonly Told[] = [
  [
    /NOAUTH|HELLO must be called/,
    "store_refused",
    "it wants a password",
    "Name where the password lies: add ?password=env:NAME (or file:, vault:) to the store's address.",
  ],
  [
    /WRONGPASS|invalid username-password/,
    "store_refused",
    "it does not take this user and password",
    "Look at the user name in the store's address and at what its password reference leads to.",
  ],
  [
    /NOPERM/,
    "store_forbidden",
    "its user lacks a right",
    "docs/guide/redis.md has the ACL rule with all that Tutti needs.",
  ],
  [
    /READONLY|replica/,
    "store_read_only",
    "it is a replica, which takes no writes",
    "Give the address of the primary server.",
  ],
  [
    /CLUSTERDOWN|MOVED|CROSSSLOT/,
    "store_unfit",
    "it is a part of a cluster",
    "Give the address of a single server: clusters are not used yet.",
  ],
  [
    /LOADING/,
    "store_unreachable",
    "it is still reading its data",
    "Try again in a moment: what was acknowledged is being read back.",
  ],
  [
    /Unknown RESP type|Protocol error|ParserError/,
    "store_unreachable",
    "what answers there does not speak the Redis protocol",
    "Look at the port, and whether the server wants TLS (rediss://).",
  ],
  [
    /certificate|self.signed|unable to verify|SSL|TLS|secure/i,
    "store_unreachable",
    "no trusted TLS connection can be made",
    "Name the certificate authority with ?ca=/path/to/ca.pem; for a server without TLS write redis://.",
  ],
];

const network: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "no machine has that name",
  EAI_AGAIN: "its name cannot be looked up now",
  ETIMEDOUT: "it does not answer",
  ECONNRESET: "it closes the connection",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no way to it",
};

/** `store`: its address as a person may see it. What is known already comes back unchanged. */
export function toRedisFault(error: unknown, store: string): Fault {
  if (error instanceof Fault) return error;
  const text = textOf(error);
  if (isOutOfRoom(error))
    return new Fault("disk_full", `The store ${store} has no room: ${text}`, {
      remedy: "Give the server more memory (maxmemory) or disk, then try again.",
      cause: error,
    });
  const [, code, problem, remedy] = answers.find(([test]) => test.test(text)) ?? [];
  if (code !== undefined)
    return new Fault(code, `The store ${store} cannot be used: ${problem ?? text}${detailOf(text)}`, {
      remedy: remedy ?? "",
      cause: error,
    });
  return unreachable(store, network[String(codeOf(error))] ?? text, error);
}

/** A right that is lacking is named by the server alone. */
const detailOf = (text: string): string => {
  const [, what] = /NOPERM .*?(?:run the '([^']+)' command|access .*)/.exec(text) ?? [];
  return what === undefined ? "" : ` (${what.slice(0, 40)})`;
};

export const unreachable = (store: string, problem: string, cause?: unknown): Fault =>
  new Fault("store_unreachable", `The store ${store} cannot be reached: ${problem}`, {
    remedy: "Start the server, or correct the store's address; what was acknowledged is safe with it.",
    cause,
  });
