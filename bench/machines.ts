// Tickets over four machines and a conductor, processes each, beside bare BullMQ jobs and beside the run in one process, in
// the same minutes; and what many machines would make of it, reckoned from what this took. `node bench/machines.ts [most
// tickets]` starts a redis-server of its own that syncs always, and prints one JSON object; its bare workers are `node
// bench/machines.ts bare <port>`.

import { once } from "node:events";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Queue, Worker } from "bullmq";
import { createRedisRunStore } from "../src/adapters/log/redis/redis-run-store.ts";
import type { RedisLink } from "../src/adapters/log/redis/redis-link.ts";
import type { RunId } from "../src/domain/ids.ts";
import { beginRun } from "../src/engine/open-run.ts";
import type { ConductorSaid, ConductorTold } from "../test/faults/conductor-process.ts";
import type { MachinePace } from "../test/faults/machine-process.ts";
import { configFor, ticketsOf, type PlannedRun } from "../test/faults/planned-run.ts";
import { startLineProcess, type LineProcess } from "../test/support/line-process.ts";
import { durable, startRedis, type RedisServer } from "../test/support/redis-server.ts";
import { simulateMachines, type MachineCosts, type SimulatedRun } from "./machines/simulate.ts";
import { makePorts, oneToolTurns } from "./scripted-world.ts";

const [machines, capacity, lanes] = [4, 8, 32];
/** A ticket's durable steps: a model call, a tool call, a model call. */
const steps = 3;
const newRun = (): RunId => `run_${randomBytes(8).toString("hex")}` as RunId;
const scriptOf = (name: string): URL => new URL(`../test/faults/${name}-process.ts`, import.meta.url);

// ---- bare jobs -----------------------------------------------------------------------------------------------------

async function workBare(port: number): Promise<void> {
  const connection = { host: "127.0.0.1", port, maxRetriesPerRequest: null };
  const worker = new Worker("bare", async () => {}, { connection, concurrency: capacity });
  await worker.waitUntilReady();
  process.send?.("ready");
  await once(process, "disconnect");
  await worker.close(true);
  process.exit(0);
}

/** Jobs a second, over as many processes as there are machines. */
async function timeBare(port: number, jobs: number): Promise<number> {
  const queue = new Queue("bare", { connection: { host: "127.0.0.1", port, maxRetriesPerRequest: null } });
  const workers = Array.from({ length: machines }, () =>
    spawn(process.execPath, [import.meta.filename, "bare", String(port)], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    }),
  );
  await Promise.all(workers.map((worker) => once(worker, "message")));
  const started = performance.now();
  const group = Array.from({ length: 500 }, () => ({ name: "work", data: {}, opts: { removeOnComplete: true } }));
  for (let at = 0; at < jobs; at += group.length) await queue.addBulk(group.slice(0, jobs - at));
  while ((await queue.getJobCountByTypes("wait", "active")) > 0) await pause(5);
  const seconds = (performance.now() - started) / 1_000;
  for (const worker of workers) worker.disconnect();
  await queue.close();
  return jobs / seconds;
}

// ---- tickets over machines -----------------------------------------------------------------------------------------

type Team = {
  readonly conductor: LineProcess;
  readonly machines: readonly LineProcess[];
  readonly close: () => Promise<void>;
};

async function startTeam(server: RedisServer, pace: MachinePace): Promise<Team> {
  const conductor = startLineProcess(scriptOf("conductor"), [server.address]);
  const args = [server.address, String(capacity), JSON.stringify(pace)];
  const working = Array.from({ length: machines }, () => startLineProcess(scriptOf("machine"), args));
  for (const member of [conductor, ...working]) await member.next();
  const close = async (): Promise<void> => {
    await Promise.all([conductor, ...working].map((member) => member.kill()));
  };
  return { conductor, machines: working, close };
}

async function hear<Word>(member: LineProcess, isIt: (said: object) => said is Word & object): Promise<Word> {
  for (;;) {
    const said = await member.next();
    if (said === undefined) throw new Error("a process of the benchmark has ended");
    if (typeof said === "object" && said !== null && isIt(said)) return said;
  }
}

