// Jobs of those that died move on by themselves: somebody looks, twice a second, one for all.

import type { Connections } from "./connections.ts";
import { stalledEveryMs, type QueueMaker } from "./job-queue.ts";

export type StalledWatch = {
  readonly connections: Connections;
  readonly queueOf: QueueMaker;
  /** Key that says whose turn it is. */
  readonly turnKey: string;
  /** As of now. */
  readonly names: () => Promise<readonly string[]>;
  /** A queue that was looked at may have been tidied away meanwhile, and is there again by the look alone. */
  readonly tidy: (queue: string) => Promise<void>;
};

/** After a server was away, holders are given so much of a lease to say that they are still there. */
const graceOfLease = 1 / 3;

export function watchStalled({ connections, queueOf, turnKey, names, tidy }: StalledWatch): () => void {
  let quietUntil = 0;
  const beQuiet = (): void => {
    quietUntil = performance.now() + connections.leaseMs * graceOfLease;
  };
  void uptimeOf(connections).then((ms) => (ms < connections.leaseMs ? beQuiet() : undefined));
  const stopHearing = connections.onReady(beQuiet);
  let isLooking = false;
  const lookAt = async (name: string): Promise<void> => {
    const { keyOf, releaseStalled } = queueOf(name);
    if ((await connections.ask((redis) => redis.exists(keyOf("active")))) === 0) return;
    await releaseStalled();
    await tidy(name);
  };
  const look = async (): Promise<void> => {
    const turn = await connections.main.set(turnKey, "1", "PX", stalledEveryMs - 50, "NX");
    if (turn === null) return;
    await Promise.all((await names()).map(lookAt));
  };
  const timer = setInterval(() => {
    if (isLooking || !connections.isReady() || performance.now() < quietUntil) return;
    isLooking = true;
    void look()
      .catch(() => {})
      .finally(() => (isLooking = false));
  }, stalledEveryMs).unref();
  return () => {
    clearInterval(timer);
    stopHearing();
  };
}

/** In ms; a server that does not say is taken to have been there for long. */
async function uptimeOf({ main }: Connections): Promise<number> {
  const text = await main.info("server").catch(() => "");
  const seconds = /^uptime_in_seconds:(\d+)/m.exec(text)?.[1];
  return seconds === undefined ? Infinity : Number(seconds) * 1_000;
}
