// Runs whose whereabouts the test decides: conducted here, elsewhere, or by nobody.

import { Hono } from "hono";
import { createSystemClock } from "../../../src/adapters/clock.ts";
import { initialState } from "../../../src/core/state.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import { noLiveTexts } from "../../../src/engine/live-texts.ts";
import { Fault, type Ports } from "../../../src/engine/ports.ts";
import type { RunCard } from "../../../src/http/run-card.ts";
import { reachRun } from "../../../src/http/reach-run.ts";
import type { FoundRun, OpenRun, Runs, RunsListener } from "../../../src/http/runs.ts";
import { addRunStream, addStream, type ServerEnding } from "../../../src/http/stream/stream-route.ts";
import { makeUpRun, type MadeUpRun } from "./made-up-run.ts";

export type MadeUpRuns = {
  readonly runs: Runs;
  readonly app: Hono;
  readonly errors: Error[];
  readonly openHere: (run: RunId, made: MadeUpRun) => AbortController;
  readonly leaveToNobody: (run: RunId, made: MadeUpRun) => void;
  readonly leaveElsewhere: (run: RunId, app: Hono) => void;
  /** A process dies: nothing reaches it any more. */
  readonly kill: (app: Hono) => void;
  readonly tellChanged: (run: RunId) => void;
  /** How many runs are open for somebody now. */
  readonly openCount: () => number;
};

const cardOf = (run: RunId): RunCard => ({ run }) as unknown as RunCard;

export function makeUpRuns(ending?: ServerEnding): MadeUpRuns {
  const known = new Map<RunId, () => FoundRun>();
  const listeners = new Set<RunsListener>();
  const errors: Error[] = [];
  const gone = new Set<Hono>();
  let openCount = 0;

  const found = (open: OpenRun): FoundRun => {
    let isOpen = true;
    openCount += 1;
    const release = (): void => {
      openCount -= isOpen ? 1 : 0;
      isOpen = false;
    };
    return { kind: "open", open, release };
  };

  const makeOpen = (
    run: RunId,
    made: MadeUpRun,
    how: { conducted: "here" | "nobody"; signal: AbortSignal },
  ): OpenRun => ({
    run,
    ...how,
    state: () => ({ ...initialState, seq: made.records.length }),
    feed: how.conducted === "here" ? made.feed : made.quietFeed,
    live: how.conducted === "here" ? made.live : noLiveTexts,
    ports: { log: made.source.log, clock: createSystemClock() } as unknown as Ports,
    person: "ann",
    change: () => Promise.reject(new Error("nothing is changed here")),
  });

  const readings = new Map<RunId, AbortController>();
  const speakFor = (run: RunId, made: MadeUpRun, conducted: "here" | "nobody"): AbortController => {
    readings.get(run)?.abort();
    const over = new AbortController();
    if (conducted === "nobody") readings.set(run, over);
    known.set(run, () => found(makeOpen(run, made, { conducted, signal: over.signal })));
    return over;
  };

  const tellChanged = (run: RunId): void => {
    for (const listener of listeners) listener([cardOf(run)], []);
  };

  const runs: Runs = {
    list: () => Promise.resolve([...known.keys()].map(cardOf)),
    find: (run) => Promise.resolve(known.get(run)?.()),
    watch: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const app = new Hono();
  addStream(app, { runs, onError: (error) => void errors.push(error), ...(ending !== undefined && { ending }) });
  const ofOne = new Hono();
  addRunStream(ofOne);
  app.use("/api/runs/:run/*", reachRun(runs)).route("/api/runs/:run", ofOne);
  return {
    runs,
    app,
    errors,
    tellChanged,
    kill: (there) => void gone.add(there),
    openCount: () => openCount,
    openHere: (run, made) => {
      const over = speakFor(run, made, "here");
      tellChanged(run);
      return over;
    },
    leaveToNobody: (run, made) => {
      speakFor(run, made, "nobody");
      tellChanged(run);
    },
    leaveElsewhere: (run, there) => {
      const send = async (path: string, init: RequestInit): Promise<Response> => {
        if (gone.has(there)) throw new Fault("run_unreachable", "It is gone.", { remedy: "Wait." });
        return there.request(path, init);
      };
      known.set(run, () => ({ kind: "elsewhere", send }));
      tellChanged(run);
    },
  };
}

export const makeRun = (): MadeUpRun => makeUpRun({ deltaMs: 0 });
