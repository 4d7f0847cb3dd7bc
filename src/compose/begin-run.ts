// A new run: everything is checked first, then its folder is made, then the run and its plan are recorded.

import { realpath, rm } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { createSystemClock } from "../adapters/clock.ts";
import { loadModelCards } from "../adapters/models/model-cards.ts";
import { loadPrompts } from "../adapters/prompt-files.ts";
import { createPrivateFile, runFiles } from "../adapters/run-files.ts";
import { loadSettings, placeInFile, type LoadedSettings } from "../adapters/settings-files.ts";
import { createTools } from "../adapters/tools/create-tools.ts";
import { inspectProject, type Inspection } from "../adapters/workspace/inspect-project.ts";
import type { BeginOptions, Conducting } from "../cli/desk.ts";
import { settleDeliberation } from "../core/deliberation-settings.ts";
import { makeRunConfig, type MadeRunConfig, type RunFlags, type SettingsFault } from "../core/settings.ts";
import { modelsOf } from "../core/unpriced.ts";
import type { Prompt, RunConfig } from "../domain/config.ts";
import { emptyDeliberationSetting } from "../domain/deliberation-setting.ts";
import { titleOfGoal } from "../domain/goal.ts";
import type { Plan } from "../domain/ticket-file.ts";
import type { Ticket } from "../domain/ticket.ts";
import { askTool, finishTool } from "../domain/tool.ts";
import { beginRun } from "../engine/open-run.ts";
import type { Conductor } from "../engine/conductor.ts";
import { Fault, type Models, type ModelToolSpec, type Ports } from "../engine/ports.ts";
import { storeText } from "../engine/texts.ts";
import { collectPriors } from "./collect-priors.ts";
import { makeConducting } from "./conduct.ts";
import type { Hub } from "./hub.ts";
import { loadPlan, loadScenario, toPlan, type LoadedScenario } from "./load-run-files.ts";
import { placeOf, type Environment, type Place } from "./place.ts";
import { findPerson } from "./person.ts";
import { createRunModels, createSandbox, digest, openPorts } from "./ports.ts";
import { checkLadders, type Called } from "./check-ladders.ts";
import { checkRemote, withRemote } from "./machine/remote.ts";
import { toRejectionFault } from "./rejection-fault.ts";
import { shareScenario } from "./machine/share-scenario.ts";

/** Everything a run needs, looked at and found good; nothing is written yet. */
export type Checked = {
  readonly place: Place;
  readonly config: RunConfig;
  readonly tickets: readonly Ticket[];
  readonly models: Models;
  readonly scenario: LoadedScenario | undefined;
  readonly notes: readonly string[];
  /** The person's own remote, where they name one. */
  readonly remote?: string | undefined;
  /** No machine works for it: what its models say is nowhere but here. */
  readonly staysHere?: boolean;
  /** JSON text that lies beside the log and nowhere else: what agents prove themselves with. */
  readonly capabilities?: string;
};

/**
 * Throws a Fault before anything is written; after it, either the run stands whole or its folder is gone again.
 * `program`: the folder the package lies in.
 */
export async function beginNewRun(
  options: BeginOptions,
  { env, program, hub }: { readonly env: Environment; readonly program: string; readonly hub: Hub },
): Promise<Conducting> {
  return recordRun(await checkAll(options, env, { program, calls: true }), {
    person: options.person ?? findPerson(env),
    hub,
    tell: options.settings === "sample" ? undefined : env,
  });
}

/** What may be spoken to before a run starts. */
export type Recorder = { readonly conductor: Conductor; readonly ports: Ports };

type Attended = {
  readonly person: string;
  readonly hub: Hub;
  /** Undefined: the person's webhook is not told of it. */
  readonly tell?: Environment | undefined;
  /** Called once the run is recorded and before it starts. */
  readonly attend?: (recorder: Recorder) => void;
};