const isOver = (said: object): said is Extract<ConductorSaid, { say: "over" }> => "say" in said && said.say === "over";
const hasCpu = (said: object): said is { readonly cpu: NodeJS.CpuUsage } => "cpu" in said;

/** In ms, since the process began. */
async function cpuOf(member: LineProcess): Promise<number> {
  member.say(JSON.stringify({ do: "cpu" } satisfies ConductorTold));
  const { cpu } = await hear(member, hasCpu);
  return (cpu.user + cpu.system) / 1_000;
}

/** In s, from its planning to its end. */
async function conductOver({ conductor }: Team, planned: Omit<PlannedRun, "run">): Promise<number> {
  const started = performance.now();
  conductor.say(JSON.stringify({ do: "conduct", run: newRun(), ...planned, isQuiet: true } satisfies ConductorTold));
  const { how, why } = await hear(conductor, isOver);
  if (how !== "ended") throw new Error(`the run is ${how}: ${why}`);
  return (performance.now() - started) / 1_000;
}

type Taken = {
  readonly commands: number;
  readonly bytes: number;
  readonly kept: number;
  readonly storeMs: number;
  readonly conductorMs: number;
  readonly machineMs: number;
};

async function takenBy(link: RedisLink, team: Team): Promise<Taken> {
  const info = String(await link.call("INFO", "everything"));
  const of = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1] ?? 0);
  const onMachines = await Promise.all(team.machines.map(cpuOf));
  return {
    commands: of("total_commands_processed"),
    bytes: of("total_net_input_bytes") + of("total_net_output_bytes"),
    kept: of("used_memory"),
    storeMs: (of("used_cpu_user") + of("used_cpu_sys")) * 1_000,
    conductorMs: await cpuOf(team.conductor),
    machineMs: onMachines.reduce((sum, each) => sum + each, 0),
  };
}

const subtract = (after: Taken, before: Taken): Taken => ({
  commands: after.commands - before.commands,
  bytes: after.bytes - before.bytes,
  kept: after.kept - before.kept,
  storeMs: after.storeMs - before.storeMs,
  conductorMs: after.conductorMs - before.conductorMs,
  machineMs: after.machineMs - before.machineMs,
});

const share = (taken: Taken, by: number): Taken => ({
  commands: taken.commands / by,
  bytes: taken.bytes / by,
  kept: taken.kept / by,
  storeMs: taken.storeMs / by,
  conductorMs: taken.conductorMs / by,
  machineMs: taken.machineMs / by,
});

type Sized = { readonly tickets: number; readonly perSecond: number; readonly perTicket: Taken };

async function measureSizes(server: RedisServer, most: number): Promise<{ sizes: Sized[]; idle: Taken }> {
  const team = await startTeam(server, { modelMs: 0, toolMs: 0 });
  const link = server.link();
  try {
    await conductOver(team, { tickets: 100, depth: 1, held: 0, lanes });
    const sizes: Sized[] = [];
    for (const tickets of [100, 1_000, 10_000].filter((each) => each <= most)) {
      const before = await takenBy(link, team);
      const seconds = await conductOver(team, { tickets, depth: 1, held: 0, lanes });
      const taken = subtract(await takenBy(link, team), before);
      sizes.push({ tickets, perSecond: tickets / seconds, perTicket: share(taken, tickets) });
    }
    const before = await takenBy(link, team);
    await pause(5_000);
    const idle = share(subtract(await takenBy(link, team), before), 5 * machines);
    return { sizes, idle };
  } finally {
    await team.close();
  }
}

// ---- a graph of slow calls -----------------------------------------------------------------------------------------

const graph = { tickets: 200, depth: 10, held: 0, lanes } as const;
const slow: MachinePace = { modelMs: 200, toolMs: 0 };

