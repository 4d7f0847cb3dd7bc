// All runs of this person, wherever they are conducted: found, listed and watched.

import { isDeepStrictEqual } from "node:util";
import { setTimeout as pause } from "node:timers/promises";
import { runFiles, type Homes } from "../adapters/run-files.ts";
import type { ModelId, RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import type { RunCard } from "../http/run-card.ts";
import type { Project } from "../http/runs-wire.ts";
import type { FoundRun, OpenRun, Runs, RunsListener, ServedRuns } from "../http/runs.ts";
import type { Environment, ProjectRuns } from "./place.ts";
import { findOwed, ownMs } from "./owed-recoveries.ts";
import { Readings } from "./readings.ts";
import { projectModels, saveProjectModels } from "./project-models.ts";
import { findRoot, projectsOf } from "./projects.ts";
import { createCards, isOwnerAway, type Cards, type Listed } from "./run-cards.ts";
import { findPerson } from "./person.ts";
import { findThroughStore } from "./tunnels.ts";
import { isListening, sendRaw } from "./send.ts";
import { readServerFile } from "./server-file.ts";
import { landResult, type StartedRuns } from "./start-runs.ts";

export type AllRuns = {
  readonly runs: ServedRuns;
  /** This process speaks for the run until the returned function is called. */
  readonly add: (open: OpenRun) => () => void;
  /**
   * Conducts the recoveries that never began. Resolves with the ms after which it is to be asked again, or undefined.
   * `onError`: one could not begin; the others do. `beside`: only those of this run's project.
   */
  readonly recoverOwed: (onError: (error: unknown) => void, beside?: RunId) => Promise<number | undefined>;
  readonly close: () => Promise<void>;
};

/** Of runs conducted here, at most so often; of the others, so often while somebody watches. In ms. */
const ownEveryMs = 250;
const othersEveryMs = 1_000;

export type AllRunsOptions = {
  readonly env: Environment;
  readonly homes: Homes;
  /** Runs are begun, taken over and landed with it. */
  readonly started: StartedRuns;
  /** Top folders of the repositories that the person named for this server. */
  readonly named: readonly string[];
};

export function createAllRuns({ env, homes, started, named }: AllRunsOptions): AllRuns {
  const here = new Map<RunId, OpenRun>();
  const person = findPerson(env);
  const cards = createCards({
    homes,
    here,
    isWithinReach: async (place, run) => (await findThroughStore(place.homes, run, person)) !== undefined,
  });
  const readings = new Readings(env);
  const watching = createWatching({ cards, readings });
  const list: Runs["list"] = async () => (await cards.refresh()).map(({ card }) => card);
  const projects = async (): Promise<readonly Project[]> => projectsOf(await list(), named);
  const rootOf = async (project: string): Promise<string> => findRoot(await projects(), project);
  const projectOf = async (run: RunId): Promise<string> => rootOfRun(await list(), run);
  return {
    runs: {
      list,
      find: (run) => find(run, { here, cards, readings, person }),
      asking: async () =>
        (await cards.refresh()).flatMap(({ card, state }) => (state === null ? [] : [{ card, state }])),
      projects,
      begin: async (order) => started.begin(await rootOf(order.project), order),
      resume: async (run, order) => {
        if (here.has(run)) throw heldHere(run);
        return started.resume(await placeIn(cards, run), run, order);
      },
      land: async (run, order) => landResult(await placeIn(cards, run), run, order),
      recover: async (run, { why, model }, by) =>
        started.recover(await placeIn(cards, run), { run, why, model: model as ModelId | undefined, by }),
      projectModels: async (run) => projectModels(await projectOf(run)),
      saveModels: async (run, { tiers }) => saveProjectModels(await projectOf(run), tiers, env),
      forecast: async (order) => started.forecast(await rootOf(order.project), order),
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
    recoverOwed: async (onError, beside) => {
      const all = await cards.refresh();
      const own = beside === undefined ? undefined : (await cards.placeOf(beside))?.runs;
      const meant = own === undefined ? all : all.filter(({ place }) => place.runs === own);
      const { owed, isSoon } = await findOwed(meant, Date.now());
      for (const { place, card } of owed) await started.follow(place, card.run).catch(onError);
      return isSoon ? ownMs : undefined;
    },
    close: async () => {
      watching.close();
      await readings.close();
    },
  };
}

async function placeIn(cards: Cards, run: RunId): Promise<ProjectRuns> {
  const place = await cards.placeOf(run);
  if (place !== undefined) return place;
  throw new Fault("run_missing", `There is no run ${run}.`, { remedy: "See `tutti runs`." });
}

/** What a file from elsewhere calls its project's folder is not believed. */
function rootOfRun(cards: readonly RunCard[], run: RunId): string {
  const card = cards.find((each) => each.run === run);
  if (card === undefined) throw new Fault("run_missing", `There is no run ${run}.`, { remedy: "See `tutti runs`." });
  if (card.project.root !== "" && !card.isImported) return card.project.root;
  throw new Fault("project_unknown", `${run} does not say where its project lies on this machine.`, {
    remedy: "Save them in a terminal there: tutti models --tier <n> --model <provider>/<model> --save",
  });
}

const heldHere = (run: RunId): Fault =>
  new Fault("run_held", `${run} is conducted already, by this server.`, {
    remedy: "Answer what waits, or resume it where it is paused.",
  });

type Parts = {
  readonly here: ReadonlyMap<RunId, OpenRun>;
  readonly cards: Cards;
  readonly readings: Readings;
  /** Who asks here. */
  readonly person: string;
};

const tries = 40;

/** The process that conducts a run, or the run itself once its owner is gone; either may be a moment away. */
async function find(run: RunId, { here, cards, readings, person }: Parts): Promise<FoundRun | undefined> {
  for (let tried = 0; tried < tries; tried += 1) {
    const open = here.get(run);
    if (open !== undefined && !open.signal.aborted) return { kind: "open", open, release: () => {} };
    const place = await cards.placeOf(run);
    const listing = await place?.store.look(run);
    if (place === undefined || listing === undefined) return undefined;
    // This process may own it without conducting it: while it begins it, or records what was asked.
    const { owner } = listing;
    const isAway = isOwnerAway(place, owner);
    if (owner === null || (owner.pid === process.pid && !isAway)) return readings.open(place, run);
    const near = isAway ? undefined : await findSender(place, run);
    const send = near ?? (await findThroughStore(place.homes, run, person));
    // Of a run on another machine that says nothing, its log is what there is.
    if (send === undefined && isAway) return readings.open(place, run);
    readings.end(run);
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
  let wasAway: ReadonlySet<RunId> = new Set();
  let timer: { readonly at: number; readonly cancel: () => void } | undefined;
  let lastAt = 0;

  const tell = (listed: readonly Listed[]): void => {
    const now = new Map(listed.map(({ card }) => [card.run, card]));
    // The first look tells everything: whoever watches may have listed the runs before it.
    const before = told ?? new Map<RunId, RunCard>();
    told = now;
    const changed = [...now.values()].filter((card) => !isDeepStrictEqual(before.get(card.run), card));
    const removed = [...before.keys()].filter((run) => !now.has(run));
    const away = new Set(listed.filter(({ isAway }) => isAway).map(({ card }) => card.run));
    for (const { run, conducted } of changed) {
      if (conducted === "nobody" || away.has(run)) void readings.catchUp(run).catch(() => {});
      else readings.end(run);
    }
    // Its process can be asked again: whoever reads its log here finds that out.
    for (const run of wasAway) if (!away.has(run)) readings.end(run);
    wasAway = away;
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
    const timeout = setTimeout(() => void look(), Math.max(0, at - performance.now())).unref();
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
