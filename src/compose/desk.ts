// The desk of this machine: what the commands ask for, done with the real adapters.

import { setTimeout as pause } from "node:timers/promises";
import { findHomes, runFiles } from "../adapters/run-files.ts";
import { landRun } from "../adapters/workspace/land-run.ts";
import type { Connection, Desk, RunChoice } from "../cli/desk.ts";
import { configOf } from "../core/state.ts";
import type { Recorded } from "../domain/event.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import { archiveRun } from "./archive-run.ts";
import { beginNewRun } from "./begin-run.ts";
import { observeLog } from "./collect-priors.ts";
import { chooseRun, lookAtAll, type Chosen } from "./choose-run.ts";
import { sendWithin } from "./conduct.ts";
import { beginDeliberation } from "./deliberate-run.ts";
import { discardRun } from "./discard-run.ts";
import { examine } from "./examine.ts";
import { explainConfig } from "./explain-config.ts";
import { findRun, lookAt, withLog } from "./find-run.ts";
import { forecastPlan } from "./forecast-plan.ts";
import { RunHub } from "./hub.ts";
import { refuseImported } from "./imports.ts";
import { linkTo } from "./link.ts";
import { listPrompts } from "./list-prompts.ts";
import { createMachinesDesk } from "./machine-list.ts";
import type { DaySpent } from "../domain/day-budget.ts";
import { findPerson } from "./person.ts";
import { dayLedgerOf } from "./ports.ts";
import { saveProjectModels } from "./project-models.ts";
import { findPlace, type Environment, type Place } from "./place.ts";
import { exportRecording, replayRun } from "./recordings.ts";
import { makeSample, tryResult } from "./sample.ts";
import { showResult } from "./machine/show-result.ts";
import { saveFile } from "./save-file.ts";
import { recovering } from "./recoveries.ts";
import { holdRun, openForRecording } from "./resume-run.ts";
import { isListening, sendOver, sendThrough } from "./send.ts";
import { serveAll } from "./serve-all.ts";
import { travelling } from "./time-travel.ts";
import { findThroughStore } from "./tunnels.ts";
import { view } from "./view.ts";
import { readServerFile } from "./server-file.ts";

async function spentToday(env: Environment): Promise<DaySpent> {
  const ledger = dayLedgerOf(findHomes(env), findPerson(env));
  try {
    return await ledger.spentOn(new Date().toISOString().slice(0, 10));
  } finally {
    ledger.close();
  }
}

/** `program`: the folder the package lies in. */
export function createDesk(env: Environment, program: string): Desk {
  const hub = new RunHub({ env, program });
  const choose = (choice: RunChoice): Promise<Chosen> => chooseRun(choice, env);
  // What is taken away lies in the repository as well.
  const chooseHere = async ({ repo, run }: RunChoice): Promise<Chosen> => {
    const place = await findPlace(repo, env);
    return { place, listing: await findRun(place, run) };
  };
  return {
    begin: (options) => beginNewRun(options, { env, program, hub }),
    deliberate: (options) => beginDeliberation(options, { env, program, hub }),
    ...recovering({ env, hub }),
    ...travelling({ env, hub, program, choose }),
    list: (repo) => lookAtAll(repo, env),
    look: async (choice) => {
      const { place, listing } = await choose(choice);
      return lookAt(place, listing);
    },
    ...besideRuns(env, program),
    records: (choice, after) => readRecords(() => choose(choice), after),
    connect: async (choice, { hold }) => {
      const { place, listing } = await choose(choice);
      return connectRun(place, listing.run, { env, hold });
    },
    land: async (choice, { into, how }) => {
      const { place, listing } = await choose(choice);
      refuseImported(place, listing.run);
      const { state } = await lookAt(place, listing);
      await showResult(place, { run: listing.run, config: configOf(state) });
      return landRun({
        project: configOf(state).project,
        run: listing.run,
        how,
        ...(into === undefined ? {} : { into }),
      });
    },
    tryResult: async (choice, command) => {
      const { place, listing } = await choose(choice);
      refuseImported(place, listing.run);
      const { state } = await lookAt(place, listing);
      return tryResult(configOf(state), listing.run, command);
    },
    record: async (choice) => {
      const { place, listing } = await choose(choice);
      const log = await place.store.peek(listing.run);
      if (log === undefined)
        throw new Fault("run_missing", `There is no run ${listing.run}.`, { remedy: "See `tutti runs`." });
      try {
        return await exportRecording(log);
      } finally {
        await log.close();
      }
    },
    save: saveFile,
    replay: (options) => replayRun(options, { env, hub }),
    serve: (options) => serveAll(options, { env, program, hub }),
    work: async (options) => (await import("./machine/start-machine.ts")).prepareMachine(options, { env, program }),
    examine: (repo, { online }) => examine({ repo, env, program, online }),
    ...removing(chooseHere),
  };
}

