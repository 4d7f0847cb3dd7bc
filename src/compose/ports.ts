// The doors of one run, each with its adapter.

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createSystemClock } from "../adapters/clock.ts";
import { createDayLedger } from "../adapters/log/day-ledger.ts";
import { createRedisDayLedger } from "../adapters/log/redis/redis-day-ledger.ts";
import { createBriefs } from "../adapters/context/briefs.ts";
import { createRedisHolds } from "../adapters/log/redis/redis-holds.ts";
import { createModels } from "../adapters/models/create-models.ts";
import { heedHolds } from "../adapters/models/heed-holds.ts";
import { createBwrapSandbox } from "../adapters/sandbox/bwrap-sandbox.ts";
import { createNoSandbox } from "../adapters/sandbox/no-sandbox.ts";
import { createTools } from "../adapters/tools/create-tools.ts";
import { findShared } from "../adapters/workspace/shared-folders.ts";
import { runFiles, type Homes } from "../adapters/run-files.ts";
import type { RunConfig } from "../domain/config.ts";
import type { Scenario } from "../domain/scenario.ts";
import type { UserDefaults } from "../domain/user-defaults.ts";
import type { UserConfig } from "../domain/user-config.ts";
import type { DayLedger, Models, OpenedRun, Ports, Sandbox } from "../engine/ports.ts";
import type { TakenRun } from "../adapters/queue/conduct-queue.ts";
import { openPlacing, type AfterConducting } from "./machine/placing.ts";
import { homeFolder, openHome, openRunWorkspace } from "./machine/run-workspace.ts";
import type { Environment, ProjectRuns } from "./place.ts";
import { linkTo } from "./shelves.ts";

/** Hex sha-256 of UTF-8. */
export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** `readable`: further folders its commands see, read-only. */
export const createSandbox = (kind: RunConfig["sandbox"], readable: readonly string[] = []): Sandbox =>
  kind === "bwrap" ? createBwrapSandbox({ readable }) : createNoSandbox();

export type ModelSources = {
  readonly scenario: Scenario | undefined;
  readonly userConfig: UserConfig;
  readonly env: Environment;
  /** The person's own figures, for models that are named while the run goes on. */
  readonly overrides?: UserDefaults["overrides"];
};

export const createRunModels = ({ scenario, userConfig, env, overrides }: ModelSources): Models =>
  createModels({
    userConfig,
    env,
    ...(scenario === undefined ? {} : { scenario }),
    ...(overrides === undefined ? {} : { overrides }),
  });

/** One for all projects of this person; on a server, whichever machine a run is conducted on. */
export const dayLedgerOf = (homes: Homes, person: string): DayLedger =>
  homes.store === undefined
    ? createDayLedger(join(homes.state, "days.sqlite"))
    : createRedisDayLedger(linkTo(homes), person);

export type PortsOptions = {
  readonly place: ProjectRuns;
  readonly config: Pick<RunConfig, "project" | "sandbox" | "workspace" | "share" | "remote">;
  readonly opened: OpenedRun;
  readonly models: Models;
  /** Whose day's bound counts. */
  readonly person: string;
  /** False: it is only spoken to, and no duty of it is fulfilled. */
  readonly conducts: boolean;
  readonly taken?: TakenRun | undefined;
};

export type OpenedPorts = {
  readonly ports: Ports;
  /** Once nothing is done with them any more. */
  readonly leave: (then: AfterConducting) => Promise<void>;
};

/**
 * Opens the run's workspace, making it or reconciling what a crash left, and the way to the machines where it has one.
 * Throws what these throw.
 */
export async function openPorts(options: PortsOptions): Promise<OpenedPorts> {
  const { place, config, opened, models, person, conducts, taken } = options;
  const { run } = opened.log;
  const dir = runFiles(place.runs, run).folder;
  const shared = existsSync(config.project.root) ? await findShared(config.project.root, config.share ?? []) : [];
  const opening = { run, config, dir, shared, homes: place.homes };
  const workspace = config.workspace === "git" ? await openRunWorkspace(opening) : undefined;
  // A worktree's own git directory too, so that `git log` and `git diff` work in it.
  const repositories = [join(dir, "repo.git"), join(dir, homeFolder, "repo.git")];
  const sandbox = createSandbox(config.sandbox, [...repositories, ...shared.map(({ source }) => source)]);
  const placing = conducts
    ? await openPlacing({
        place,
        run,
        config,
        token: opened.token,
        workspace,
        travelling: () => openHome(opening),
        taken,
      })
    : undefined;
  const ports: Ports = {
    clock: createSystemClock(),
    log: opened.log,
    token: opened.token,
    models: place.homes.store === undefined ? models : heedHolds(models, createRedisHolds(linkTo(place.homes))),
    tools: createTools({ sandbox }),
    sandbox,
    workspace,
    briefs: createBriefs(),
    days: dayLedgerOf(place.homes, person),
    digest,
    ...(placing?.hands === undefined ? {} : { hands: placing.hands }),
  };
  return { ports, leave: async (then) => placing?.close(then) };
}
