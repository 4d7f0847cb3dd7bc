// What conductor and machines say to each other, over a real server.

import { afterEach, beforeEach, expect, it } from "vitest";
import type { AttemptRef, RunId } from "../../../src/domain/ids.ts";
import { inboxKey, orderTextsKey } from "../../../src/adapters/queue/names.ts";
import type { AttemptPlace } from "../../../src/domain/machine.ts";
import type { LiveDelta, ToConductor, ToMachine } from "../../../src/engine/machines/crew.ts";
import { makeConfig } from "../../support/conducted.ts";
import { meetAt, placeOf, sampleRun, until, type Meetings } from "../../support/meetings.ts";
import { describeNeeding } from "../../support/needs.ts";
import { durable, startRedis, type RedisServer } from "../../support/redis-server.ts";

const ref = { ticket: "t1", attempt: 1 } as AttemptRef;

const config = makeConfig();

const orderOf = (number: number): ToMachine => ({
  ...toMachine(0),
  placement: "p1",
  say: {
    kind: "order",
    order: {
      number,
      claim: 1,
      duty: { key: `prepare:t1#${number}`, kind: "prepare", index: 0, ref },
      scope: { config, ticket: { id: "t1" } as never, attempt: null, history: [] as never, deliberated: [] },
      remote: null,
    },
  },
});

const toMachine = (index: number) => ({ from: "conductor/1", place: placeOf(index), taking: 1 });
const over = (index: number): ToMachine => ({ ...toMachine(index), placement: null, say: { kind: "over" } });
const heard = (order: number): ToMachine => ({ ...toMachine(0), placement: "p", say: { kind: "heard", order } });
const took = (place: AttemptPlace): ToConductor => ({ from: "m", inbox: "m", place, taking: 1, say: { kind: "took" } });

const numberIn = (message: ToMachine): number =>
  "say" in message && message.say.kind === "heard" ? message.say.order : -1;

describeNeeding("redis", "what conductor and machines say to each other", () => {
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

  it("QUE11 what one process says to another arrives in order, and nothing of it stays on the server", async () => {
    const [crew, machine] = [await meetings.conductor(), await meetings.machine()];
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    for (const number of numbers) crew.send(machine.inbox, heard(number));
    await until(() => machine.told.length === numbers.length);
    expect(machine.told.map(numberIn)).toEqual(numbers);
    machine.send(crew.inbox, took(placeOf(3)));
    await until(() => crew.told.length === 1);
    expect(crew.told).toEqual([took(placeOf(3))]);
    const lengths = async (): Promise<unknown> =>
      server.link().callAll([crew, machine].map(({ inbox }) => ["XLEN", inboxKey(inbox)]));
    await until(async () => String(await lengths()) === "0,0");
  });

  it("QUE11 a conductor hears of its own run alone, and of nothing that was said to the one before it", async () => {
    const meeting = await meetings.meet();
    const other = "run_0123456789abcdex" as RunId;
    const [one, two] = [await meetings.conductor(), await meetings.conductor(other)];
    const machine = await meetings.machine();
    machine.send(one.inbox, took(placeOf(1, 1, other)));
    machine.send(one.inbox.replace(/\/.*/, "/before"), took(placeOf(3)));
    machine.send(one.inbox, took(placeOf(2)));
    await until(() => one.told.length === 1);
    expect(one.told[0]?.place.index).toBe(2);
    expect(two.told).toEqual([]);
    await meeting.close();
  });

  it("QUE12 an order arrives as it was sent, the run's settings go once however many orders there are", async () => {
    const [crew, machine] = [await meetings.conductor(), await meetings.machine()];
    crew.send(machine.inbox, orderOf(1));
    await until(() => machine.told.length === 1);
    expect(machine.told[0]).toEqual(orderOf(1));
    const before = await bytesIn(server);
    for (let number = 2; number <= 51; number += 1) crew.send(machine.inbox, orderOf(number));
    await until(() => machine.told.length === 51);
    expect(((await bytesIn(server)) - before) / 50).toBeLessThan(JSON.stringify(config).length);
  });

  it("QUE12 settings that the server has lost come again when the order is repeated", async () => {
    const [crew, machine] = [await meetings.conductor(), await meetings.machine()];
    crew.send(machine.inbox, orderOf(1));
    await until(() => machine.told.length === 1);
    const late = await meetings.machine();
    await server.link().call("DEL", orderTextsKey(sampleRun));
    crew.send(late.inbox, orderOf(2));
    await until(() => meetings.notes.some((note) => note.includes("settings")));
    crew.send(late.inbox, orderOf(2));
    await until(() => late.told.length === 1);
  });

  it("QUE13 what is not understood is dropped with a line in the process log, and the next is heard", async () => {
    const [crew, machine] = [await meetings.conductor(), await meetings.machine()];
    const key = inboxKey(machine.inbox);
    for (const text of ["no json", '{"kind":"dance"}', '{"kind":"over","place":{"run":"x","index":-1,"attempt":0}}'])
      await server.link().call("XADD", key, "*", machine.inbox, text);
    crew.send(machine.inbox, over(4));
    await until(() => machine.told.length === 1);
    expect(machine.told).toEqual([over(4)]);
    expect(meetings.notes).toHaveLength(3);
  });

  it("QUE14 an inbox that nobody reads any more is gone after six leases; one that is read stays", async () => {
    const crew = await meetings.conductor();
    const machine = await meetings.machine();
    for (const to of ["nobody-12345678", machine.inbox]) crew.send(to, over(1));
    await until(() => machine.told.length === 1);
    const left = (await server.link().call("PTTL", "tutti:inbox:nobody-12345678")) as number;
    expect(left).toBeGreaterThan(50_000);
    expect(left).toBeLessThanOrEqual(60_000);
    expect(await server.link().call("PTTL", inboxKey(machine.inbox))).toBeGreaterThan(0);
  });

  it("QUE15 what a model says on a machine is heard by the run's conductor while it comes, gathered for a moment", async () => {
    const meeting = await meetings.meet();
    const crew = await meetings.conductor();
    const deltas: LiveDelta[] = [];
    crew.receive(sampleRun, { message: () => {}, delta: (delta) => deltas.push(delta) });
    const machine = await meetings.machine();
    await until(async () =>
      String(await server.link().call("PUBSUB", "NUMSUB", `tutti:live:${sampleRun}`)).endsWith(",1"),
    );
    const said = Array.from({ length: 40 }, (_, turn): LiveDelta => ({
      placement: "p",
      place: placeOf(0),
      ref,
      turn,
      delta: { kind: "text", text: "a" } as never,
    }));
    const since = performance.now();
    for (const delta of said) machine.sendDelta(sampleRun, delta);
    await until(() => deltas.length === said.length);
    expect(performance.now() - since).toBeLessThan(500);
    expect(deltas).toEqual(said);
    await meeting.close();
  });

  it(
    "QUE16 while the server is away nothing piles up, and what was said last is heard when it is back",
    { timeout: 30_000 },
    async () => {
      const [crew, machine] = [await meetings.conductor(), await meetings.machine()];
      await server.kill();
      await until(() => !crew.meeting.connections.isReady());
      for (let times = 0; times < 50; times += 1) for (const number of [1, 2]) crew.send(machine.inbox, heard(number));
      await server.start();
      await until(() => machine.told.length >= 2, 10_000);
      expect(machine.told.map(numberIn)).toEqual([1, 2]);
    },
  );
});

async function bytesIn(server: RedisServer): Promise<number> {
  const info = String(await server.link().call("INFO", "stats"));
  return Number(/total_net_input_bytes:(\d+)/.exec(info)?.[1]);
}
