// The demo's machines: processes of `tutti worker`, each with a home of its own as if it were another computer, and a
// Redis server on a free port where none is named. Whatever was started is ended again.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { DemoMachine, DemoMachines, DemoMachinesOptions } from "../../cli/demo-machines.ts";
import type { MachineNews } from "../../cli/machine-at-work.ts";
import { Fault } from "../../engine/ports.ts";
import type { Environment } from "../place.ts";

type Started = { readonly child: ChildProcess; readonly name: string };

/** Throws Fault `redis_missing`, `store_unreachable`, and `machine_ended` with what a machine said. */
export async function startDemoMachines(
  { count, store: named }: DemoMachinesOptions,
  env: Environment,
): Promise<DemoMachines> {
  const folder = mkdtempSync(join(tmpdir(), "tutti-demo-machines-"));
  const started: Started[] = [];
  const kill = (): void => {
    for (const { child } of started) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= endAll(started).then(kill));
  try {
    const store = named ?? (await startServer(folder, started));
    const machines = await Promise.all(
      Array.from({ length: count }, (_, at) =>
        startMachine({ home: join(folder, `machine-${at + 1}`), store, env, started }),
      ),
    );
    return { store, isOwnStore: named === undefined, machines, stop, kill };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The machines first: they give back what they have to a server that is still there. */
async function endAll(started: readonly Started[]): Promise<void> {
  const [server, machines] = [started.filter(isServer), started.filter((each) => !isServer(each))];
  for (const group of [machines, server]) await Promise.all(group.map(({ child }) => end(child)));
}

const isServer = ({ name }: Started): boolean => name === "redis-server";
const longestMs = 10_000;

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await Promise.race([ended, pause(longestMs, undefined, { ref: false })]);
}

async function startServer(folder: string, started: Started[]): Promise<string> {
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  // In a group of its own: the terminal's Ctrl-C is for the demo, which ends it last.
  const child = spawn("redis-server", [...args, "--appendonly", "yes", "--appendfsync", "always"], {
    stdio: "ignore",
    detached: true,
  });
  started.push({ child, name: "redis-server" });
  const failed = once(child, "error").then(([error]: unknown[]) => error);
  for (let tries = 0; tries < 200; tries += 1) {
    const outcome = await Promise.race([failed, isListening(port)]);
    if (outcome === true) return `redis://127.0.0.1:${port}`;
    if (outcome !== false) throw missingServer(outcome);
    if (child.exitCode !== null) throw missingServer(`it ended with ${child.exitCode}`);
    await pause(50);
  }
  throw missingServer("it does not answer");
}

const missingServer = (cause: unknown): Fault =>
  new Fault("redis_missing", `redis-server could not be started: ${reasonOf(cause)}.`, {
    remedy:
      "Install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), or name a server of your own: --store redis://127.0.0.1:6379",
    cause,
  });

const reasonOf = (cause: unknown): string => {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  return code === "ENOENT" ? "it is not installed" : typeof cause === "string" ? cause : String(code ?? cause);
};

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { readonly port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", settle(true));
    socket.once("error", settle(false));
  });

type Starting = {
  readonly home: string;
  readonly store: string;
  readonly env: Environment;
  readonly started: Started[];
};

/** It has no settings: what the sample says counts, as for the demo itself. */
async function startMachine({ home, store, env, started }: Starting): Promise<DemoMachine> {
  const [program = ""] = process.argv.slice(1);
  const args = [...process.execArgv, program, "worker", "--store", store, "--capacity", "2", "--no-conduct", "--json"];
  const child = spawn(process.execPath, args, {
    env: { ...env, TUTTI_HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  started.push({ child, name: "tutti worker" });
  const said: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => said.push(text));
  const news: MachineNews[] = [];
  const ready = Promise.withResolvers<DemoMachine>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const told = JSON.parse(line) as
      | MachineNews
      | { readonly kind: "started"; readonly id: string }
      | { error: unknown };
    if (!("kind" in told)) said.push(line);
    else if (told.kind === "started") ready.resolve({ id: told.id, news });
    else news.push(told);
  });
  child.once("close", () => ready.reject(machineEnded(said.join(""))));
  return ready.promise;
}

const machineEnded = (said: string): Fault =>
  new Fault("machine_ended", `A machine of the demo did not start: ${said.trim().slice(0, 2_000)}`, {
    remedy: "Try it by itself: tutti worker --store <address>",
  });
