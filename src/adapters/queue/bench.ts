// Bench over a Redis server: the conductors as one machine reaches them.

import type { RunConfig } from "../../domain/config.ts";
import type { RunId } from "../../domain/ids.ts";
import { parsePlaceKey, type AttemptPlace, type MachineLabel } from "../../domain/machine.ts";
import type { Bench, Taken } from "../../engine/machines/crew.ts";
import type { Connections } from "./connections.ts";
import { createLiveText } from "./live-text.ts";
import type { Meeting } from "./meeting.ts";
import { parseToMachine } from "./messages.ts";
import { labelsOf, orderTextsKey, queuesKey, stalledTurnKey, takingsKey } from "./names.ts";
import { showMachine, type StillCard } from "./registry.ts";
import { takingScript } from "./scripts.ts";
import { watchStalled } from "./stalled-jobs.ts";
import { createTaker } from "./taker.ts";
import { createWaker } from "./waker.ts";
import { followConductors } from "./conductors.ts";
import { followQueues } from "./known-queues.ts";

export type RedisBench = Bench & {
  /** The machine is not listed any more. What it holds is let go by their holders, or by time. */
  readonly close: () => Promise<void>;
};

export type BenchCard = Omit<StillCard, "id" | "protocol">;

export function createBench(meeting: Meeting, card: BenchCard): RedisBench {
  const { connections, heartbeat, channels, queueOf, outbox, inbox, protocol, note } = meeting;
  const id = inbox.name;
  const waker = createWaker(connections, id);
  const known = followQueues({ connections, channels }, protocol, waker.poke);
  const names = async (): Promise<readonly string[]> =>
    (await known.names()).filter((name) => isCovered(labelsOf(name), card.labels));
  const onLeft = (queue: string): void => void meeting.attempts.tidy(queue).catch(() => {});
  const taker = createTaker({ connections, heartbeat, queueOf, waker, names, onLeft, note });
  const conductors = followConductors(connections, channels);
  const presence = showMachine(connections, heartbeat, { ...card, id, protocol });
  const stopWatch = watchStalled({
    connections,
    queueOf,
    turnKey: stalledTurnKey(protocol),
    names: () => connections.ask((redis) => redis.smembers(queuesKey(protocol))),
    tidy: meeting.attempts.tidy,
  });
  const configOf = createConfigs(meeting);
  const sendDelta = createLiveText(connections);
  return {
    id,
    inbox: inbox.name,
    take: async (signal) => {
      for (;;) {
        const job = await taker.take(signal);
        if (job === undefined) return undefined;
        const place = parsePlaceKey(job.id);
        if (place !== undefined)
          return { ...job, place, taking: await numberTaking(connections, place) } satisfies Taken;
        note(`A job's name is not understood, and it is dropped: ${job.id}`);
        await job.finish();
      }
    },
    conductorOf: conductors.inboxOf,
    send: (to, message) => {
      heartbeat.check();
      outbox.send(to, message);
    },
    sendDelta,
    receive: (listener) =>
      inbox.listen(async ({ to, text }) => {
        if (to !== id) return;
        const parsed = await parseToMachine(text, configOf);
        if (parsed.ok) listener(parsed.value);
        else note(`A message to this machine is not understood: ${parsed.problem}`);
      }),
    show: presence.show,
    close: async () => {
      stopWatch();
      known.close();
      conductors.close();
      await presence.leave();
    },
  };
}

const isCovered = (wanted: readonly MachineLabel[], labels: readonly MachineLabel[]): boolean =>
  wanted.every((label) => labels.includes(label));

const takingsMs = 7 * 24 * 3_600_000;

const numberTaking = async ({ run }: Connections, place: AttemptPlace): Promise<number> =>
  Number(await run({ script: takingScript, keys: [takingsKey(place.run)], args: [takingsMs] }));

const mostConfigs = 64;

/** Runs' settings that orders name by their digest, each asked for once. */
function createConfigs({ connections }: Meeting): (run: RunId, digest: string) => Promise<RunConfig | undefined> {
  const known = new Map<string, RunConfig>();
  return async (run, digest) => {
    const key = `${run} ${digest}`;
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    const text = await connections.ask((redis) => redis.hget(orderTextsKey(run), digest));
    if (text === null) return undefined;
    const config = JSON.parse(text) as RunConfig;
    known.set(key, config);
    const [oldest] = known.keys();
    if (known.size > mostConfigs && oldest !== undefined) known.delete(oldest);
    return config;
  };
}