const removing = (choose: (choice: RunChoice) => Promise<Chosen>): Pick<Desk, "remove" | "archive"> => ({
  remove: async (choice, { deleteBranch }) => {
    const { place, listing } = await choose(choice);
    return discardRun(place, listing.run, deleteBranch);
  },
  archive: async (choice, folder) => {
    const { place, listing } = await choose(choice);
    return archiveRun(place, listing.run, folder);
  },
});

/** What is asked around a run rather than of it. */
const besideRuns = (
  env: Environment,
  program: string,
): Pick<
  Desk,
  | "config"
  | "demoMachines"
  | "facts"
  | "forecast"
  | "link"
  | "machines"
  | "makeSample"
  | "prompts"
  | "saveModels"
  | "spentToday"
  | "view"
> => ({
  view: (options) => view(options, env),
  config: (options) => explainConfig(options, env),
  saveModels: async (repo, ladders) => saveProjectModels((await findPlace(repo, env)).root, ladders, env),
  facts: async (choice) => {
    const { place, listing } = await chooseRun(choice, env);
    const { run } = listing;
    return withLog(place, run, (log) => observeLog(runFiles(place.runs, run).observed, log, { keep: false }).facts);
  },
  link: async (choice) => {
    const { place, listing } = await chooseRun(choice, env);
    return linkTo(place, listing.run);
  },
  spentToday: () => spentToday(env),
  forecast: (options) => forecastPlan(options, env, program),
  makeSample: () => makeSample(program),
  demoMachines: async (options) => (await import("./machine/demo-machines.ts")).startDemoMachines(options, env),
  prompts: () => listPrompts(env, program),
  machines: createMachinesDesk(env, program),
});

async function* readRecords(
  choose: () => Promise<{ place: Place; listing: { run: RunId } }>,
  after: number,
): AsyncGenerator<Recorded> {
  const { place, listing } = await choose();
  const log = await place.store.peek(listing.run);
  if (log === undefined) return;
  try {
    yield* log.read(after);
  } finally {
    await log.close();
  }
}

type ConnectOptions = { readonly env: Environment; readonly hold: boolean };

/** Undefined where another process was quicker to take the run. */
async function connectDead(place: Place, run: RunId, options: ConnectOptions): Promise<Connection | undefined> {
  const held = await openForRecording(place, run, options.env).catch(unlessHeld);
  if (held === undefined) return undefined;
  const hold = (): Promise<void> => (options.hold ? holdRun(held.conductor) : Promise.resolve());
  return {
    run,
    isLive: false,
    send: sendWithin(held, { hold }),
    close: () => held.ports.log.close(),
  };
}

/** A run may end between two words: what its process can no longer be asked, its log still answers. */
async function connectRun(place: Place, run: RunId, options: ConnectOptions): Promise<Connection> {
  let over = await findSpeaker(place, run, options);
  return {
    run,
    get isLive() {
      return over.isLive;
    },
    send: async (path, init) => {
      try {
        return await over.send(path, init);
      } catch (error) {
        if (!over.isLive || !(error instanceof Fault) || error.code !== "run_unreachable") throw error;
        over = await findSpeaker(place, run, options);
        return over.send(path, init);
      }
    },
    close: () => over.close(),
  };
}

const unlessHeld = (error: unknown): undefined => {
  if (!(error instanceof Fault) || error.code !== "run_held") throw error;
  return undefined;
};

const speakerTries = 60;

/** The process that serves the run, or the run itself once its owner is gone. Either may be a moment away. */
async function findSpeaker(place: Place, run: RunId, options: ConnectOptions): Promise<Connection> {
  const { server: file } = runFiles(place.runs, run);
  for (let tries = 0; tries < speakerTries; tries += 1) {
    const server = readServerFile(file);
    if (server !== undefined && (await isListening(server)))
      return { run, isLive: true, send: sendOver(server, run), close: () => Promise.resolve() };
    const { owner } = await findRun(place, run);
    const far = owner === null ? undefined : await findThroughStore(place.homes, run, findPerson(options.env));
    if (far !== undefined) return { run, isLive: true, send: sendThrough(far, run), close: () => Promise.resolve() };
    const dead = owner === null ? await connectDead(place, run, options) : undefined;
    if (dead !== undefined) return dead;
    await pause(50);
  }
  throw new Fault("run_unreachable", `A process holds ${run} but does not serve it.`, {
    remedy: "It may be another `tutti` command that is about to end: try again. See process.log in the run's folder.",
  });
}
