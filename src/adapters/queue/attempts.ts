// The attempts that wait for a machine: one job each, in the queue of the labels it asks for.

import { machineLabelPattern, placeKey, type AttemptPlace } from "../../domain/machine.ts";
import type { AttemptOffer } from "../../engine/machines/crew.ts";
import type { Connections } from "./connections.ts";
import { mostEvents, type QueueMaker } from "./job-queue.ts";
import { attemptQueue, newQueueChannel, queuesKey } from "./names.ts";
import { announceScript } from "./scripts.ts";
import { tidyQueue } from "./tidy-queue.ts";

export type Attempts = {
  readonly offer: (offer: AttemptOffer) => Promise<void>;
  readonly withdraw: (place: AttemptPlace) => Promise<void>;
  /** Takes away what is kept of a queue, where nothing is in it. */
  readonly tidy: (queue: string) => Promise<void>;
};

type AttemptsParts = {
  readonly connections: Connections;
  readonly queueOf: QueueMaker;
  readonly protocol: number;
};

export function createAttempts({ connections, queueOf, protocol }: AttemptsParts): Attempts {
  const { ask, run } = connections;
  const offered = new Map<string, string>();
  const announcing = new Map<string, Promise<void>>();

  /** After the job is there: until then a queue may be taken for empty, and tidied away. */
  const announce = (queue: string): Promise<void> => {
    const known = announcing.get(queue);
    if (known !== undefined) return known;
    const said = Promise.resolve().then(async () => {
      announcing.delete(queue);
      const keys = [queuesKey(protocol), queueOf(queue).keyOf("meta")];
      await run({ script: announceScript, keys, args: [queue, mostEvents, newQueueChannel(protocol)] });
    });
    announcing.set(queue, said);
    return said;
  };
  const remove = async (id: string, queue: string): Promise<void> => {
    await queueOf(queue).remove(id);
    await tidy(queue);
  };
  const tidy = (queue: string): Promise<void> => tidyQueue(connections, queueOf(queue), queuesKey(protocol));
  return {
    offer: async ({ place, labels, weight }) => {
      const bad = labels.find((label) => !machineLabelPattern.test(label));
      if (bad !== undefined) throw new RangeError(`not a machine's label: ${JSON.stringify(bad)}`);
      const id = placeKey(place);
      const queue = attemptQueue(protocol, labels);
      const before = offered.get(id);
      if (before !== undefined && before !== queue) await remove(id, before);
      offered.set(id, queue);
      await queueOf(queue).add(id, {}, weight);
      await announce(queue);
    },
    withdraw: async (place) => {
      const id = placeKey(place);
      const known = offered.get(id);
      offered.delete(id);
      // Another conductor may have offered it, before this one took the run over.
      const queues = known === undefined ? await ask((redis) => redis.smembers(queuesKey(protocol))) : [known];
      for (const queue of queues) await remove(id, queue);
    },
    tidy,
  };
}
