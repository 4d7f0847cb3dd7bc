// How a Redis server is spoken to, for all adapters that do: who asks, over what kind of connection, and scripts that run
// on the server in one step.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isIP } from "node:net";
import type { Redis, RedisOptions } from "ioredis";
import type { StoreAddress } from "../domain/store-address.ts";
import { Fault } from "../engine/ports.ts";

export type StoreAccess = {
  readonly address: StoreAddress;
  /** Read when a connection is first made. Throws Fault `key_missing`. */
  readonly password: () => Promise<string | undefined>;
};

/** A command's arguments. */
export type Argument = string | number | Buffer;

export type Script = { readonly lua: string; readonly sha: string };

export const makeScript = (lua: string): Script => ({ lua, sha: createHash("sha1").update(lua).digest("hex") });

export type ScriptCall = {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly Argument[];
};

/** Its text is sent only where the server does not know it yet. */
export async function runScript(redis: Redis, { script, keys, args }: ScriptCall): Promise<unknown> {
  const rest = [keys.length, ...keys, ...args];
  try {
    return await redis.call("EVALSHA", script.sha, ...rest);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    return redis.call("EVAL", script.lua, ...rest);
  }
}

export type ConnectionOptions = RedisOptions & { readonly replyMapping: "legacy" };

/** All of it may be sent to another thread. Throws Faults `key_missing`, `store_refused`. */
export async function connectionOptions({ address, password }: StoreAccess): Promise<ConnectionOptions> {
  const { host, port, db, user, tls, ca } = address;
  const secret = await password();
  return {
    host,
    port,
    db,
    ...(user === undefined ? {} : { username: user }),
    ...(secret === undefined ? {} : { password: secret }),
    ...(tls
      ? { tls: { ...(isIP(host) === 0 ? { servername: host } : {}), ...(ca === undefined ? {} : { ca: readCa(ca) }) } }
      : {}),
    lazyConnect: true,
    connectTimeout: 5_000,
    connectionName: "tutti",
    disableClientInfo: true,
    // A command that was under way when the connection broke is sent again: each of ours may come twice.
    maxRetriesPerRequest: null,
    autoResendUnfulfilledCommands: true,
    replyMapping: "legacy",
  };
}

function readCa(path: string): string {
  try {
    return readFileSync(path.replace(/^~(?=\/)/, homedir()), "utf8");
  } catch (cause) {
    throw new Fault("store_refused", `The certificate authority of the store cannot be read: ${path}`, {
      remedy: "Correct ca= in the store's address.",
      cause,
    });
  }
}
