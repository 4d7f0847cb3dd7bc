// Who conducts a run, where it is spoken to, and which protocols are spoken.

import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openConductQueue } from "../../../src/adapters/queue/conduct-queue.ts";
import { openCrew } from "../../../src/adapters/queue/crew.ts";
import { outdated, sayProtocol, spokenProtocols } from "../../../src/adapters/queue/protocols.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import { meetAt, placeOf, sampleRun, takeWithin, until, type Meetings } from "../../support/meetings.ts";
import { describeNeeding } from "../../support/needs.ts";
import { aclRule } from "../../support/acl-rule.ts";
import { addressOf, durable, startRedis, type RedisServer } from "../../support/redis-server.ts";

const otherRun = "run_0123456789abcdex" as RunId;

describeNeeding("redis", "who conducts a run", () => {
  let server: RedisServer;
  let meetings: Meetings;
  beforeEach(async () => {
    server = await startRedis(...durable);
    meetings = meetAt(server, "?lease=3");
  });
  afterEach(async () => {
    await meetings.close();
    await server.dispose();
  });
  const soon = (ms = 10_000): AbortSignal => AbortSignal.timeout(ms);

  it(
    "QUE18 a run that wants a conductor is taken by one process, and nothing is left of it when it wants none",
    { timeout: 30_000 },
    async () => {
      const [one, other] = [await meetings.meet(), await meetings.meet()].map((meeting) =>
        openConductQueue(meeting, true),
      );
      await one?.offerConduct(sampleRun);
      await one?.offerConduct(sampleRun);
      const taken = await Promise.all([one?.takeConduct(soon(2_000)), other?.takeConduct(soon(2_000))]);
      expect(taken.flatMap((each) => (each === undefined ? [] : [each.run]))).toEqual([sampleRun]);
      await taken.find((each) => each !== undefined)?.giveBack();
      const again = await other?.takeConduct(soon());
      expect(again?.run).toBe(sampleRun);
      await again?.finish();
      const left = async (): Promise<string> => String(await server.link().call("KEYS", "tutti:q:conduct*"));
      await until(async () => !(await left()).includes("conduct-1"));
      one?.close();
      other?.close();
    },
  );

  it(
    "QUE18 who conducts a run already holds its job; another process takes it when that one has died",
    { timeout: 30_000 },
    async () => {
      const dying = await meetings.meet();
      const first = openConductQueue(dying, false);
      const mine = await first.holdConduct(sampleRun);
      expect(mine?.run).toBe(sampleRun);
      const second = openConductQueue(await meetings.meet(), true);
      expect(await second.holdConduct(sampleRun)).toBeUndefined();
      expect(await second.takeConduct(soon(4_000))).toBeUndefined();
      expect(mine?.lost.aborted).toBe(false);
      // As if it were gone.
      await dying.heartbeat.close();
      const since = performance.now();
      expect((await second.takeConduct(soon(8_000)))?.run).toBe(sampleRun);
      expect(performance.now() - since).toBeLessThan(5_000);
      second.close();
    },
  );

  it("QUE18 a run that was waiting for a conductor is held by the one that resumes it", async () => {
    const [one, other] = [await meetings.meet(), await meetings.meet()].map((meeting) =>
      openConductQueue(meeting, true),
    );
    await one?.offerConduct(sampleRun);
    const mine = await one?.holdConduct(sampleRun);
    expect(mine?.run).toBe(sampleRun);
    expect(await other?.takeConduct(soon(300))).toBeUndefined();
    await other?.withdrawConduct(sampleRun);
    await until(() => mine?.lost.aborted === true);
    one?.close();
    other?.close();
  });

  it(
    "QUE19 machines know where a run's conductor is, and one who lost the run cannot say that it is there",
    { timeout: 30_000 },
    async () => {
      const machine = await meetings.machine();
      expect(await machine.conductorOf(sampleRun)).toBeUndefined();
      const crew = await meetings.conductor();
      await until(async () => (await machine.conductorOf(sampleRun)) === crew.inbox, 5_000);
      // Another owner by the log's word, as after a lost lease.
      await server
        .link()
        .call("HSET", `tutti:{${sampleRun}}:meta`, "token", String(crew.token + 1), "claim", "another");
      const next = await openCrew(await meetings.meet(), sampleRun, crew.token + 1);
      await until(async () => (await machine.conductorOf(sampleRun)) === next.inbox, 5_000);
      await pause(2_500);
      expect(await machine.conductorOf(sampleRun)).toBe(next.inbox);
      crew.close();
      await pause(700);
      expect(await machine.conductorOf(sampleRun)).toBe(next.inbox);
      next.close();
      await until(async () => (await machine.conductorOf(sampleRun)) === undefined);
      expect(await machine.conductorOf(otherRun)).toBeUndefined();
    },
  );

  it(
    "QUE20 machines that come, change and go are known to conductors within a second",
    { timeout: 30_000 },
    async () => {
      const crew = await meetings.conductor();
      let calls = 0;
      crew.watch(() => (calls += 1));
      const machine = await meetings.machine(["gpu"]);
      expect(await until(() => crew.machines().length === 1)).toBeLessThan(4_000);
      expect(crew.machines()[0]).toMatchObject({ id: machine.id, labels: ["gpu"], protocol: 1, working: [] });
      expect(calls).toBe(1);
      const working = [{ run: sampleRun, ticket: "t1", attempt: 1, step: null }];
      machine.show({ isDraining: true, working });
      expect(await until(() => crew.machines()[0]?.isDraining === true)).toBeLessThan(4_000);
      expect(crew.machines()[0]?.working).toEqual(working);
      await machine.close();
      expect(await until(() => crew.machines().length === 0)).toBeLessThan(4_000);
      const dying = await meetings.machine();
      await until(() => crew.machines().length === 1);
      await dying.meeting.heartbeat.close();
      await until(() => crew.machines().length === 0, 6_000);
    },
  );

  it("QUE21 a machine that is older than all conductors takes nothing of theirs, and is told what to install", async () => {
    const crew = await meetings.conductor(sampleRun, { protocol: 3 });
    const stop = sayProtocol(crew.meeting);
    const old = await meetings.machine([], { protocol: 2 });
    await crew.offer({ place: placeOf(1), labels: [], weight: 1 });
    expect(await takeWithin(old, 500)).toBeUndefined();
    await until(async () => (await spokenProtocols(old.meeting)).length === 1);
    expect(await outdated(old.meeting, "1.2.3")).toMatchObject({
      code: "machine_outdated",
      message: expect.stringMatching(/1\.2\.3.*protocol 2.*speak 3 and newer/) as unknown,
      remedy: expect.stringContaining("Install the version of tutti") as unknown,
    });
    const stopOld = sayProtocol(old.meeting);
    await until(async () => (await outdated(old.meeting, "1.2.3")) === undefined);
    stop();
    stopOld();
    await until(async () => (await spokenProtocols(old.meeting)).length === 0, 5_000);
    expect(await outdated(old.meeting, "1.2.3")).toBeUndefined();
  });

  it("QUE22 the user of the guide may do all that machines and conductors do", { timeout: 60_000 }, async () => {
    await server.link().call("ACL", "SETUSER", "tutti", ...aclRule().split(" "), ">geheim");
    const limited = {
      address: addressOf(`redis://tutti@127.0.0.1:${server.port}?lease=3`),
      password: async () => "geheim",
    };
    const crew = await meetings.conductor(sampleRun, limited);
    const [machine, dying] = [await meetings.machine(["gpu"], limited), await meetings.machine([], limited)];
    const deltas: unknown[] = [];
    crew.receive(sampleRun, { message: () => {}, delta: (delta) => deltas.push(delta) });
    const waiting = takeWithin(machine);
    for (let index = 0; index < 4; index += 1)
      await crew.offer({ place: placeOf(index), labels: index < 2 ? ["gpu"] : [], weight: index });
    const taken = await waiting;
    if (taken === undefined) throw new Error("there was something to take");
    const { place, taking } = taken;
    machine.send(crew.inbox, { from: machine.id, inbox: machine.inbox, place, taking, say: { kind: "took" } });
    machine.sendDelta(sampleRun, {
      placement: "p",
      place,
      ref: { ticket: "t" as never, attempt: 1 },
      turn: 1,
      delta: {} as never,
    });
    await until(() => crew.told.length === 1 && deltas.length === 1);
    await taken.giveBack();
    await (await takeWithin(machine))?.finish();
    const left = await takeWithin(dying);
    await dying.meeting.heartbeat.close();
    const moved: unknown[] = [];
    for (let times = 0; times < 3; times += 1) moved.push((await takeWithin(machine))?.place);
    expect(moved).toContainEqual(left?.place);
    const conducting = openConductQueue(crew.meeting, true);
    await conducting.offerConduct(sampleRun);
    await (await conducting.takeConduct(soon()))?.finish();
    expect((await conducting.holdConduct(sampleRun))?.run).toBe(sampleRun);
    await conducting.withdrawConduct(sampleRun);
    conducting.close();
    const stop = sayProtocol(crew.meeting);
    await until(async () => (await spokenProtocols(crew.meeting)).length === 1);
    stop();
    for (let index = 0; index < 4; index += 1) await crew.withdraw(placeOf(index));
    expect(meetings.notes).toEqual([]);
    expect(await server.link().call("ACL", "LOG")).toEqual([]);
  });
});
