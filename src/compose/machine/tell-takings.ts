// What a machine takes and how it parts with it, told as it happens: by what its attempts' takings are told to do.

import type { MachineNews, NewsOfAttempt } from "../../cli/machine-at-work.ts";
import { placeKey, type AttemptPlace } from "../../domain/machine.ts";
import type { Bench, Order, Taken } from "../../engine/machines/crew.ts";

export type ToldTakings = {
  /** The bench to take from. */
  readonly bench: Bench;
  /** To be called with every order: from the first one on it is known which ticket an attempt is of. */
  readonly onOrder: (place: AttemptPlace, order: Pick<Order, "scope">) => void;
};

export function tellTakings(bench: Bench, tell: (news: MachineNews) => void): ToldTakings {
  const known = new Map<string, NewsOfAttempt | null>();

  const part = (place: AttemptPlace, kind: "finished" | "gave_back" | "lost"): void => {
    const attempt = known.get(placeKey(place));
    known.delete(placeKey(place));
    // Nothing was said of one that was let go before its first order.
    if (attempt !== undefined && attempt !== null) tell({ kind, ...attempt });
  };

  const watch = (taken: Taken): Taken => {
    const { place, lost } = taken;
    known.set(placeKey(place), null);
    lost.addEventListener("abort", () => part(place, "lost"), { once: true });
    return {
      ...taken,
      finish: async () => {
        part(place, "finished");
        await taken.finish();
      },
      giveBack: async () => {
        part(place, "gave_back");
        await taken.giveBack();
      },
    };
  };

  return {
    bench: {
      ...bench,
      take: async (signal) => {
        const taken = await bench.take(signal);
        return taken === undefined ? undefined : watch(taken);
      },
    },
    onOrder: (place, { scope }) => {
      const key = placeKey(place);
      if (known.get(key) !== null) return;
      const attempt = { run: place.run, ticket: scope.ticket.id, attempt: place.attempt };
      known.set(key, attempt);
      tell({ kind: "took", ...attempt });
    },
  };
}