/** Makes the run's folder and records the run in it, all or nothing. */
export async function recordRun(checked: Checked, { person, hub, tell, attend }: Attended): Promise<Conducting> {
  const { place, tickets, models, scenario, notes } = checked;
  const run = createSystemClock().newRunId();
  const files = runFiles(place.runs, run);
  const opened = await place.store.create(run);
  let over = (): Promise<void> => Promise.resolve();
  try {
    if (scenario !== undefined) createPrivateFile(files.scenario, scenario.text);
    await shareScenario(place, run);
    if (checked.capabilities !== undefined) createPrivateFile(files.capabilities, checked.capabilities);
    const { staysHere = false, remote: own } = checked;
    const settled = withRemote(checked.config, { place, run, own, staysHere });
    const { ports, leave } = await openPorts({ place, config: settled, opened, models, person, conducts: true });
    over = () => leave("finish");
    const config = await storeGoal(ports, settled);
    const begun = await beginRun(ports, { run, config, tickets, by: `person:${person}` });
    if (!begun.ok) throw toRejectionFault(begun.rejection);
    attend?.({ conductor: begun.conductor, ports });
    const { conductor } = begun;
    return makeConducting({ conductor, ports, leave, files, place, person, hub, tell }, { notes, since: 0 });
  } catch (error) {
    await over();
    await opened.log.close();
    await place.store.discard(run);
    await rm(files.folder, { recursive: true, force: true });
    throw error;
  }
}

/** A long goal lies beside the log, as every long text does. */
async function storeGoal({ log }: Pick<Ports, "log">, config: RunConfig): Promise<RunConfig> {
  const { goal, deliberation } = config;
  if (typeof goal?.epic === "string") return { ...config, goal: { ...goal, epic: await storeText(log, goal.epic) } };
  if (typeof deliberation?.objective.text !== "string") return config;
  const objective = { ...deliberation.objective, text: await storeText(log, deliberation.objective.text) };
  return { ...config, deliberation: { ...deliberation, objective } };
}

