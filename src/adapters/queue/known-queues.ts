// Which queues of attempts there are, kept up to date: by word of those that make one, and by asking now and then.

import type { Channels } from "./channels.ts";
import type { Connections } from "./connections.ts";
import { newQueueChannel, queuesKey } from "./names.ts";

export type KnownQueues = {
  readonly names: () => Promise<readonly string[]>;
  readonly close: () => void;
};

const askEveryMs = 5_000;

/** `onNew`: there may be a queue that was not known before. */
export function followQueues(
  { connections, channels }: { readonly connections: Connections; readonly channels: Channels },
  protocol: number,
  onNew: () => void,
): KnownQueues {
  let known: Promise<readonly string[]> | undefined;
  let askedAt = -Infinity;
  const ask = (): Promise<readonly string[]> => {
    const asked = connections.ask((redis) => redis.smembers(queuesKey(protocol)));
    asked.catch(() => (known = undefined));
    return asked;
  };
  const askAgain = (): void => {
    known = undefined;
    onNew();
  };
  const stop = channels.listen(newQueueChannel(protocol), { hear: askAgain, missed: askAgain });
  return {
    names: () => {
      const now = performance.now();
      if (known === undefined || now - askedAt > askEveryMs) {
        askedAt = now;
        known = ask();
      }
      return known;
    },
    close: stop,
  };
}
