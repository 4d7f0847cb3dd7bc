// Which providers are left alone for a while, by everybody whose runs lie on this server; by the server's clock.

import { makeScript } from "../../redis-access.ts";
import type { RedisLink } from "./redis-link.ts";

const holdKey = (provider: string): string => `tutti:hold:${provider}`;

/** KEYS hold. ARGV ms. What is held longer already stays so. */
const holdScript = makeScript(`
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], 1, 'PX', ARGV[1]) end
return 1`);

export type RedisHolds = {
  readonly left: (provider: string) => Promise<number>;
  readonly hold: (provider: string, ms: number) => Promise<void>;
};

/** A server that does not answer holds nobody back. */
export const createRedisHolds = (link: RedisLink): RedisHolds => ({
  left: async (provider) => Math.max(0, Number(await link.call("PTTL", holdKey(provider)).catch(() => 0))),
  hold: async (provider, ms) => {
    if (ms < 1) return;
    await link.run(holdScript, [holdKey(provider)], [Math.round(ms)]).catch(() => {});
  },
});
