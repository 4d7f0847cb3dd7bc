// Where this process keeps runs: in the state folder, or on the server that the person named. One connection for all.

import { createRedisLink, type RedisLink } from "../adapters/log/redis/redis-link.ts";
import { createRedisShelf, projectsOn } from "../adapters/log/redis/redis-shelf.ts";
import type { RunShelf } from "../adapters/log/run-shelf.ts";
import { namesIn } from "../adapters/log/run-stamps.ts";
import type { StoreAccess } from "../adapters/redis-access.ts";
import { createSqliteShelf } from "../adapters/log/sqlite-shelf.ts";
import { readKey } from "../adapters/models/provider-keys.ts";
import type { Homes } from "../adapters/run-files.ts";
import { loadUserConfig } from "../adapters/settings-files.ts";
import { parseStoreAddress, type StoreAddress } from "../domain/store-address.ts";
import { Fault } from "../engine/ports.ts";
import { pipelineKeys } from "./pipeline-keys.ts";

type Shelved = { readonly homes: Homes; readonly key: string; readonly runs: string };

/** `warn`: told of what is doubtful but not refused. Throws Fault `store_unknown` for an address that is none. */
export function shelfOf({ homes, key, runs }: Shelved, warn?: (message: string) => void): RunShelf {
  if (homes.store === undefined) return createSqliteShelf(runs, warn);
  const link = linkTo(homes);
  return createRedisShelf({ link, project: key, dir: runs, warn: warn ?? warnOnce, besides: pipelineKeys });
}

/** The names of all projects that have runs, or may have. */
export const projectKeys = async (homes: Homes): Promise<readonly string[]> =>
  homes.store === undefined ? namesIn(homes.state) : projectsOn(linkTo(homes));

const links = new Map<string, RedisLink>();
const told = new Set<string>();

function warnOnce(message: string): void {
  if (told.has(message)) return;
  told.add(message);
  process.emitWarning(message);
}

/** Throws Fault `store_unknown`. */
export function linkTo(homes: Homes): RedisLink {
  const text = homes.store?.address ?? "";
  const known = links.get(text);
  if (known !== undefined) return known;
  const link = createRedisLink(storeAccess(homes));
  links.set(text, link);
  return link;
}

/** Throws Fault `store_unknown`. */
export function storeAccess(homes: Homes): StoreAccess {
  const address = addressOf(homes.store?.address ?? "");
  return { address, password: () => readPassword(address, homes) };
}

function addressOf(text: string): StoreAddress {
  const parsed = parseStoreAddress(text);
  if (parsed.ok) return parsed.value;
  throw new Fault("store_unknown", `The store's address ${parsed.problem}.`, { remedy: `${parsed.remedy}.` });
}

async function readPassword({ password }: StoreAddress, { config, store }: Homes): Promise<string | undefined> {
  if (password === undefined) return undefined;
  const { vault } = await loadUserConfig(config);
  return readKey({ provider: "the store", references: [password], env: store?.env ?? {}, vault });
}
