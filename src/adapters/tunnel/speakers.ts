// Which process is spoken to about a run: said by whoever conducts it, for as long as it does.

import type { RunId } from "../../domain/ids.ts";
import type { StoreLink } from "./store-link.ts";
import type { Inbox } from "./wire.ts";

export type Speaker = { readonly inbox: Inbox; readonly host: string };

/** The run's fencing token: of two that say they speak for it, the later owner does. */
export type Speaking = Speaker & { readonly run: RunId; readonly token: number };

const keptMs = 30_000;
export const renewMs = 10_000;

const keyOf = (run: RunId): string => `tutti:{${run}}:speaker`;

/** KEYS speaker. ARGV token, inbox and host, ms it is kept. */
const speakScript = `
local was = redis.call('GET', KEYS[1])
if was and tonumber(string.match(was, '^%d+')) > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[3])
return 1`;

/** KEYS speaker. ARGV token, inbox and host. */
const hushScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] .. ' ' .. ARGV[2] then return redis.call('DEL', KEYS[1]) end
return 0`;

const textOf = ({ inbox, host }: Speaker): string => `${inbox} ${host}`;

/** To be said again every `renewMs`. */
export async function speakFor(link: StoreLink, speaking: Speaking): Promise<void> {
  await link.call("EVAL", speakScript, 1, keyOf(speaking.run), speaking.token, textOf(speaking), keptMs);
}

export async function hush(link: StoreLink, speaking: Speaking): Promise<void> {
  await link.call("EVAL", hushScript, 1, keyOf(speaking.run), speaking.token, textOf(speaking));
}

export async function findSpeaker(link: StoreLink, run: RunId): Promise<Speaker | undefined> {
  const text = await link.call("GET", keyOf(run));
  const [, inbox, host] = typeof text === "string" ? (/^\d+ (\S+) (.*)$/.exec(text) ?? []) : [];
  return inbox === undefined || host === undefined ? undefined : { inbox, host };
}
