// Runs over machines and conductors in processes of their own while one thing after the other befalls them.

import { afterEach, expect, it } from "vitest";
import { pathToFileURL } from "node:url";
import { createChance } from "../simulator/chance.ts";
import { until } from "../support/meetings.ts";
import { describeNeeding } from "../support/needs.ts";
import { makeTestHost, type TestHost } from "../support/network-namespace.ts";
import { durable, startRedis, type RedisServer } from "../support/redis-server.ts";
import { runCampaign } from "./campaign.ts";
import { Crowd, movedClock, type CrowdOptions } from "./crowd.ts";

const year = 365 * 24 * 3_600_000;
const leaseSeconds = 3;
const pace = { modelMs: 400, toolMs: 400 };

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function serve(...settings: readonly string[]): Promise<RedisServer> {
  const server = await startRedis(...durable, ...settings);
  ends.push(server.dispose);
  return server;
}

async function gather(server: RedisServer, placeOf: NonNullable<CrowdOptions["placeOf"]>): Promise<Crowd> {
  const size = { machines: 2, capacity: 4, conductors: 1 };
  const crowd = new Crowd({ server, leaseSeconds, chance: createChance(1), pace, placeOf, ...size });
  ends.push(() => crowd.close());
  await crowd.start();
  return crowd;
}

describeNeeding("redis", "runs over machines that are faulted", () => {
  it(
    "FLT4 machines and conductors that are killed or frozen, a server that is, lost connections and doubled messages",
    { timeout: 300_000 },
    async () => {
      const result = await runCampaign({ runs: 40, seed: 11, atOnce: 20 });
      expect(result.broken).toEqual([]);
      expect(result.faulted).toBeGreaterThanOrEqual(40);
    },
  );

  it(
    "FLT6 machines whose clocks are wrong by a year, either way, and one of them killed",
    { timeout: 120_000 },
    async () => {
      const crowd = await gather(await serve(), (at) => ({
        wrap: [
          "env",
          `NODE_OPTIONS=--import=${pathToFileURL(movedClock).href}`,
          `TUTTI_TEST_CLOCK_MS=${at === 0 ? year : -year}`,
        ],
      }));
      const [ahead] = crowd.machines;
      const conducting = crowd.conduct({ tickets: 8, depth: 2, held: 0 });
      await until(() => (ahead?.working.size ?? 0) > 0, 30_000);
      await ahead?.process.kill();
      expect((await conducting).broken).toEqual([]);
    },
  );
});

describeNeeding("redis", "a machine that is cut off", () => {
  describeNeeding("namespaces", "by the network between hosts", () => {
    it("FLT5 loses its attempts to another, and lets go of them once it is back", { timeout: 120_000 }, async () => {
      const host: TestHost = makeTestHost(9);
      ends.push(host.dispose);
      const server = await serve("--bind", "127.0.0.1", host.near, "--protected-mode", "no");
      const far = { wrap: host.prefix, store: `redis://${host.near}:${server.port}` };
      const crowd = await gather(server, (at) => (at === 0 ? far : { wrap: [] }));
      const [there] = crowd.machines;
      const conducting = crowd.conduct({ tickets: 8, depth: 2, held: 0 });
      await until(() => (there?.working.size ?? 0) > 0, 30_000);
      host.cut();
      const { broken } = await conducting;
      expect(broken).toEqual([]);
      host.mend();
      await until(() => there?.working.size === 0, 30_000);
    });
  });
});
