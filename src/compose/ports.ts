// The doors of one run, each with its adapter.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { createSystemClock } from "../adapters/clock.ts";
import { createDayLedger } from "../adapters/log/day-ledger.ts";
import { createRedisDayLedger } from "../adapters/log/redis/redis-day-ledger.ts";
import { createBriefs } from "../adapters/context/briefs.ts";
import { createModels } from "../adapters/models/create-models.ts";
import { createBwrapSandbox } from "../adapters/sandbox/bwrap-sandbox.ts";
import { createNoSandbox } from "../adapters/sandbox/no-sandbox.ts";
import { createTools } from "../adapters/tools/create-tools.ts";
import { createGitWorkspace } from "../adapters/workspace/git-workspace.ts";
import { findShared } from "../adapters/workspace/shared-folders.ts";
import type { Homes } from "../adapters/run-files.ts";
import type { RunConfig } from "../domain/config.ts";
import type { RunId } from "../domain/ids.ts";
import type { Scenario } from "../domain/scenario.ts";
import type { UserDefaults } from "../domain/user-defaults.ts";
import type { UserConfig } from "../domain/user-config.ts";
import type { DayLedger, Models, OpenedRun, Ports, Sandbox } from "../engine/ports.ts";
import type { Environment } from "./place.ts";
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
  readonly run: RunId;
  readonly config: Pick<RunConfig, "project" | "sandbox" | "workspace" | "share">;
  readonly opened: OpenedRun;
  readonly models: Models;
  /** The run's folder. */
  readonly dir: string;
  readonly days: DayLedger;
};

/** Opens the run's workspace, making it or reconciling what a crash left. Throws what the workspace throws. */
export async function openPorts(options: PortsOptions): Promise<Ports> {
  const { run, config, opened, models, dir, days } = options;
  const shared = await findShared(config.project.root, config.share ?? []);
  const workspace =
    config.workspace === "git" ? await createGitWorkspace({ project: config.project, run, dir, shared }) : undefined;
  // A worktree's own git directory too, so that `git log` and `git diff` work in it.
  const sandbox = createSandbox(config.sandbox, [join(dir, "repo.git"), ...shared.map(({ source }) => source)]);
  return {
    clock: createSystemClock(),
    log: opened.log,
    token: opened.token,
    models,
    tools: createTools({ sandbox }),
    sandbox,
    workspace,
    briefs: createBriefs(),
    days,
    digest,
  };
}
