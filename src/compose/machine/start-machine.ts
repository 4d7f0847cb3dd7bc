// This computer as a machine that works for runs which other processes conduct: what it needs is looked at first, then it
// takes attempts, and runs whose conductor died, until it is drained.

import { readFileSync } from "node:fs";
import { availableParallelism, hostname } from "node:os";
import { join } from "node:path";
import { createSystemClock } from "../../adapters/clock.ts";
import { createBench, type RedisBench } from "../../adapters/queue/bench.ts";
import type { Meeting } from "../../adapters/queue/meeting.ts";
import { findHomes, makePrivateFolder, type Homes } from "../../adapters/run-files.ts";
import { loadOverrides, loadUserConfig } from "../../adapters/settings-files.ts";
import { createGit } from "../../adapters/workspace/git.ts";
import { checkGitVersion } from "../../adapters/workspace/locate-repository.ts";
import type { MachineAtWork, MachineEnding, MachineNews, WorkOptions } from "../../cli/machine-at-work.ts";
import type { UserConfig } from "../../domain/user-config.ts";
import { createOrderDesk, type OrderDesk } from "../../engine/machines/order-desk.ts";
import { Fault } from "../../engine/ports.ts";
import { RunHub } from "../hub.ts";
import type { Environment } from "../place.ts";
import { createSandbox } from "../ports.ts";
import { linkTo } from "../shelves.ts";
import { StartedRuns } from "../start-runs.ts";
import { openMachineFolder } from "./machine-folder.ts";
import { enterMeeting, type Entered } from "./meetings.ts";
import { outdated } from "../../adapters/queue/protocols.ts";
import { createRunRooms, type RunRooms } from "./run-rooms.ts";
import { labelsOf } from "./self.ts";
import { tellTakings } from "./tell-takings.ts";
import { createTakingOver, wordsOf, type TakingOver } from "./take-over.ts";

export type Around = { readonly env: Environment; readonly program: string };

/**
 * Throws Fault `store_needed`, `sandbox_unavailable`, `machine_outdated`, and what git, the store and the state folder
 * throw; nothing has been taken then.
 */
export async function prepareMachine(options: WorkOptions, around: Around): Promise<MachineAtWork> {
  const homes = findHomes(around.env);
  if (homes.store === undefined) throw storeNeeded();
  await checkGitVersion(createGit());
  await checkSandbox();
  makePrivateFolder(homes.state);
  const userConfig = await loadUserConfig(homes.config);
  const settings = toSettings(options, userConfig);
  const labels = await labelsOf(settings.labels, { userConfig, env: around.env });
  const telling = createTelling();
  const entered = await enterMeeting(homes, (text) => telling.tell({ kind: "notice", text }));
  try {
    const version = versionOf(around.program);
    const tooOld = await outdated(entered.meeting, version);
    if (tooOld !== undefined) throw tooOld;
    return await openMachine({ ...around, homes, userConfig, settings, labels, telling, entered, version });
  } catch (error) {
    await entered.leave();
    throw error;
  }
}

const storeNeeded = (): Fault =>
  new Fault("store_needed", "`tutti worker` works for runs on a store that other machines reach, and none is named.", {
    remedy: "Name it: tutti worker --store redis://127.0.0.1:6379, or store = in your config.toml.",
  });

/** A machine that could not keep commands away from its files takes nothing. */
async function checkSandbox(): Promise<void> {
  const missing = await createSandbox("bwrap").check();
  if (missing === undefined) return;
  throw new Fault("sandbox_unavailable", `the workers' commands cannot be sandboxed: ${missing.problem}`, {
    remedy: missing.remedy,
  });
}

type Settings = {
  readonly capacity: number;
  readonly labels: readonly string[];
  readonly gitVia: string | undefined;
  readonly conducts: boolean;
};

/** What was said to the command counts before what the settings say. */
function toSettings(said: WorkOptions, { worker = {} }: UserConfig): Settings {
  return {
    capacity: said.capacity ?? worker.capacity ?? availableParallelism(),
    labels: [...said.labels, ...(worker.labels ?? [])],
    gitVia: said.gitVia ?? worker.gitVia,
    conducts: said.conducts ?? worker.conduct ?? true,
  };
}

const versionOf = (program: string): string =>
  (JSON.parse(readFileSync(join(program, "package.json"), "utf8")) as { readonly version: string }).version;

type Telling = {
  readonly tell: (news: MachineNews) => void;
  readonly listen: (to: (news: MachineNews) => void) => void;
};

/** What is told before somebody listens is told then. */
function createTelling(): Telling {
  const early: MachineNews[] = [];
  let listener: ((news: MachineNews) => void) | undefined;
  return {
    tell: (news) => void (listener === undefined ? early.push(news) : listener(news)),
    listen: (to) => {
      listener = to;
      for (const news of early.splice(0)) to(news);
    },
  };
}

type Parts = Around & {
  readonly homes: Homes;
  readonly userConfig: UserConfig;
  readonly settings: Settings;
  readonly labels: readonly string[];
  readonly telling: Telling;
  readonly entered: Entered;
  readonly version: string;
};

