// Where a run's conductor is spoken to: said by whoever owns the run's log, so that one who lost it cannot say it.

import { z } from "zod";
import { isRunId, type RunId } from "../../domain/ids.ts";
import type { Channels } from "./channels.ts";
import type { Connections } from "./connections.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { conductorChannel, conductorKey, inboxKey, ownerKey, ownerLeaseKey } from "./names.ts";
import { inboxLeases } from "./outbox.ts";
import { conductorScript, retireScript } from "./scripts.ts";

export type Conductors = {
  readonly inboxOf: (run: RunId) => Promise<string | undefined>;
  readonly close: () => void;
};

/** What was asked holds for so long, unless it is heard that it does not. */
const freshMs = 500;

const addressSchema = z.object({ inbox: z.string().min(1) });

export function followConductors(connections: Connections, channels: Channels): Conductors {
  const known = new Map<RunId, { readonly inbox: Promise<string | undefined>; readonly at: number }>();
  const hear = (text: string): void => {
    const at = text.indexOf(" ");
    const run = text.slice(0, at);
    if (isRunId(run))
      known.set(run, { inbox: Promise.resolve(parseAddress(text.slice(at + 1))), at: performance.now() });
  };
  const stop = channels.listen(conductorChannel, { hear, missed: () => known.clear() });
  return {
    inboxOf: (run) => {
      const now = performance.now();
      const last = known.get(run);
      if (last !== undefined && now - last.at < freshMs) return last.inbox;
      for (const [other, { at }] of known) if (now - at > freshMs) known.delete(other);
      const inbox = connections.ask((redis) => redis.get(conductorKey(run))).then(parseAddress);
      known.set(run, { inbox, at: now });
      return inbox;
    },
    close: stop,
  };
}

function parseAddress(text: string | null): string | undefined {
  try {
    return addressSchema.parse(JSON.parse(text ?? "")).inbox;
  } catch {
    return undefined;
  }
}

export type ConductorSaying = {
  readonly run: RunId;
  readonly inbox: string;
  /** Of the run's log: who does not own it any more says nothing. */
  readonly token: number;
};

/** Until the run is another's, or the function it gives back is called. */
export function sayConductor(connections: Connections, heartbeat: Heartbeat, saying: ConductorSaying): () => void {
  const { run, inbox, token } = saying;
  const { leaseMs } = connections;
  const address = JSON.stringify({ inbox, token });
  let stop = (): void => {};
  let isOver = false;
  void connections
    .ask((redis) => redis.hmget(ownerKey(run), "token", "claim"))
    .then(([owned, claim]) => {
      if (isOver || Number(owned) !== token) return;
      stop = heartbeat.keep({
        script: conductorScript,
        keys: [ownerKey(run), conductorKey(run), inboxKey(inbox), ownerLeaseKey(run)],
        args: [token, claim ?? "", address, leaseMs, run, conductorChannel, leaseMs * inboxLeases],
        isLock: false,
      });
    })
    .catch(() => {});
  return () => {
    isOver = true;
    stop();
    void connections.run({ script: retireScript, keys: [conductorKey(run)], args: [address] }).catch(() => {});
  };
}
