// A provider that told one run to wait is left alone by all runs of a store.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRedisHolds } from "../../../src/adapters/log/redis/redis-holds.ts";
import { heedHolds } from "../../../src/adapters/models/heed-holds.ts";
import type { ModelId } from "../../../src/domain/ids.ts";
import { zeroUsage } from "../../../src/domain/usage.ts";
import type { ModelFault, ModelReply, ModelRequest, Models } from "../../../src/engine/ports.ts";
import { describeNeeding } from "../../support/needs.ts";
import { durable, startRedis, type RedisServer } from "../../support/redis-server.ts";

const reply: ModelReply = { kind: "reply", text: "Yes.", reasoning: "", calls: [], finish: "stop", usage: zeroUsage };
const refused: ModelFault = {
  kind: "fault",
  code: "rate_limited",
  detail: "slow down",
  retryAfterMs: 30_000,
  usage: zeroUsage,
};

/** Answers in this order, and counts how often it was called. */
function modelsSaying(...outcomes: readonly (ModelReply | ModelFault)[]): Models & { readonly calls: () => number } {
  let calls = 0;
  return {
    call: async () => outcomes[calls++] ?? reply,
    check: async () => undefined,
    calls: () => calls,
  };
}

const call = (models: Models, model: string, signal = new AbortController().signal) => {
  const request: ModelRequest = {
    model: model as ModelId,
    system: "",
    messages: [],
    tools: [],
    maxOutputTokens: 10,
    turnMs: 1_000,
    idleMs: 1_000,
    step: { ticket: "T1" as never, attempt: 1, turn: 1, try: 1 },
  };
  return models.call(request, { signal, onDelta: () => {} });
};

describe("holds that are shared", () => {
  it("QUE24 a hold that cannot be asked for holds nobody back, and a call that is not wanted any more is not made", async () => {
    const models = modelsSaying();
    const heeding = heedHolds(models, { left: async () => 0, hold: async () => {} });
    expect(await call(heeding, "a/one")).toEqual(reply);
    expect(await call(heeding, "a/one", AbortSignal.abort())).toMatchObject({ kind: "cancelled" });
    expect(models.calls()).toBe(1);
  });
});

describeNeeding("redis", "holds on a server", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(...durable);
  });
  afterAll(() => server.dispose());

  it("QUE24 a provider that told one run to wait is not called by another; other providers are", async () => {
    const [here, there] = [modelsSaying(refused), modelsSaying()];
    const first = heedHolds(here, createRedisHolds(server.link()));
    const second = heedHolds(there, createRedisHolds(server.link()));
    expect(await call(first, "a/one")).toEqual(refused);
    const held = await call(second, "a/two");
    expect(held).toMatchObject({ kind: "fault", code: "rate_limited", usage: zeroUsage });
    expect((held as ModelFault).retryAfterMs).toBeGreaterThan(20_000);
    expect((held as ModelFault).retryAfterMs).toBeLessThanOrEqual(30_000);
    expect(there.calls()).toBe(0);
    expect(await call(second, "b/one")).toEqual(reply);
  });

  it("QUE24 the longer of two holds counts, and ends by itself", async () => {
    const holds = createRedisHolds(server.link());
    await holds.hold("c", 60_000);
    await holds.hold("c", 10);
    expect(await holds.left("c")).toBeGreaterThan(50_000);
    await holds.hold("d", 30);
    await expect.poll(() => holds.left("d")).toBe(0);
  });
});
