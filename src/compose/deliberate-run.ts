// `tutti deliberate`, done: a run that is one deliberation. Everything is checked first, then it is recorded like any other.

import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadPrompts } from "../adapters/prompt-files.ts";
import { loadSettings, type LoadedSettings } from "../adapters/settings-files.ts";
import { createTools } from "../adapters/tools/create-tools.ts";
import type { Conducting, DeliberateOptions } from "../cli/desk.ts";
import { settleDeliberation } from "../core/deliberation-settings.ts";
import { makeRunConfig, type RunFlags } from "../core/settings.ts";
import type { Prompt, RunConfig } from "../domain/config.ts";
import type { DeliberationConfig, Objective } from "../domain/deliberation.ts";
import { toDeliberationSetting, type DeliberationSetting } from "../domain/deliberation-setting.ts";
import { toSubtasks } from "../domain/deliberation-words.ts";
import type { ModelId } from "../domain/ids.ts";
import type { ScriptedDeliberation } from "../domain/scenario.ts";
import { toBudgets } from "../domain/settings-fields.ts";
import { Fault } from "../engine/ports.ts";
import { emptyPlan, recordRun, toPrompt, toSettingsFault, withCards, workerTools, type Checked } from "./begin-run.ts";
import { checkModels } from "./check-ladders.ts";
import { findDeliberationPlace, type DeliberationPlace } from "./deliberation-place.ts";
import { giveCapabilities } from "./capabilities.ts";
import type { Hub } from "./hub.ts";
import { loadScenario } from "./load-run-files.ts";
import { findPerson } from "./person.ts";
import { placeOf, type Environment } from "./place.ts";
import { createRunModels, createSandbox, digest } from "./ports.ts";

/** Throws a Fault before anything is written; after it, either the run stands whole or its folder is gone again. */
export async function beginDeliberation(
  options: DeliberateOptions,
  { env, program, hub }: { readonly env: Environment; readonly program: string; readonly hub: Hub },
): Promise<Conducting> {
  return recordRun(await checkDeliberation(options, env, program), { person: findPerson(env), hub, tell: env });
}

async function checkDeliberation(options: DeliberateOptions, env: Environment, program: string): Promise<Checked> {
  const scenario = options.scenario === undefined ? undefined : await loadScenario(scenarioFile(options.scenario));
  const scripted = scenario?.scenario.deliberation;
  const objective = objectiveOf(options, scripted);
  const where = await findDeliberationPlace(options.repo, options.sandbox);
  const place = placeOf(where.project.root, env);
  const settings = await loadSettings({
    config: place.homes.config,
    ...(where.speaks !== undefined && { root: where.speaks }),
  });
  const flags = flagsOf(options, scripted);
  const { setup, faults, notes } = settle(options, scripted, { settings, flags });
  if (faults.length > 0) throw toSettingsFault(faults, settings);
  const capable = giveCapabilities(setup);
  const made = await makeConfig(objective, {
    where,
    settings,
    prompts: await loadPrompts({ program, config: place.homes.config }),
    config: {
      objective,
      setup: capable.setup,
      ...(options.pipeline !== undefined && { pipeline: options.pipeline }),
      ...(options.task !== undefined && { task: options.task }),
    },
    flags: { ...flags, models: [...new Set(setup.seats.map(({ model }) => model))] },
  });
  const { userConfig, userDefaults } = settings;
  const models = createRunModels({ scenario: scenario?.scenario, userConfig, env, overrides: userDefaults.overrides });
  await checkModels(models, [setup.seats.map(({ model }) => model)]);
  return {
    place,
    config: made,
    tickets: [],
    models,
    scenario,
    notes: [...where.notes, ...notes],
    capabilities: capable.file,
  };
}

/** A folder stands for the `scenario.json` in it. */
const scenarioFile = (path: string): string =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? join(path, "scenario.json") : path;

/** A scenario's own words stand where the person gives none. Throws Fault `objective_missing`, `scenario_invalid`. */
function objectiveOf(options: DeliberateOptions, scripted: ScriptedDeliberation | undefined): Objective {
  const text = options.objective ?? scripted?.objective;
  if (text === undefined)
    throw new Fault("objective_missing", `${options.scenario ?? "The scenario"} has no deliberation of its own.`, {
      remedy: 'Say what it is about: tutti deliberate "Which store should we take, and why?" --scenario <file>',
    });
  const read = toSubtasks(scripted?.subtasks ?? []);
  if (!read.ok)
    throw new Fault("scenario_invalid", `${options.scenario ?? ""}: its subtasks: ${read.problems.join("; ")}.`, {
      remedy: "Correct the file and try again; nothing was started.",
    });
  const some = <T>(given: readonly T[], other: readonly T[] | undefined): T[] => [
    ...(given.length > 0 ? given : (other ?? [])),
  ];
  return {
    text,
    constraints: some(options.constraints, scripted?.constraints),
    success: some(options.success, scripted?.success),
    subtasks: some(options.subtasks, read.subtasks),
  };
}

const flagsOf = (options: DeliberateOptions, scripted: ScriptedDeliberation | undefined): RunFlags => {
  const budgets = { ...toBudgets(scripted?.budgets), ...options.budgets };
  return {
    sandbox: options.sandbox,
    attended: options.attended,
    ...(Object.keys(budgets).length > 0 && { budgets }),
    ...(options.scenario !== undefined && { scenario: resolve(scenarioFile(options.scenario)) }),
  };
};

type Sources = { readonly settings: LoadedSettings; readonly flags: RunFlags };

function settle(options: DeliberateOptions, scripted: ScriptedDeliberation | undefined, { settings, flags }: Sources) {
  const settled = settleDeliberation({
    ...settings,
    flags,
    said: [options.said, ...(scripted === undefined ? [] : [scriptedSetting(scripted)])],
  });
  const notes = settled.entries.flatMap(({ name, value, refused }) =>
    refused === undefined || refused.origin.from === "default" || refused.origin.from === "flag"
      ? []
      : [`${refused.origin.from} asks ${name} ${String(refused.asked)}; your ${String(value)} counts.`],
  );
  return { ...settled, notes };
}

/** Its own models play where it names none. */
function scriptedSetting(scripted: ScriptedDeliberation): DeliberationSetting {
  const { objective: _, constraints: _1, success: _2, subtasks: _3, budgets: _4, ...table } = scripted;
  const setting = toDeliberationSetting(table);
  return { ...setting, model: setting.model ?? ("scripted/agent" as ModelId) };
}

type Making = Sources & {
  readonly where: DeliberationPlace;
  readonly prompts: readonly Prompt[];
  readonly config: DeliberationConfig;
};

/** Throws Fault `settings_refused`. */
async function makeConfig({ text }: Objective, making: Making): Promise<RunConfig> {
  const { where, settings, prompts, config, flags } = making;
  const { projectConfig, userDefaults } = settings;
  const made = makeRunConfig({
    plan: emptyPlan(typeof text === "string" ? text : text.head),
    planFromRepository: false,
    projectConfig,
    userDefaults,
    flags: { ...flags, workspace: where.workspace },
    project: where.project,
    prompts: prompts.map(toPrompt),
    // Agents of a deliberation have none; archetypes of agents.toml may still name them.
    tools: workerTools(createTools({ sandbox: createSandbox("none") }).specs),
    digest,
  });
  if (!made.ok) throw toSettingsFault(made.faults, settings);
  return { ...(await withCards(made, settings)), deliberation: config };
}
