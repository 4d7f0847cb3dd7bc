// Who owns a run, told so that a reused process id or a restarted machine is not taken for the old owner.

import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { RunOwner } from "../../engine/ports.ts";

export type ProcessIdentity = RunOwner & {
  /** This start of this machine; null where the system does not say. */
  readonly boot: string | null;
  /** The process-id namespace (containers have their own); null where there is none. */
  readonly namespace: string | null;
  /** When the process started, in the kernel's own ticks since boot: together with `pid` unique per boot. */
  readonly ticks: string | null;
};

export const thisProcess = (owner?: RunOwner): ProcessIdentity => ({
  pid: owner?.pid ?? process.pid,
  startedAt: owner?.startedAt ?? Math.round(performance.timeOrigin),
  host: owner?.host ?? hostname(),
  boot: bootId(),
  namespace: orNull(() => readlinkSync("/proc/self/ns/pid")),
  ticks: startTicks(owner?.pid ?? process.pid),
});

/** `unknown` where the process lives (or lived) out of our sight: another container, another machine. */
export function livenessOf(owner: ProcessIdentity): "alive" | "dead" | "unknown" {
  const here = thisProcess();
  if (owner.boot !== here.boot) return owner.host === here.host ? "dead" : "unknown";
  if (owner.namespace !== here.namespace || owner.host !== here.host) return "unknown";
  if (!isRunning(owner.pid)) return "dead";
  if (owner.ticks === null) return "unknown";
  return startTicks(owner.pid) === owner.ticks ? "alive" : "dead";
}

/** Reads what `JSON.stringify` of an identity gave; undefined for anything else. */
export function parseIdentity(text: unknown): ProcessIdentity | undefined {
  if (typeof text !== "string") return undefined;
  const json = orNull((): unknown => JSON.parse(text));
  if (typeof json !== "object" || json === null) return undefined;
  const { pid, startedAt, host, boot, namespace, ticks } = json as Readonly<Record<string, unknown>>;
  if (!Number.isSafeInteger(pid) || typeof startedAt !== "number" || typeof host !== "string") return undefined;
  return {
    pid: pid as number,
    startedAt,
    host,
    boot: textOrNull(boot),
    namespace: textOrNull(namespace),
    ticks: textOrNull(ticks),
  };
}

export const toOwner = ({ pid, startedAt, host }: ProcessIdentity): RunOwner => ({ pid, startedAt, host });

const textOrNull = (value: unknown): string | null => (typeof value === "string" ? value : null);

const bootId = (): string | null => orNull(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());

/** Null where there is no such process, where it has ended and only waits to be reaped, or where there is no /proc. */
function startTicks(pid: number): string | null {
  return orNull(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in brackets and may hold anything, brackets and spaces included.
    const [state = "", ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" || state === "X" ? null : (fields[18] ?? null);
  });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
