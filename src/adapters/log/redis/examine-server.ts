// What a Redis server keeps of what it acknowledges, asked before anything is entrusted to it.

import type { Redis } from "ioredis";
import { Fault } from "../../../engine/ports.ts";

/** `always`: synced before it is acknowledged. `unknown`: the server does not let us ask. */
export type Keeping = "always" | "everysec" | "no" | "memory" | "unknown";

export type ServerLook = {
  readonly version: string;
  readonly keeping: Keeping;
  /** What may be lost, in a sentence; undefined where nothing that was acknowledged may. */
  readonly warning: string | undefined;
};

/** Throws Fault `store_read_only`, `store_unfit`. */
export async function examineServer(redis: Redis, name: string): Promise<ServerLook> {
  const info = readInfo(await redis.info());
  const version = info.get("valkey_version") ?? info.get("redis_version") ?? "unknown";
  refuseUnfit(info, name);
  const keeping = await keepingOf(redis, info);
  return { version, keeping, warning: warnings[keeping]?.replace("{name}", name) };
}

const readInfo = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split("\r\n").flatMap((line) => {
      const at = line.indexOf(":");
      return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );

function refuseUnfit(info: ReadonlyMap<string, string>, name: string): void {
  if (info.get("role") === "slave")
    throw new Fault("store_read_only", `The store ${name} cannot be used: it is a replica, which takes no writes`, {
      remedy: `Give the address of its primary: ${info.get("master_host") ?? "?"}:${info.get("master_port") ?? "?"}.`,
    });
  const unfit = (problem: string, remedy: string): Fault =>
    new Fault("store_unfit", `The store ${name} cannot be used: ${problem}`, { remedy });
  if (info.get("cluster_enabled") === "1")
    throw unfit("it is a part of a cluster", "Give the address of a single server: clusters are not used yet.");
  const [major = 0, minor = 0] = (info.get("redis_version") ?? "7.0").split(".").map(Number);
  if (major * 100 + minor < 602)
    throw unfit(`its version ${major}.${minor} is too old`, "Update it: Redis 6.2 or newer, Valkey, or Dragonfly.");
  const policy = info.get("maxmemory_policy") ?? "noeviction";
  if (policy !== "noeviction" && info.get("maxmemory") !== "0")
    throw unfit(
      `when its memory is full it throws data away (maxmemory-policy ${policy}), and logs with it`,
      "On the server: CONFIG SET maxmemory-policy noeviction, and the same in its configuration file.",
    );
}

async function keepingOf(redis: Redis, info: ReadonlyMap<string, string>): Promise<Keeping> {
  if (info.get("aof_enabled") === "0") return "memory";
  // Hosted servers, and careful ACLs, do not let their settings be read.
  const answer = await redis.config("GET", "appendfsync").catch(() => undefined);
  const value = Array.isArray(answer) ? String(answer[1]) : undefined;
  return value === "always" || value === "everysec" || value === "no" ? value : "unknown";
}

const always = "With `appendfsync always` on the server it keeps all it acknowledges.";

const warnings: Readonly<Record<Keeping, string | undefined>> = {
  always: undefined,
  everysec: `The store {name} writes to its disk once a second: a crash of it can lose what was recorded in the last second, which the machine that recorded it finds out. ${always}`,
  no: `The store {name} leaves it to its system when it writes to its disk: a crash of that machine can lose what was recorded in the last half minute, which the machine that recorded it finds out. ${always}`,
  memory: `The store {name} keeps what it is given in memory alone (appendonly no): what was recorded since its last snapshot is lost with it. Set \`appendonly yes\`. ${always}`,
  unknown: `The store {name} does not say what it keeps (CONFIG GET is forbidden): look yourself that it has \`appendonly yes\` and \`appendfsync always\`; anything less can lose records with a crash, which the machine that recorded it finds out.`,
};
