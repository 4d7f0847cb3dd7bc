// Who holds an attempt, when holders are busy, die or freeze, and when the server does.

import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { placeKey } from "../../../src/domain/machine.ts";
import { createRedisRunStore } from "../../../src/adapters/log/redis/redis-run-store.ts";
import { startLineProcess, type LineProcess } from "../../support/line-process.ts";
import { meetAt, placeOf, sampleRun, takeWithin, until, type Meetings } from "../../support/meetings.ts";
import { describeNeeding } from "../../support/needs.ts";
import { durable, startRedis, type RedisServer } from "../../support/redis-server.ts";

const script = new URL("./holder-process.ts", import.meta.url);
const leaseMs = 4_000;

describeNeeding("redis", "an attempt that a machine holds", () => {
  let server: RedisServer;
  let meetings: Meetings;
  const holders: LineProcess[] = [];
  beforeEach(async () => {
    server = await startRedis(...durable);
    meetings = meetAt(server, "?lease=4");
  });
  afterEach(async () => {
    for (const holder of holders.splice(0)) await holder.kill();
    await meetings.close();
    await server.dispose();
  });
  const startHolder = async (): Promise<LineProcess & { readonly id: string }> => {
    const holder = startLineProcess(script, [`${server.address}?lease=4`]);
    holders.push(holder);
    const { ready } = (await holder.next()) as { readonly ready: string };
    return { ...holder, id: ready };
  };
  const holdOne = async (): Promise<LineProcess & { readonly id: string }> => {
    const crew = await meetings.conductor();
    const holder = await startHolder();
    await crew.offer({ place: placeOf(1), labels: [], weight: 1 });
    expect(await holder.next()).toEqual({ took: placeKey(placeOf(1)) });
    return holder;
  };

  it("QUE6 a holder whose main thread is busy for three leases loses nothing", { timeout: 60_000 }, async () => {
    const holder = await holdOne();
    const other = await meetings.machine();
    holder.say(`busy ${3 * leaseMs}`);
    expect(await takeWithin(other, 3 * leaseMs + 500)).toBeUndefined();
    expect(await holder.next()).toEqual({ wasBusy: 3 * leaseMs });
    holder.say("say nobody");
    expect(await holder.next()).toEqual({ said: false });
  });

  it(
    "QUE7 the attempt of a holder that is killed moves on within its lease and two seconds",
    { timeout: 60_000 },
    async () => {
      const holder = await holdOne();
      const other = await meetings.machine();
      const taking = takeWithin(other, 10_000);
      await holder.kill();
      const since = performance.now();
      expect((await taking)?.place).toEqual(placeOf(1));
      expect(performance.now() - since).toBeLessThan(leaseMs + 2_000);
    },
  );

  it(
    "QUE8 a holder that is frozen for longer than its lease finds out before it says anything",
    { timeout: 60_000 },
    async () => {
      const holder = await holdOne();
      const other = await meetings.machine();
      process.kill(holder.pid, "SIGSTOP");
      const since = performance.now();
      expect((await takeWithin(other, 10_000))?.place).toEqual(placeOf(1));
      expect(performance.now() - since).toBeLessThan(leaseMs + 2_000);
      holder.say("say nobody");
      process.kill(holder.pid, "SIGCONT");
      expect(await holder.next()).toEqual({ lost: "frozen" });
      expect(await holder.next()).toEqual({ said: true });
    },
  );

  it(
    "QUE9 a server that is killed and started again costs nobody an attempt, offers wait for it",
    { timeout: 60_000 },
    async () => {
      const crew = await meetings.conductor();
      const [holder, other] = [await meetings.machine(), await meetings.machine()];
      await crew.offer({ place: placeOf(1), labels: [], weight: 1 });
      const taken = await takeWithin(holder);
      await server.kill();
      const offering = crew.offer({ place: placeOf(2), labels: [], weight: 1 });
      const taking = takeWithin(other, 20_000);
      await pause(leaseMs + 1_000);
      await server.start();
      await offering;
      expect((await taking)?.place).toEqual(placeOf(2));
      expect(await takeWithin(other, 2 * leaseMs)).toBeUndefined();
      expect(taken?.lost.aborted).toBe(false);
      await taken?.finish();
      await until(async () => !String(await server.link().call("KEYS", "*")).includes(placeKey(placeOf(1))));
    },
  );

  it(
    "QUE10 a server that forgot the last second: a holder finds out, and what is offered again is there once",
    { timeout: 60_000 },
    async () => {
      const crew = await meetings.conductor();
      const machine = await meetings.machine();
      await crew.offer({ place: placeOf(1), labels: [], weight: 1 });
      const taken = await takeWithin(machine);
      const { queueOf } = crew.meeting;
      // As the replica knew it: before the job was there.
      await server
        .link()
        .call("DEL", ...["", ":lock"].map((part) => queueOf("attempts-1").keyOf(`${placeKey(placeOf(1))}${part}`)));
      await server.link().call("DEL", queueOf("attempts-1").keyOf("active"));
      await until(() => taken?.lost.aborted === true, leaseMs);
      await crew.offer({ place: placeOf(1), labels: [], weight: 1 });
      await crew.offer({ place: placeOf(1), labels: [], weight: 1 });
      expect((await takeWithin(machine))?.place).toEqual(placeOf(1));
      expect(await takeWithin(machine, 300)).toBeUndefined();
    },
  );

  it(
    "QUE23 a conductor whose main thread is busy for three leases keeps its run, and gives it free when it closes",
    { timeout: 90_000 },
    async () => {
      const conductor = startLineProcess(new URL("./conductor-process.ts", import.meta.url), [
        `${server.address}?lease=4`,
        sampleRun,
      ]);
      holders.push(conductor);
      expect(await conductor.next()).toBe("ready");
      const store = createRedisRunStore({ link: server.link({ query: "?lease=4" }), project: "sample" });
      // The address is said, and the lease with it, from the thread.
      await until(async () => (await server.link().call("EXISTS", `tutti:{${sampleRun}}:conductor`)) === 1);
      conductor.say(`busy ${3 * leaseMs}`);
      const since = performance.now();
      while (performance.now() - since < 3 * leaseMs - 500) {
        expect(await store.open(sampleRun)).toMatchObject({ heldBy: { pid: conductor.pid } });
        await pause(200);
      }
      expect(await conductor.next()).toEqual({ wasBusy: 3 * leaseMs });
      conductor.end();
      expect(await conductor.next()).toBe("closed");
      const next = await store.open(sampleRun);
      expect(next).toMatchObject({ token: 2 });
      if ("log" in next) await next.log.close();
    },
  );
});
