// Sends what this process says to others: in order for one inbox, without waiting, what was said together in one command.
// While the server is away nothing piles up: what says the same as something that waits already takes its place.

import type { ToConductor, ToMachine } from "../../engine/machines/crew.ts";
import type { Connections } from "./connections.ts";
import { configTextOf, nameOf, orderIn, writeMessage } from "./messages.ts";
import { inboxKey, orderTextsKey } from "./names.ts";
import { keepTextsScript, postScript } from "./scripts.ts";

export type Outbox = {
  readonly send: (to: string, message: ToMachine | ToConductor) => void;
  readonly close: () => void;
};

/** An inbox that nobody reads is gone after so many leases. */
export const inboxLeases = 6;
const textsMs = 3_600_000;
/** A text is put there again when so much of its time is over. */
const textsAgainMs = textsMs / 4;

export function createOutbox(connections: Connections): Outbox {
  const { run, leaseMs } = connections;
  const waiting = new Map<string, Map<string, ToMachine | ToConductor>>();
  const keptAt = new Map<string, number>();
  const ordered = new Set<string>();
  let isDue = false;

  /** An order that is said again may have been dropped because its settings were not there. */
  const keepConfig = (message: ToMachine | ToConductor): void => {
    const order = orderIn(message);
    if (order === undefined || !("place" in message)) return;
    const { digest, text } = configTextOf(order.scope.config);
    const { run: of } = message.place;
    const kept = `${of} ${digest}`;
    const isAgain = ordered.has(nameOf(message));
    remember(ordered, nameOf(message));
    if (!isAgain && performance.now() - (keptAt.get(kept) ?? -Infinity) < textsAgainMs) return;
    keptAt.set(kept, performance.now());
    void run({ script: keepTextsScript, keys: [orderTextsKey(of)], args: [textsMs, digest, text] }).catch(() => {});
  };
  const post = (to: string, texts: readonly string[]): void => {
    void run({ script: postScript, keys: [inboxKey(to)], args: [leaseMs * inboxLeases, to, ...texts] }).catch(() => {});
  };
  const flush = (): void => {
    isDue = false;
    if (!connections.isReady()) return;
    for (const [to, messages] of waiting) {
      for (const message of messages.values()) keepConfig(message);
      post(to, [...messages.values()].map(writeMessage));
    }
    waiting.clear();
  };
  const stopHearing = connections.onReady(flush);
  return {
    send: (to, message) => {
      const mine = waiting.get(to) ?? new Map<string, ToMachine | ToConductor>();
      waiting.set(to, mine);
      const name = nameOf(message);
      mine.delete(name);
      mine.set(name, message);
      if (isDue) return;
      isDue = true;
      setImmediate(flush);
    },
    close: stopHearing,
  };
}

const mostRemembered = 10_000;

function remember(names: Set<string>, name: string): void {
  names.delete(name);
  names.add(name);
  const [oldest] = names;
  if (names.size > mostRemembered && oldest !== undefined) names.delete(oldest);
}
