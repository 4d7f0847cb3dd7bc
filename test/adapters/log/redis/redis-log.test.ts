// The Redis store against the contract, on a server of the suite's own.

import { afterAll, beforeAll, describe } from "vitest";
import { createRedisRunStore } from "../../../../src/adapters/log/redis/redis-run-store.ts";
import { describeRunStore } from "../../../contract/event-log.ts";
import { describeNeeding } from "../../../support/needs.ts";
import { durable, startRedis, type RedisServer } from "../../../support/redis-server.ts";

describeNeeding("redis", "RDS1 the store on a Redis server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(...durable);
  });
  afterAll(() => server.dispose());

  describe("contract", () => {
    describeRunStore("redis", async () => {
      const link = server.link();
      await link.call("FLUSHALL");
      const makeStore = () => createRedisRunStore({ link, project: "sample" });
      // Another process has a connection of its own.
      const reopened = () => createRedisRunStore({ link: server.link(), project: "sample" });
      return { store: makeStore(), reopened, dispose: async () => link.close() };
    });
  });
});
