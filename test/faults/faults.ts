// The faults themselves: each befalls the crowd at once, and is over when its promise resolves.

import { setTimeout as pause } from "node:timers/promises";
import type { RedisLink } from "../../src/adapters/log/redis/redis-link.ts";
import type { Crowd, Machine, Member } from "./crowd.ts";
import type { RunBook } from "./run-book.ts";

export type FaultKind =
  | "machine killed"
  | "machine frozen"
  | "conductor killed"
  | "conductor frozen"
  | "server killed"
  | "connections cut"
  | "messages doubled";

export const faultKinds: readonly FaultKind[] = [
  "machine killed",
  "conductor killed",
  "connections cut",
  "server killed",
  "messages doubled",
  "machine frozen",
  "conductor frozen",
];

const isOn =
  ({ working }: Machine) =>
  ({ planned }: RunBook): boolean =>
    [...working.values()].includes(planned.run);
const isOf =
  (conductor: Member) =>
  ({ owner }: RunBook): boolean =>
    owner === conductor.name;
const any = (): boolean => true;

const faults: Readonly<Record<FaultKind, (crowd: Crowd) => Promise<void>>> = {
  "machine killed": async (crowd) => {
    const at = crowd.chance.int(0, crowd.machines.length - 1);
    const machine = crowd.machines[at];
    if (machine === undefined) throw new RangeError(`there is no machine ${at}`);
    crowd.mark("machine killed", isOn(machine));
    await machine.process.kill();
    await crowd.startMachine(at);
  },
  "machine frozen": async (crowd) => {
    const machine = crowd.chance.pick(crowd.machines);
    crowd.mark("machine frozen", isOn(machine));
    process.kill(machine.process.pid, "SIGSTOP");
    await pause(crowd.leaseMs + 1_500);
    process.kill(machine.process.pid, "SIGCONT");
  },
  "conductor killed": async (crowd) => {
    const conductor = crowd.chance.pick(crowd.conductors);
    crowd.mark("conductor killed", isOf(conductor));
    crowd.conductors.splice(crowd.conductors.indexOf(conductor), 1);
    await conductor.process.kill();
    await crowd.startConductor();
    crowd.handOver(conductor);
  },
  "conductor frozen": async (crowd) => {
    const conductor = crowd.chance.pick(crowd.conductors);
    crowd.mark("conductor frozen", isOf(conductor));
    process.kill(conductor.process.pid, "SIGSTOP");
    const moved = crowd.handOver(conductor);
    const latest = performance.now() + crowd.leaseMs + 5_000;
    await pause(crowd.leaseMs);
    while (performance.now() < latest && moved.some((run) => crowd.books.get(run)?.isOwned === false)) await pause(50);
    process.kill(conductor.process.pid, "SIGCONT");
  },
  "server killed": async (crowd) => {
    crowd.mark("server killed", any);
    await crowd.server.kill();
    await pause(crowd.chance.int(0, 1_000));
    await crowd.server.start();
  },
  "connections cut": async (crowd) => {
    crowd.mark("connections cut", any);
    const link = crowd.server.link();
    for (const type of ["normal", "pubsub"]) await link.call("CLIENT", "KILL", "TYPE", type, "SKIPME", "yes");
  },
  "messages doubled": async (crowd) => {
    crowd.mark("messages doubled", any);
    const link = crowd.server.link();
    const own = new Set<string>();
    const until = performance.now() + 600;
    while (performance.now() < until) await doubleAll(link, own);
  },
};

export const befall = (crowd: Crowd, kind: FaultKind): Promise<void> => faults[kind](crowd);

type Entry = readonly [id: string, fields: readonly string[]];

/** What lies in the inboxes now comes once more, later than what came after it. `own`: what has been added so. */
async function doubleAll(link: RedisLink, own: Set<string>): Promise<void> {
  const inboxes = (await link.call("KEYS", "tutti:inbox:*")) as readonly string[];
  for (const inbox of inboxes) {
    const entries = (await link.call("XREVRANGE", inbox, "+", "-", "COUNT", 10)) as readonly Entry[];
    for (const [id, fields] of entries)
      if (!own.has(id)) own.add(String(await link.call("XADD", inbox, "*", ...fields)));
  }
}
