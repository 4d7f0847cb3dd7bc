// A run that nobody conducts, opened to be looked at: read beside whoever may take it over, without owning it.

import { createSystemClock } from "../adapters/clock.ts";
import { createBriefs } from "../adapters/context/briefs.ts";
import { runFiles } from "../adapters/run-files.ts";
import { loadUserConfig } from "../adapters/settings-files.ts";
import { createTools } from "../adapters/tools/create-tools.ts";
import { createReadingWorkspace } from "../adapters/workspace/reading-workspace.ts";
import { configOf, initialState, type RunState } from "../core/state.ts";
import { evolve } from "../core/evolve.ts";
import type { RunConfig } from "../domain/config.ts";
import type { RunId } from "../domain/ids.ts";
import { createFeed, type Feed } from "../engine/feed.ts";
import { Fault, type EventLog, type Ports } from "../engine/ports.ts";
import { readGently } from "./folding.ts";
import type { Environment, ProjectRuns } from "./place.ts";
import { createRunModels, createSandbox, digest } from "./ports.ts";
import { readScenario } from "./resume-run.ts";

export type Reading = {
  readonly ports: Ports;
  readonly state: () => RunState;
  /** Told of what `catchUp` finds. */
  readonly feed: Feed;
  /** Takes in what was recorded since. */
  readonly catchUp: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Throws Fault `run_missing`, `log_corrupt` and its like. */
export async function openReading(place: ProjectRuns, run: RunId, env: Environment): Promise<Reading> {
  const log = await place.store.peek(run);
  if (log === undefined) throw missing(run);
  try {
    let state = initialState;
    const feed = createFeed();
    const takeIn = async (): Promise<void> => {
      await log.refresh();
      for await (const recorded of readGently(log, state.seq)) {
        state = evolve(state, recorded);
        feed.publish({ kind: "recorded", recorded });
      }
    };
    await takeIn();
    if (state.config === null) throw missing(run);
    const ports = await openReadingPorts({ place, log, env, config: configOf(state) });
    let under: Promise<void> | undefined;
    return {
      ports,
      state: () => state,
      feed,
      catchUp: () => (under ??= takeIn().finally(() => (under = undefined))),
      close: () => log.close(),
    };
  } catch (error) {
    await log.close();
    throw error;
  }
}

type Opened = {
  readonly place: ProjectRuns;
  readonly log: EventLog;
  readonly config: RunConfig;
  readonly env: Environment;
};

async function openReadingPorts({ place, log, config, env }: Opened): Promise<Ports> {
  const { run } = log;
  const { folder, scenario } = runFiles(place.runs, run);
  const sandbox = createSandbox(config.sandbox);
  const userConfig = await loadUserConfig(place.homes.config);
  return {
    clock: createSystemClock(),
    log,
    token: 0,
    models: createRunModels({ scenario: readScenario(scenario), userConfig, env }),
    tools: createTools({ sandbox }),
    sandbox,
    workspace: config.workspace === "git" ? createReadingWorkspace({ run, dir: folder }) : undefined,
    briefs: createBriefs(),
    digest,
  };
}

const missing = (run: RunId): Fault =>
  new Fault("run_missing", `There is no run ${run}, or it was never begun.`, { remedy: "See `tutti runs`." });
