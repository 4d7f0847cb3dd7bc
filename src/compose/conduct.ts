// One run in this process: its conductor, the API beside it, debug_state.json, and a clean end.

import { createDebugStateFile } from "../adapters/debug-state.ts";
import { createProcessLog, type ProcessLog } from "../adapters/process-log.ts";
import type { RunFiles } from "../adapters/run-files.ts";
import type { Conducting, Ending, Send } from "../cli/desk.ts";
import { evolve } from "../core/evolve.ts";
import type { Conductor } from "../engine/conductor.ts";
import type { FeedItem } from "../engine/feed.ts";
import type { Ports } from "../engine/ports.ts";
import { loadText } from "../engine/texts.ts";
import { debugStateOf, toDebugStateText } from "../views/debug-state.ts";
import type { RunFacts } from "../views/observe-run.ts";
import { observeLog } from "./collect-priors.ts";
import { openHeld, openHere } from "./open-runs.ts";
import type { Conducted, Hub } from "./hub.ts";
import type { Environment, ProjectRuns } from "./place.ts";
import type { AfterConducting } from "./machine/placing.ts";
import type { OpenedPorts } from "./ports.ts";
import { sendTo } from "./send.ts";
import { tellPerson, type Telling } from "./tell-person.ts";

export type ConductOptions = {
  readonly conductor: Conductor;
  readonly ports: Ports;
  readonly files: RunFiles;
  readonly person: string;
};

/** What this process serves the run with, beside what the run needs. */
export type ServedOptions = ConductOptions & {
  /** Called once nothing is done with the ports any more. */
  readonly leave: OpenedPorts["leave"];
  readonly place: ProjectRuns;
  readonly hub: Hub;
  /** Where the person's settings are found, which may name a webhook; undefined: nobody is told of this run. */
  readonly tell?: Environment | undefined;
};

type Extras = Pick<Conducting, "notes"> &
  Pick<Partial<Conducting>, "adopted"> & {
    /** Seq of the last record of an earlier process. */
    readonly since: number;
  };

/** How long a parked run's other steps may take before they are cancelled; they are then begun anew on resume. */
const parkGraceMs = 10_000;

export function makeConducting(options: ServedOptions, { since, ...extras }: Extras): Conducting {
  const { conductor, ports, files, hub } = options;
  const log = createProcessLog(files.processLog);
  const over = new AbortController();
  const open = openHere(options, over.signal);
  const conducted: Conducted = { open, server: files.server, log };
  const page = Promise.withResolvers<string | null>();
  let [isStarted, isParked, isHandedOver] = [false, false, false];
  let facts: RunFacts | undefined;

  const watch = (item: FeedItem): void => {
    if (item.kind === "stalled") log.note("the store takes no records", { detail: item.detail });
    if (!isParking(item) || conductor.state().attended) return;
    isParked = true;
    void conductor.stop(parkGraceMs);
  };
  conductor.feed.subscribe(watch);
  const finishDebugState = keepDebugState(conductor, files.debugState, log);

  let telling: Telling | undefined;
  const done = conductor.done.then((ending): Ending => {
    over.abort();
    finishDebugState();
    if (ending.kind === "fault") log.fault("the conductor cannot go on", ending.error);
    else log.note("at rest", { ending: ending.kind, parked: isParked });
    return ending.kind === "rested" ? { kind: "rested", parked: isParked } : ending;
  });

  return {
    run: ports.log.run,
    folder: files.folder,
    ...extras,
    state: conductor.state,
    history: () => ports.log.read(since),
    facts: () => (facts = observeLog(files.observed, ports.log).facts),
    wholeText: async (text) => loadText(ports.log, text),
    subscribe: conductor.feed.subscribe,
    send: sendTo(open),
    page: page.promise,
    start: () => {
      log.note("conducting", { run: ports.log.run });
      telling ??= tellPerson({ conductor, page: page.promise, env: options.tell, log });
      conductor.start();
      if (!isStarted) page.resolve(hub.conduct(conducted));
      isStarted = true;
    },
    stop: async (graceMs, { handOver = false } = {}) => {
      isHandedOver ||= handOver;
      await conductor.stop(graceMs);
    },
    done,
    besides: hub.besides,
    close: async () => {
      if (isStarted) await page.promise;
      await telling?.close();
      await hub.leave(conducted);
      await closeRun(options, isHandedOver && (await done).kind === "rested" ? "hand over" : "finish");
      if (facts !== undefined) await keepCardOf(options, facts);
      await log.close();
    },
  };
}

/** Nobody is asked to take it over before its log is free, and nobody finds it free that was not asked. */
async function closeRun({ ports, leave }: ServedOptions, then: AfterConducting): Promise<void> {
  await leave(then);
  await ports.log.close();
  ports.days?.close();
}

/** By the engine: where nobody is there to mend it, waiting would be waiting for ever. */
const isParking = (item: FeedItem): boolean =>
  item.kind === "recorded" && item.recorded.event.type === "run.paused" && item.recorded.by === "engine";

/** What lists show of it, so that the next one need not read the log. Loaded late: the first step does not wait for it. */
async function keepCardOf({ conductor, ports, place }: ServedOptions, { ms }: RunFacts): Promise<void> {
  const { keepLeftCard } = await import("./kept-card.ts");
  await keepLeftCard(place, { run: ports.log.run, state: conductor.state(), ms });
}

/** In linear mode the file is written after every ticket, from the records alone: same log, same bytes. */
function keepDebugState(conductor: Conductor, path: string, log: ProcessLog): () => void {
  const file = createDebugStateFile(path, { warn: (message) => log.note(message) });
  let state = conductor.state();
  const snapshot = (): void => {
    const now = state;
    file.update(() => toDebugStateText(debugStateOf(now)));
  };
  conductor.feed.subscribe((item) => {
    // Outside linear mode the conductor's own state will do; it may be ahead of the record it is told of.
    if (item.kind !== "recorded" || item.recorded.seq <= state.seq) return;
    const { type } = item.recorded.event;
    state = state.mode === "linear" || type === "run.created" ? evolve(state, item.recorded) : conductor.state();
    if (
      state.mode === "linear" &&
      (/^ticket\.(?:completed|blocked|failed|cancelled)$/.test(type) || type === "run.ended")
    )
      snapshot();
  });
  return file.flush;
}

/** The API of a run that nobody conducts and this process holds, without a network. */
export const sendWithin = (held: ConductOptions, { hold }: { readonly hold: () => Promise<void> }): Send =>
  sendTo(openHeld(held, hold));
