// What is published, heard over the one connection in subscriber mode. Published things may be lost: whoever listens is told
// when something may have been missed, and asks.

import type { Connections } from "./connections.ts";

type Listener = { readonly hear: (text: string) => void; readonly missed?: () => void };

export type Channels = {
  /** `missed`: from now on all is heard; what was said before may not have been. The function it gives back ends it. */
  readonly listen: (channel: string, listener: Listener) => () => void;
};

export function createChannels({ subscriber }: Connections): Channels {
  const all = new Map<string, Set<Listener>>();
  const subscribe = async (channel: string): Promise<void> => {
    await subscriber.subscribe(channel);
    for (const { missed } of all.get(channel) ?? []) missed?.();
  };
  subscriber.on("message", (channel: string, text: string) => {
    for (const { hear } of all.get(channel) ?? []) hear(text);
  });
  subscriber.on("ready", () => {
    for (const channel of all.keys()) void subscribe(channel).catch(() => {});
  });
  return {
    listen: (channel, listener) => {
      const mine = all.get(channel) ?? new Set();
      all.set(channel, mine);
      mine.add(listener);
      if (subscriber.status === "ready") void subscribe(channel).catch(() => {});
      return () => {
        mine.delete(listener);
        if (mine.size > 0 || all.get(channel) !== mine) return;
        all.delete(channel);
        void subscriber.unsubscribe(channel).catch(() => {});
      };
    },
  };
}