async function openMachine(parts: Parts): Promise<MachineAtWork> {
  const { homes, settings, labels, telling, entered, version } = parts;
  const { meeting } = entered;
  const { capacity, conducts } = settings;
  const host = hostname();
  const rooms = await openRooms(parts);
  const bench = createBench(meeting, { host, pid: process.pid, version, labels, capacity, startedAt: Date.now() });
  const { tell } = telling;
  const taking = conducts ? takingOver(parts) : undefined;
  const over = Promise.withResolvers<void>();
  const drain = async (graceMs: number): Promise<void> => {
    await Promise.all([desk.drain(graceMs), taking?.stop(graceMs)]);
    over.resolve();
  };
  const onDrain = (): void => {
    tell({ kind: "draining" });
    drain(drainedGraceMs).catch(over.reject);
  };
  const desk = openDesk({ bench, rooms, host, capacity, tell, onDrain });
  const stops = [watchStore(meeting, tell), tellWhenOlder(meeting, version, tell)];
  const close = async (): Promise<void> => {
    for (const stop of stops) stop();
    await bench.close();
    await rooms.close();
    await entered.leave();
  };
  const done = over.promise.then(close).then(
    (): MachineEnding => ({ kind: "drained" }),
    (error: unknown): MachineEnding => ({ kind: "fault", error: toError(error) }),
  );
  const start: MachineAtWork["start"] = (listener) => {
    telling.listen(listener);
    desk.start();
    taking?.start();
  };
  const store = meeting.connections.name;
  const notes = await notesOf(homes);
  return { id: bench.id, host, version, store, labels, capacity, conducts, notes, start, drain, done };
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

async function openRooms({ homes, userConfig, settings, entered, env }: Parts): Promise<RunRooms> {
  const folder = await openMachineFolder(homes.state, entered.meeting.inbox.name);
  const overrides = await loadOverrides(homes.config);
  return createRunRooms({ link: linkTo(homes), folder, userConfig, overrides, env, gitVia: settings.gitVia });
}

type Desk = {
  readonly bench: RedisBench;
  readonly rooms: RunRooms;
  readonly host: string;
  readonly capacity: number;
  readonly tell: (news: MachineNews) => void;
  readonly onDrain: () => void;
};

function openDesk({ bench, rooms, host, capacity, tell, onDrain }: Desk): OrderDesk {
  const takings = tellTakings(bench, tell);
  const show: RedisBench["show"] = (shown) => {
    rooms.retain(new Set(shown.working.map(({ run }) => run)));
    bench.show(shown);
  };
  return createOrderDesk({
    bench: { ...takings.bench, show },
    clock: createSystemClock(),
    capacity,
    machine: { id: bench.id, host },
    portsFor: (run, order) => {
      takings.onOrder({ run, index: order.duty.index, attempt: order.duty.ref.attempt }, order);
      return rooms.of(run, order.scope.config);
    },
    onDrain,
    onNews: (news) => {
      if (news.kind === "problem") tell({ kind: "notice", text: wordsOf(news.error) });
    },
  });
}

/** What is under way may end within this time, once somebody has drained the machine from elsewhere. */
const drainedGraceMs = 7_000;

/** Runs are conducted by this process, and worked on by whichever machine takes their attempts: it is one of them. */
function takingOver({ env, program, settings, entered, telling }: Parts): TakingOver {
  const { gitVia } = settings;
  const conducting: Environment = {
    ...env,
    TUTTI_CAPACITY: "0",
    ...(gitVia === undefined ? {} : { TUTTI_GIT_VIA: gitVia }),
  };
  const hub = new RunHub({ env: conducting, program });
  const started = new StartedRuns({ env: conducting, program, hub });
  return createTakingOver({ env: conducting, meeting: entered.meeting, started, tell: telling.tell });
}

const askProtocolEveryMs = 60_000;

/** Conductors may be updated while it is here: it is told once, and goes on for those that are not. */
function tellWhenOlder(meeting: Meeting, version: string, tell: (news: MachineNews) => void): () => void {
  const ask = (): void => {
    void outdated(meeting, version)
      .catch(() => undefined)
      .then((tooOld) => {
        if (tooOld === undefined) return;
        clearInterval(timer);
        tell({ kind: "notice", text: `${tooOld.message} ${tooOld.remedy}` });
      });
  };
  const timer = setInterval(ask, askProtocolEveryMs).unref();
  return () => clearInterval(timer);
}

function watchStore({ connections }: Meeting, tell: (news: MachineNews) => void): () => void {
  let isAway = false;
  const onClose = (): void => {
    if (isAway) return;
    isAway = true;
    tell({ kind: "store_away", detail: `${connections.name} does not answer` });
  };
  connections.main.on("close", onClose);
  const stopReady = connections.onReady(() => {
    if (isAway) tell({ kind: "store_back" });
    isAway = false;
  });
  return () => {
    connections.main.off("close", onClose);
    stopReady();
  };
}

/** What the server may lose is said by whoever relies on it. */
async function notesOf(homes: Homes): Promise<readonly string[]> {
  const { warning } = await linkTo(homes).look();
  return warning === undefined ? [] : [warning];
}
