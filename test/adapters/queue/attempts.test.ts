// The queue of attempts, over a real server: who takes what, in which order, and that nothing is left behind.

import { afterEach, beforeEach, expect, it } from "vitest";
import { placeKey } from "../../../src/domain/machine.ts";
import { describeNeeding } from "../../support/needs.ts";
import { meetAt, placeOf, takeWithin, until, type Meetings } from "../../support/meetings.ts";
import { durable, startRedis, type RedisServer } from "../../support/redis-server.ts";

describeNeeding("redis", "the queue of attempts", () => {
  let server: RedisServer;
  let meetings: Meetings;
  beforeEach(async () => {
    server = await startRedis(...durable);
    meetings = meetAt(server);
  });
  afterEach(async () => {
    await meetings.close();
    await server.dispose();
  });
  const keys = async (): Promise<readonly string[]> =>
    ((await server.link().call("KEYS", "tutti:q*")) as readonly string[]).toSorted();

  it("QUE1 an attempt that is offered goes to one machine, however often it is offered", async () => {
    const crew = await meetings.conductor();
    const [one, other] = [await meetings.machine(), await meetings.machine()];
    for (let times = 0; times < 3; times += 1) await crew.offer({ place: placeOf(7), labels: [], weight: 3 });
    const taken = await Promise.all([takeWithin(one, 2_000), takeWithin(other, 2_000)]);
    expect(taken.flatMap((each) => (each === undefined ? [] : [placeKey(each.place)]))).toEqual([placeKey(placeOf(7))]);
    await crew.offer({ place: placeOf(7), labels: [], weight: 3 });
    expect(await takeWithin(one, 300)).toBeUndefined();
  });

  it("QUE2 the longest path goes first, over all queues that a machine may take from", async () => {
    const crew = await meetings.conductor();
    const weights = [3, 9, 1, 7, 5, 8];
    for (const [index, weight] of weights.entries())
      await crew.offer({ place: placeOf(index), labels: index % 2 === 0 ? [] : ["gpu", "os:linux"], weight });
    const machine = await meetings.machine(["os:linux", "gpu", "provider:a"]);
    const order: number[] = [];
    for (const _ of weights) order.push(weights[(await takeWithin(machine))?.place.index ?? -1] ?? -1);
    expect(order).toEqual(weights.toSorted((one, next) => next - one));
  });

  it("QUE2 a machine takes nothing that asks for more than it has", async () => {
    const crew = await meetings.conductor();
    await crew.offer({ place: placeOf(1), labels: ["gpu"], weight: 1 });
    await crew.offer({ place: placeOf(2), labels: ["provider:a"], weight: 1 });
    const machine = await meetings.machine(["provider:a"]);
    expect((await takeWithin(machine))?.place.index).toBe(2);
    expect(await takeWithin(machine, 300)).toBeUndefined();
    const other = await meetings.machine(["gpu"]);
    expect((await takeWithin(other))?.place.index).toBe(1);
  });

  it("QUE3 a machine that waits takes what is offered at once, in a queue that was not there before as well", async () => {
    const crew = await meetings.conductor();
    const machine = await meetings.machine(["gpu"]);
    const waits: number[] = [];
    for (let index = 0; index < 20; index += 1) {
      const taking = takeWithin(machine);
      await new Promise((resolve) => setTimeout(resolve, 15));
      const since = performance.now();
      await crew.offer({ place: placeOf(index), labels: index === 10 ? ["gpu"] : [], weight: 1 });
      const taken = await taking;
      waits.push(performance.now() - since);
      expect(taken?.place.index).toBe(index);
      await taken?.finish();
    }
    // Far less on a quiet machine (bench/queue.ts); who asked again and again would need seconds.
    expect(waits.toSorted((one, next) => one - next)[10]).toBeLessThan(400);
  });

  it("QUE4 what is finished or withdrawn leaves nothing on the server", async () => {
    const crew = await meetings.conductor();
    const machine = await meetings.machine(["gpu"]);
    const before = await keys();
    for (let index = 0; index < 6; index += 1)
      await crew.offer({ place: placeOf(index), labels: index < 3 ? ["gpu"] : [], weight: 1 });
    await (await takeWithin(machine))?.finish();
    const held = await takeWithin(machine);
    for (let index = 0; index < 6; index += 1) await crew.withdraw(placeOf(index));
    await until(() => held?.lost.aborted === true, 5_000);
    const next = await meetings.conductor("run_0123456789abcdex" as never);
    await crew.offer({ place: placeOf(8), labels: ["gpu"], weight: 1 });
    await next.withdraw(placeOf(8));
    const isPassing = (key: string): boolean => key.includes(":poke:") || key.endsWith(":turn");
    await until(async () => (await keys()).every((key) => before.includes(key) || isPassing(key)));
  });

  it("QUE5 what is given back goes to another machine at once, and before what matters less", async () => {
    const crew = await meetings.conductor();
    const [one, other] = [await meetings.machine(), await meetings.machine()];
    await crew.offer({ place: placeOf(1), labels: [], weight: 5 });
    await crew.offer({ place: placeOf(2), labels: [], weight: 4 });
    const taken = await takeWithin(one);
    await taken?.giveBack();
    expect((await takeWithin(other))?.place.index).toBe(1);
    const waiting = takeWithin(other);
    expect((await waiting)?.place.index).toBe(2);
    const idle = takeWithin(other);
    const again = await takeWithin(one, 200);
    expect(again).toBeUndefined();
    await crew.offer({ place: placeOf(3), labels: [], weight: 1 });
    expect((await idle)?.place.index).toBe(3);
  });
  it("QUE17 each taking of an attempt has a number that grows, also when it was withdrawn and offered again", async () => {
    const crew = await meetings.conductor();
    const [one, other] = [await meetings.machine(), await meetings.machine()];
    const takings: number[] = [];
    for (const machine of [one, other, one]) {
      await crew.offer({ place: placeOf(1), labels: [], weight: 1 });
      takings.push((await takeWithin(machine))?.taking ?? 0);
      await crew.withdraw(placeOf(1));
    }
    expect(takings).toEqual(takings.toSorted((before, after) => before - after));
    expect(new Set(takings).size).toBe(3);
  });
});