/** A ticket file that came with the repository is the repository's word, not the person's. */
async function isInside(root: string, file: string): Promise<boolean> {
  const way = relative(root, await realpath(resolve(file)));
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** `calls: false`: nothing is going to be called or run, so that neither models nor the sandbox need be there. */
export async function checkAll(
  options: BeginOptions,
  env: Environment,
  { program, calls }: { readonly program: string; readonly calls: boolean },
): Promise<Checked> {
  const { work } = options;
  if (work.kind !== "goal" && options.deliberate === true)
    throw new Fault(
      "nothing_to_plan",
      "the tickets are the plan already, and there is nothing to deliberate about it",
      {
        remedy: "Leave --deliberate away, or give a goal instead of tickets.",
      },
    );
  checkRemote(options.remote);
  const plan = await planOf(work);
  const scenario = options.scenario === undefined ? undefined : await loadScenario(options.scenario);
  const project = await inspectProject(resolve(options.repo), {
    allowDirty: options.allowDirty,
    ...(options.base === undefined ? {} : { base: options.base }),
  });
  const place = placeOf(project.root, env);
  const isSample = options.settings === "sample";
  const own = isSample ? undefined : place.homes.config;
  const settings = await loadSettings({ root: project.root, ...(own !== undefined && { config: own }) });
  const { projectConfig, userConfig, userDefaults: said } = settings;
  const sandbox = createSandbox(options.sandbox);
  const { dirty, submodules, ...recorded } = project;
  const { specs } = createTools({ sandbox });
  const made = makeRunConfig({
    plan,
    planFromRepository: work.kind === "tickets" && (await isInside(project.root, work.ticketFile)),
    ...(work.kind === "goal" && { goal: { epic: work.epic, ...(work.only !== undefined && { only: work.only }) } }),
    projectConfig,
    userDefaults: isSample ? { ...said, trusted: ["*"] } : said,
    flags: flagsOf(options),
    project: recorded,
    prompts: (await loadPrompts({ program, config: own })).map(toPrompt),
    tools: workerTools(specs),
    toolBytes: Object.fromEntries(specs.map((spec) => [spec.name, bytesOfSpec(spec)])),
    digest,
  });
  if (!made.ok) throw toSettingsFault(made.faults, settings);
  const deliberated = withDeliberations(made, settings, options);
  const config = await withCards(deliberated, settings);
  const models = createRunModels({ scenario: scenario?.scenario, userConfig, env, overrides: said.overrides });
  if (calls) await checkLadders(models, laddersOf(deliberated), place.homes);
  const missing = calls ? await sandbox.check() : undefined;
  if (missing !== undefined)
    throw new Fault("sandbox_unavailable", `the workers' commands cannot be sandboxed: ${missing.problem}`, {
      remedy: missing.remedy,
    });
  const notes = [...made.notes, ...projectNotes({ ...project, dirty, submodules }), ...sandboxNotes(options)];
  const remote = options.remote ?? (isSample ? undefined : userConfig.remote);
  return { place, config: await withPriors(config, place), tickets: made.tickets, models, scenario, notes, remote };
}

function laddersOf({ config, tickets }: Extract<MadeRunConfig, { ok: true }>): Called {
  const seats = config.deliberations?.setup.seats ?? [];
  return {
    here: [...Object.values(config.tiers ?? {}), ...seats.map(({ model }) => [model])],
    ofWorkers: [...config.archetypes, ...tickets].map((each) => each.models),
  };
}

/** Who deliberates inside the run, where a ticket or a setting calls for it. Throws where a seat has no model. */
function withDeliberations(
  made: Extract<MadeRunConfig, { ok: true }>,
  settings: LoadedSettings,
  options: BeginOptions,
): Extract<MadeRunConfig, { ok: true }> {
  const { projectConfig, userDefaults } = settings;
  const { conflicts, ...settled } = settleDeliberation({
    projectConfig,
    userDefaults,
    said: [{ ...emptyDeliberationSetting, planning: options.deliberate }],
    flags: flagsOf(options),
  });
  const { setup, faults } = settled;
  const planning = settled.planning && made.config.goal !== undefined;
  const speakers = [...made.tickets, ...made.config.archetypes];
  if (!conflicts && !planning && !speakers.some(({ strategy }) => strategy === "deliberate")) return made;
  if (faults.length > 0) throw toSettingsFault(faults, settings);
  return { ...made, config: { ...made.config, deliberations: { setup, conflicts, ...(planning && { planning }) } } };
}

/** What past runs of this project say of this one. */
export async function withPriors(config: RunConfig, place: Place): Promise<RunConfig> {
  const priors = await collectPriors(place);
  return priors.runs + priors.passedOver === 0 ? config : { ...config, priors };
}

/** What calls will cost is known before the run begins. */
export async function withCards(
  { config, tickets }: Extract<MadeRunConfig, { ok: true }>,
  { userConfig, userDefaults }: LoadedSettings,
): Promise<RunConfig> {
  const { overrides } = userDefaults;
  return { ...config, cards: await loadModelCards(modelsOf(config, tickets), { userConfig, overrides }) };
}

async function planOf(work: BeginOptions["work"]): Promise<Plan> {
  switch (work.kind) {
    case "goal":
      return emptyPlan(work.epic);
    case "tickets":
      return loadPlan(work.ticketFile);
    case "ticketText":
      return toPlan(work.text, "The ticket file");
    default:
      return work satisfies never;
  }
}

export const emptyPlan = (epic: string): Plan => ({
  title: titleOfGoal(epic),
  description: "",
  verify: [],
  models: [],
  tickets: [],
  notes: [],
});

export const toPrompt = ({ name, version, hash, text }: Prompt): Prompt => ({ name, version, hash, text });

export function toSettingsFault(faults: readonly SettingsFault[], { files }: LoadedSettings): Fault {
  const lines = faults.map(({ file, path = [], place, problem, remedy }) => {
    const source = files.find(({ name }) => name === file);
    const where = source === undefined ? place : `${placeInFile(source, path)}: ${place}`;
    return `${where}: ${problem}. ${remedy}`;
  });
  return new Fault("settings_refused", lines.join("\n  "), {
    remedy: "Correct what is named above; nothing was started.",
  });
}

const flagsOf = (options: BeginOptions): RunFlags => ({
  ...(options.models.length === 0 ? {} : { models: options.models }),
  planner: options.planner,
  lead: options.lead,
  trust: options.trust,
  mode: options.mode,
  lanes: options.lanes,
  sandbox: options.sandbox,
  budgets: options.budgets,
  attended: options.attended,
  scenario: options.scenario === undefined ? undefined : resolve(options.scenario),
});

/** `ask` and `finish` are always granted and need no naming. */
export const workerTools = (specs: readonly { readonly name: string }[]): readonly string[] =>
  specs.map(({ name }) => name).filter((name) => name !== askTool && name !== finishTool);

const bytesOfSpec = ({ name, description, parameters }: ModelToolSpec): number =>
  Buffer.byteLength(JSON.stringify({ name, description, parameters }));

function projectNotes({ dirty, submodules, base }: Inspection): string[] {
  return [
    ...(dirty
      ? [
          `Your checkout has uncommitted changes; the run starts from commit ${base.slice(0, 12)} and does not see them.`,
        ]
      : []),
    ...(submodules.length > 0 ? [`Submodules stay empty in the worktrees: ${submodules.join(", ")}.`] : []),
  ];
}

const sandboxNotes = ({ sandbox }: BeginOptions): string[] =>
  sandbox === "bwrap"
    ? []
    : ["WARNING: --no-sandbox: the workers' commands run with your own rights, network included. The log records it."];
