// All runs of this person, wherever they are conducted: found, listed and watched.

import { isDeepStrictEqual } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { runFiles, type Homes } from "../adapters/run-files.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import type { RunCard } from "../http/run-card.ts";
import type { FoundRun, OpenRun, Runs, RunsListener } from "../http/runs.ts";
import type { Environment, ProjectRuns } from "./place.ts";
import { Readings } from "./readings.ts";
import { createCards, type Cards, type Listed } from "./run-cards.ts";
import { isListening, sendRaw } from "./send.ts";
import { readServerFile } from "./server-file.ts";

export type AllRuns = {
  readonly runs: Runs;
  /** This process speaks for the run until the returned function is called. */
  readonly add: (open: OpenRun) => () => void;
  readonly close: () => Promise<void>;
};

/** Of runs conducted here, at most so often; of the others, so often while somebody watches. In ms. */
const ownEveryMs = 250;
const othersEveryMs = 1_000;

export function createAllRuns(env: Environment, homes: Homes): AllRuns {
  const here = new Map<RunId, OpenRun>();
  const cards = createCards({ homes, here });
  const readings = new Readings(env);
  const watching = createWatching({ cards, readings });
  return {
    runs: {
      list: async () => (await cards.refresh()).map(({ card }) => card),
      find: (run) => find(run, { here, cards, readings }),
      watch: watching.watch,
    },
    add: (open) => {
      here.set(open.run, open);
      readings.end(open.run);
      const unsubscribe = open.feed.subscribe((item) => (item.kind === "recorded" ? watching.soon() : undefined));
      watching.soon();
      return () => {
        unsubscribe();
        here.delete(open.run);
        watching.soon();
      };
    },
    close: async () => {
      watching.close();
      await readings.close();
    },
  };
}

type Parts = {
  readonly here: ReadonlyMap<RunId, OpenRun>;
  readonly cards: Cards;
  readonly readings: Readings;
};

const tries = 40;

/** The process that conducts a run, or the run itself once its owner is gone; either may be a moment away. */
async function find(run: RunId, { here, cards, readings }: Parts): Promise<FoundRun | undefined> {
  for (let tried = 0; tried < tries; tried += 1) {
    const open = here.get(run);
    if (open !== undefined) return { kind: "open", open, release: () => {} };
    const place = cards.placeOf(run);
    const listing = await place?.store.look(run);
    if (place === undefined || listing === undefined) return undefined;
    // This process may own it without conducting it: while it begins it, or records what was asked.
    if (listing.owner === null || listing.owner.pid === process.pid) return readings.open(place, run);
    readings.end(run);
    const send = await findSender(place, run);
    if (send !== undefined) return { kind: "elsewhere", send };
    await pause(50);
  }
  throw new Fault("run_unreachable", `A process holds ${run} but does not serve it.`, {
    remedy: "It may be another `tutti` command that is about to end: try again. See process.log in the run's folder.",
  });
}

async function findSender(
  { runs }: ProjectRuns,
  run: RunId,
): Promise<Extract<FoundRun, { kind: "elsewhere" }>["send"] | undefined> {
  const server = readServerFile(runFiles(runs, run).server);
  if (server === undefined || server.pid === process.pid || !(await isListening(server))) return undefined;
  return (path, init) => sendRaw(server, path, init);
}

type Watching = {
  readonly watch: (listener: RunsListener) => () => void;
  /** Something changed here: whoever watches is told shortly. */
  readonly soon: () => void;
  readonly close: () => void;
};

function createWatching({ cards, readings }: Pick<Parts, "cards" | "readings">): Watching {
  const listeners = new Set<RunsListener>();
  let told: ReadonlyMap<RunId, RunCard> | undefined;
  let timer: { readonly at: number; readonly cancel: () => void } | undefined;
  let lastAt = 0;

  const tell = (listed: readonly Listed[]): void => {
    const now = new Map(listed.map(({ card }) => [card.run, card]));
    const before = told;
    told = now;
    if (before === undefined) return;
    const changed = [...now.values()].filter((card) => !isDeepStrictEqual(before.get(card.run), card));
    const removed = [...before.keys()].filter((run) => !now.has(run));
    for (const { run, conducted } of changed) {
      if (conducted === "nobody") void readings.catchUp(run).catch(() => {});
      else readings.end(run);
    }
    if (changed.length + removed.length === 0) return;
    for (const listener of listeners) listener(changed, removed);
  };

  const look = async (): Promise<void> => {
    timer = undefined;
    lastAt = performance.now();
    // What cannot be listed now is told of when it can be.
    const listed = await cards.refresh().catch(() => undefined);
    if (listeners.size === 0) return;
    if (listed !== undefined) tell(listed);
    schedule(othersEveryMs);
  };

  const schedule = (afterMs: number): void => {
    if (listeners.size === 0) return;
    const at = Math.max(performance.now() + afterMs, lastAt + ownEveryMs);
    if (timer !== undefined && timer.at <= at) return;
    timer?.cancel();
    const timeout = setTimeout(() => void look(), at - performance.now()).unref();
    timer = { at, cancel: () => clearTimeout(timeout) };
  };

  const stop = (): void => {
    timer?.cancel();
    timer = undefined;
    told = undefined;
  };

  return {
    watch: (listener) => {
      listeners.add(listener);
      schedule(0);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    soon: () => schedule(0),
    close: () => {
      listeners.clear();
      stop();
    },
  };
}
