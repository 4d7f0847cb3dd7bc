// Says why attempts wait for a machine: once for each reason, with how many of them it is.

import type { MachineCard } from "../../domain/machine.ts";
import type { Clock } from "../ports.ts";
import type { Berth } from "./berth.ts";
import type { Feed } from "../feed.ts";
import { whyItWaits } from "./labels.ts";

export type WaitTeller = {
  /** Something may have changed. */
  readonly soon: () => void;
  readonly close: () => void;
};

export function createWaitTeller(options: {
  readonly clock: Pick<Clock, "now" | "elapsed" | "wake">;
  readonly berths: ReadonlyMap<string, Berth>;
  readonly machines: () => readonly MachineCard[];
  readonly tellMs: number;
}): WaitTeller {
  const { clock, berths, machines, tellMs } = options;
  let told: ReadonlySet<string> = new Set();
  let cancel: (() => void) | undefined;

  const tell = (): void => {
    cancel = undefined;
    const reasons = new Map<string, { names: string[]; feed: Feed }>();
    let isAnyYoung = false;
    for (const berth of berths.values()) {
      const errand = berth.seat.waiting();
      const wait = berth.waits();
      if (errand === undefined || wait === undefined) continue;
      if (clock.elapsed() - wait.since < tellMs) isAnyYoung = true;
      else {
        const { ticket, attempt } = errand.duty.ref;
        const reason = whyItWaits(berth.labels(), machines());
        const found = reasons.get(reason) ?? { names: [], feed: wait.feed };
        found.names.push(`${ticket}#${attempt}`);
        reasons.set(reason, found);
      }
    }
    for (const [reason, { names, feed }] of reasons) {
      const [first = "", ...more] = names;
      const who = more.length === 0 ? `${first} waits` : `${first} and ${more.length} more wait`;
      if (!told.has(reason)) feed.publish({ kind: "notice", text: `${who} for a machine${reason}` });
    }
    told = new Set(reasons.keys());
    if (isAnyYoung) soon();
  };

  const soon = (): void => {
    const isAnyWaiting = [...berths.values()].some((berth) => berth.waits() !== undefined);
    if (cancel === undefined && (isAnyWaiting || told.size > 0)) cancel = clock.wake(clock.now() + tellMs, tell);
  };

  return { soon, close: () => cancel?.() };
}