/** In s: the same run where its conductor works on it itself. */
async function conductHere(server: RedisServer): Promise<number> {
  const store = createRedisRunStore({ link: server.link(), project: "bench" });
  const planned = { run: newRun(), ...graph };
  const { log, token } = await store.create(planned.run);
  const turns = oneToolTurns({ ms: slow.toolMs }, "mark").map((turn) => ({ ...turn, delayMs: slow.modelMs }));
  const ports = makePorts({ log, token, scenario: { tickets: {}, default: [{ turns }] } });
  const started = performance.now();
  const what = {
    run: planned.run,
    config: configFor(planned),
    tickets: ticketsOf(planned),
    by: "person:bench",
  } as const;
  const begun = await beginRun(ports, what);
  if (!begun.ok) throw new Error(begun.rejection.code);
  begun.conductor.start();
  await begun.conductor.done;
  const seconds = (performance.now() - started) / 1_000;
  await log.close();
  return seconds;
}

async function measureGraph(server: RedisServer): Promise<{ readonly here: number; readonly over: number }> {
  const here = await conductHere(server);
  const team = await startTeam(server, slow);
  try {
    await conductOver(team, { tickets: 8, depth: 1, held: 0, lanes });
    return { here, over: await conductOver(team, graph) };
  } finally {
    await team.close();
  }
}

// ---- many machines, reckoned ---------------------------------------------------------------------------------------

const toCosts = ({ perTicket }: Sized, idle: Taken): MachineCosts => ({
  orders: steps,
  conductorMs: perTicket.conductorMs,
  storeMs: perTicket.storeMs,
  machineMs: perTicket.machineMs,
  commands: perTicket.commands,
  bytes: perTicket.bytes,
  keptBytes: perTicket.kept,
  idle: { commands: idle.commands, storeMs: idle.storeMs },
});

const few: Omit<SimulatedRun, "workMs"> = {
  tickets: 200,
  machines,
  capacity,
  lanes: 20,
  spread: 0,
  networkMs: 0,
  seed: 1,
};
/** A model call of a worker takes seconds: a ticket of three steps a minute. */
const many = { spread: 0.5, networkMs: 0.5, seed: 1, workMs: 60_000, capacity: 4 } as const;
const sizesOf = [
  { tickets: 10_000, machines: 10 },
  { tickets: 100_000, machines: 100 },
  { tickets: 1_000_000, machines: 1_000 },
] as const;

const simulateAll = (costs: MachineCosts) =>
  sizesOf.map((size) => ({
    ...size,
    ...simulateMachines(costs, { ...many, ...size, lanes: size.machines * many.capacity * 2 }),
  }));

// ---- all of it -----------------------------------------------------------------------------------------------------

async function main(most: number): Promise<void> {
  const server = await startRedis(...durable);
  try {
    const jobsPerSecond = await timeBare(server.port, Math.min(most, 1_000) * steps);
    const { sizes, idle } = await measureSizes(server, most);
    const makespan = await measureGraph(server);
    const largest = sizes.at(-1);
    const thousand = sizes.find(({ tickets }) => tickets === 1_000) ?? largest;
    if (largest === undefined || thousand === undefined) throw new RangeError("100 tickets are the fewest");
    const costs = toCosts(thousand, idle);
    const result = {
      bare: { jobsPerSecond, ticketsPerSecond: jobsPerSecond / steps },
      throughput: { ofBare: (thousand.perSecond * steps) / jobsPerSecond, goal: "at least 0.5" },
      sizes,
      idlePerMachineSecond: idle,
      makespan: { ...makespan, ratio: makespan.over / makespan.here, goal: "at most 1.1" },
      simulated: {
        costs,
        checked: { measuredSeconds: makespan.over, seconds: simulateMachines(costs, { ...few, workMs: 400 }).seconds },
        many: simulateAll(costs),
      },
    };
    process.stdout.write(`${JSON.stringify(result, rounded, 2)}\n`);
  } finally {
    await server.dispose();
  }
}

const rounded = (_: string, value: unknown): unknown =>
  typeof value === "number" ? Number(value.toPrecision(4)) : value;

const [first = "1000", second = ""] = process.argv.slice(2);
await (first === "bare" ? workBare(Number(second)) : main(Number(first)));
