// Who is there: each machine's card, kept by its heartbeat. Followed by word of each change, and by asking now and then,
// since nobody says that it has died.

import { cpus, freemem, loadavg, totalmem } from "node:os";
import type { MachineCard, MachineId } from "../../domain/machine.ts";
import type { Channels } from "./channels.ts";
import type { Connections } from "./connections.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { machineChannel, machineKey, machinesKey } from "./names.ts";
import { parseCard } from "./machine-card.ts";
import { cardScript, leaveScript } from "./scripts.ts";

export type Registry = {
  /** Sorted by id. */
  readonly machines: () => readonly MachineCard[];
  readonly watch: (listener: () => void) => () => void;
  /** Resolves once the server has been asked. */
  readonly refresh: () => Promise<void>;
  readonly close: () => void;
};

const askEveryMs = 1_000;

/** Asks nobody before it is asked. */
export function followRegistry(connections: Connections, channels: Channels): Registry {
  let known: ReadonlyMap<MachineId, MachineCard> = new Map();
  const listeners = new Set<() => void>();
  let stop: (() => void) | undefined;
  const become = (cards: ReadonlyMap<MachineId, MachineCard>): void => {
    const isSame = cards.size === known.size && [...cards].every(([id, card]) => isAlike(known.get(id), card));
    known = cards;
    if (!isSame) for (const listener of listeners) listener();
  };
  const refresh = async (): Promise<void> => become(await fetchCards(connections));
  const hear = (text: string): void => {
    const card = parseCard(text);
    // An id alone: it has gone.
    if (card === undefined) become(new Map([...known].filter(([id]) => id !== text)));
    else become(new Map([...known, [card.id, card]]));
  };
  const follow = (): void => {
    if (stop !== undefined) return;
    const stopHearing = channels.listen(machineChannel, { hear, missed: () => void refresh().catch(() => {}) });
    const stopAsking = askAgain(connections, refresh);
    stop = () => {
      stopHearing();
      stopAsking();
    };
  };
  return {
    machines: () => {
      follow();
      return [...known.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1));
    },
    watch: (listener) => {
      follow();
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refresh: () => {
      follow();
      return refresh();
    },
    close: () => stop?.(),
  };
}

function askAgain({ isReady }: Connections, refresh: () => Promise<void>): () => void {
  let isAsking = false;
  const timer = setInterval(() => {
    if (isAsking || !isReady()) return;
    isAsking = true;
    void refresh()
      .catch(() => {})
      .finally(() => (isAsking = false));
  }, askEveryMs).unref();
  return () => clearInterval(timer);
}

/** But for what changes with every beat. */
function isAlike(one: MachineCard | undefined, other: MachineCard): boolean {
  const still = (card: MachineCard): string => JSON.stringify({ ...card, load: 0, memory: 0 });
  return one !== undefined && still(one) === still(other);
}

async function fetchCards({ ask }: Connections): Promise<ReadonlyMap<MachineId, MachineCard>> {
  const ids = await ask((redis) => redis.zrange(machinesKey, "0", "-1"));
  if (ids.length === 0) return new Map();
  const texts = await ask((redis) => redis.mget(ids.map(machineKey)));
  const gone = ids.filter((_, index) => texts[index] === null);
  if (gone.length > 0) await ask((redis) => redis.zrem(machinesKey, ...gone));
  const cards = texts.flatMap((text) => (text === null ? [] : [parseCard(text)]));
  return new Map(cards.flatMap((card) => (card === undefined ? [] : [[card.id, card] as const])));
}

export type Presence = {
  readonly show: (change: Pick<MachineCard, "isDraining" | "working">) => void;
  /** At once: nobody has to wait for the lease's end. */
  readonly leave: () => Promise<void>;
};

/** What is not known of a machine until it is asked. */
export type StillCard = Omit<MachineCard, "isDraining" | "working" | "load" | "processors" | "memory">;

/** Makes a machine known for as long as its heart beats. */
export function showMachine(connections: Connections, heartbeat: Heartbeat, card: StillCard): Presence {
  let shown: Pick<MachineCard, "isDraining" | "working"> = { isDraining: false, working: [] };
  let stop = (): void => {};
  const beat = (): void => {
    const text = JSON.stringify({ ...card, ...shown, ...measure() });
    stop();
    stop = heartbeat.keep({
      script: cardScript,
      keys: [machineKey(card.id), machinesKey],
      args: [card.id, text, connections.leaseMs, machineChannel],
      isLock: false,
    });
  };
  beat();
  const timer = setInterval(beat, connections.leaseMs / 2).unref();
  return {
    show: (change) => {
      if (JSON.stringify(shown) === JSON.stringify(change)) return;
      shown = change;
      beat();
    },
    leave: async () => {
      clearInterval(timer);
      stop();
      const args = [card.id, machineChannel];
      await connections.run({ script: leaveScript, keys: [machineKey(card.id), machinesKey], args });
    },
  };
}

function measure(): Pick<MachineCard, "load" | "processors" | "memory"> {
  const [load = 0] = loadavg();
  return {
    load: Math.round(load * 100) / 100,
    processors: cpus().length,
    memory: { free: freemem(), all: totalmem() },
  };
}
