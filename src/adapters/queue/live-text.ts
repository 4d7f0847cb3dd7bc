// What models say while they say it: published, gathered for a moment, never repeated.

import type { RunId } from "../../domain/ids.ts";
import type { LiveDelta } from "../../engine/machines/crew.ts";
import type { Connections } from "./connections.ts";
import { liveChannel } from "./names.ts";

const gatherMs = 8;

/** Those that come while the server is away are dropped. */
export function createLiveText({ main, isReady }: Connections): (run: RunId, delta: LiveDelta) => void {
  const gathered = new Map<RunId, LiveDelta[]>();
  const publish = (): void => {
    for (const [run, deltas] of gathered) {
      if (isReady()) void main.publish(liveChannel(run), JSON.stringify(deltas)).catch(() => {});
    }
    gathered.clear();
  };
  return (run, delta) => {
    if (gathered.size === 0) setTimeout(publish, gatherMs);
    const mine = gathered.get(run) ?? [];
    gathered.set(run, mine);
    mine.push(delta);
  };
}
