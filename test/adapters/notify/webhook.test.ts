// The webhook against a server that is well, slow, at fault or silent.

import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { createWebhook, type Webhook, type WebhookOptions } from "../../../src/adapters/notify/webhook.ts";
import { Fault } from "../../../src/engine/ports.ts";
import { startHook, type HookServer } from "./hook-server.ts";

let server: HookServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

type Made = { readonly hook: Webhook; readonly server: HookServer; readonly failures: string[] };

async function make(answers: readonly number[], more: Partial<WebhookOptions> = {}): Promise<Made> {
  server = await startHook(answers);
  const failures: string[] = [];
  const hook = createWebhook({
    url: server.url,
    secret: undefined,
    onFailure: (words) => failures.push(words),
    tryMs: 200,
    backoffMs: [10, 20],
    ...more,
  });
  return { hook, server, failures };
}

describe("the webhook", () => {
  it("NOTIFY1 NOTIFY2 is told in order, each message signed and with a name of its own", async () => {
    const { hook, server: at, failures } = await make([204], { secret: () => Promise.resolve("s3cret") });
    hook.send("waiting", { event: "waiting", n: 1 });
    hook.send("ended", { event: "ended", n: 2 });
    await hook.close(2_000);
    expect(at.told.map(({ body }) => body)).toEqual(['{"event":"waiting","n":1}', '{"event":"ended","n":2}']);
    for (const { headers, body } of at.told)
      expect(headers["x-tutti-signature"]).toBe(`sha256=${createHmac("sha256", "s3cret").update(body).digest("hex")}`);
    expect(new Set(at.told.map(({ headers }) => headers["x-tutti-delivery"])).size).toBe(2);
    expect(at.told[0]?.headers).toMatchObject({ "content-type": "application/json", "x-tutti-event": "waiting" });
    expect(failures).toEqual([]);
    hook.send("late", {});
    await hook.close(100);
    expect(at.told).toHaveLength(2);
  });

  it("NOTIFY3 is tried again twice under the same name where that may help, and then told of once", async () => {
    const mended = await make([503, 429, 200]);
    mended.hook.send("waiting", {});
    await mended.hook.close(2_000);
    expect(new Set(mended.server.told.map(({ headers }) => headers["x-tutti-delivery"])).size).toBe(1);
    expect([mended.server.told.length, mended.failures]).toEqual([3, []]);
    await mended.server.close();

    const broken = await make([500]);
    broken.hook.send("waiting", {});
    await broken.hook.close(2_000);
    expect(broken.server.told).toHaveLength(3);
    expect(broken.failures).toEqual(["The webhook was not told (waiting): it answered 500."]);
  });

  it.each([404, 401, 302])("NOTIFY3 is not tried again after %i, and follows nowhere", async (status) => {
    const { hook, server: at, failures } = await make([status]);
    hook.send("ended", {});
    await hook.close(2_000);
    expect(at.told).toHaveLength(1);
    expect(failures).toEqual([`The webhook was not told (ended): it answered ${status}.`]);
  });

  it("NOTIFY3 NOTIFY2 one that never answers is given up in time, in words without its address", async () => {
    const { hook, server: at, failures } = await make([0]);
    const before = performance.now();
    hook.send("waiting", {});
    expect(performance.now() - before).toBeLessThan(50);
    await hook.close(5_000);
    expect(at.told).toHaveLength(3);
    expect(failures).toEqual(["The webhook was not told (waiting): it did not answer within 200 ms."]);
    expect(failures.join("")).not.toContain("CANARY");
  });

  it("NOTIFY3 an end does not wait longer than it may, and gives up what still waits", async () => {
    const { hook, server: at, failures } = await make([0], { tryMs: 60_000 });
    for (let n = 0; n < 60; n += 1) hook.send("waiting", { n });
    const before = performance.now();
    await hook.close(150);
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(at.told).toHaveLength(1);
    expect(failures).toEqual(["The webhook was not told (waiting): the run ended before it answered."]);
  });

  it("NOTIFY3 NOTIFY2 one that is not there, and a secret that cannot be read, are told without the address", async () => {
    const gone = await make([204]);
    await gone.server.close();
    server = undefined;
    gone.hook.send("waiting", {});
    await gone.hook.close(2_000);
    expect(gone.failures).toEqual(["The webhook was not told (waiting): it cannot be reached: ECONNREFUSED."]);
    const blind = await make([204], {
      secret: () => Promise.reject(new Fault("key_missing", "no CANARY", { remedy: "Set it." })),
    });
    blind.hook.send("waiting", {});
    await blind.hook.close(2_000);
    expect([blind.server.told.length, blind.failures]).toEqual([
      0,
      ["The webhook was not told (waiting): its secret cannot be read."],
    ]);
  });
});
