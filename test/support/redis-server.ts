// A Redis server of the suite's own: on a port that the system chose, with its files in a folder that is gone afterwards.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createRedisLink, type LinkOptions, type RedisLink } from "../../src/adapters/log/redis/redis-link.ts";
import { parseStoreAddress, type StoreAddress } from "../../src/domain/store-address.ts";

export type RedisServer = {
  readonly port: number;
  readonly address: string;
  readonly dir: string;
  /** Starts it again on what its files hold, with these settings beside the first ones. */
  readonly start: (...settings: readonly string[]) => Promise<void>;
  /** As if its machine had lost power, but for what its system still writes. */
  readonly kill: () => Promise<void>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** The first time a link is asked for it is made; all are closed with the server. */
  readonly link: (options?: Partial<LinkOptions> & { readonly query?: string }) => RedisLink;
  readonly dispose: () => Promise<void>;
};

export async function startRedis(...settings: readonly string[]): Promise<RedisServer> {
  const dir = mkdtempSync(join(tmpdir(), "tutti-redis-"));
  const port = await freePort();
  const links: RedisLink[] = [];
  let server: ChildProcess | undefined;

  const start = async (...more: readonly string[]): Promise<void> => {
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, "--save", "", ...settings, ...more];
    const started = spawn("redis-server", args, { stdio: "ignore" });
    server = started;
    await answering(port, started);
  };
  const kill = async (): Promise<void> => {
    const dying = server;
    server = undefined;
    if (dying === undefined || dying.exitCode !== null || dying.signalCode !== null) return;
    dying.kill("SIGKILL");
    await once(dying, "exit");
  };
  await start();
  return {
    port,
    address: `redis://127.0.0.1:${port}`,
    dir,
    start,
    kill,
    signal: (name) => server?.kill(name),
    link: ({ query = "", ...options } = {}) => {
      const made = createRedisLink({
        address: addressOf(`redis://127.0.0.1:${port}${query}`),
        password: async () => undefined,
        patienceMs: 20_000,
        ...options,
      });
      links.push(made);
      return made;
    },
    dispose: async () => {
      for (const link of links) link.close();
      await kill();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function addressOf(text: string): StoreAddress {
  const parsed = parseStoreAddress(text);
  if (!parsed.ok) throw new Error(`${parsed.problem}: ${text}`);
  return parsed.value;
}

/** Keeps what it acknowledges. */
export const durable = ["--appendonly", "yes", "--appendfsync", "always"] as const;

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { readonly port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

async function answering(port: number, server: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}`);
    const socket = connect(port, "127.0.0.1");
    const pong = await Promise.race([
      once(socket, "connect").then(async () => {
        socket.write("PING\r\n");
        return String((await once(socket, "data"))[0]);
      }),
      once(socket, "error").then(() => ""),
      pause(1_000, ""),
    ]).catch(() => "");
    socket.destroy();
    if (pong !== "" && !pong.startsWith("-LOADING")) return;
    await pause(20);
  }
  throw new Error("redis-server does not answer");
}
