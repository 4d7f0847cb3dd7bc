// A fork: another run that begins as this one was at a record. Everything is checked first; then the new run is made
// whole beside the others. The run it comes from is only read, also while another process conducts it.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { createSystemClock } from "../adapters/clock.ts";
import type { StoredRun } from "../adapters/log/stored-run.ts";
import type { Planting } from "../adapters/log/plant-run.ts";
import { encodeRecord } from "../adapters/log/record.ts";
import { loadModelCards } from "../adapters/models/model-cards.ts";
import { createPrivateFile, readIfThere, runFiles } from "../adapters/run-files.ts";
import { loadSettings } from "../adapters/settings-files.ts";
import { createGit } from "../adapters/workspace/git.ts";
import { makeOwnRepository } from "../adapters/workspace/own-repository.ts";
import { decide } from "../core/decide.ts";
import { evolve } from "../core/evolve.ts";
import { questionOf } from "../core/recovery/next-run.ts";
import { configOf, initialState, type RunState } from "../core/state.ts";
import { modelsOf } from "../core/unpriced.ts";
import type { CommandOf } from "../domain/command.ts";
import { defaultShare, type RunConfig } from "../domain/config.ts";
import type { Recorded } from "../domain/event.ts";
import { asGuidance, type ForkEdit } from "../domain/fork-edit.ts";
import type { Actor, Digest, ModelId, RunId } from "../domain/ids.ts";
import type { PatchRequest } from "../domain/plan-patch.ts";
import { readPatch } from "../domain/plan-patch-file.ts";
import { parseScenario } from "../domain/scenario.ts";
import { blobsIn } from "../domain/text.ts";
import { findUnusableInPatch } from "../engine/check-models.ts";
import { Fault, type Models } from "../engine/ports.ts";
import { storeText } from "../engine/texts.ts";
import { isDeliberation } from "../views/deliberation-end.ts";
import { forkChanges } from "../views/fork-changes.ts";
import { giveCapabilities } from "./capabilities.ts";
import { isImported } from "./imports.ts";
import type { Environment, Place } from "./place.ts";
import { createRunModels, digest } from "./ports.ts";
import { withRemote } from "./machine/remote.ts";
import { toRejectionFault } from "./rejection-fault.ts";

export type ForkOptions = {
  readonly run: RunId;
  /** Undefined: the last record there is. */
  readonly at?: number;
  readonly edit: ForkEdit;
  /** Undefined: as the other run was. */
  readonly attended?: boolean;
  readonly by: Actor;
};

export type Forked = {
  readonly run: RunId;
  /** The last record that both runs have. */
  readonly at: number;
};

/**
 * The new run; nobody conducts it yet. Throws Fault `run_missing`, `fork_refused`, `record_missing`,
 * `commit_missing`, `base_missing`, `model_unusable`, and the codes of what the rules refuse. After a throw nothing is left.
 */
export async function forkRun(place: Place, options: ForkOptions, env: Environment): Promise<Forked> {
  const origin = await place.openStored(options.run);
  if (origin === undefined)
    throw new Fault("run_missing", `There is no run ${options.run}.`, { remedy: "See `tutti runs`." });
  try {
    const point = findPoint(origin, options.at);
    const run = createSystemClock().newRunId();
    const texts = new Map<Digest, Uint8Array>();
    const { command, capabilities } = withCapabilities(await toCommand({ place, env, point, options, run, texts }));
    const { records } = decideFork(point.state, command, options.by);
    await place.plant({ run, createdAt: Date.now() }, async (planting) => {
      for (const bytes of texts.values()) await planting.putBlob(bytes);
      await copyRecords(planting, origin, point.seq);
      for (const recorded of records) planting.add(encodeRecord(recorded));
      copyScenario(place, options.run, planting.folder);
      if (capabilities !== undefined) createPrivateFile(join(planting.folder, "capabilities.json"), capabilities);
      if (command.config.workspace === "git") await beginRepository({ planting, origin, point, command });
    });
    return { run, at: point.seq };
  } finally {
    origin.close();
  }
}

type Command = CommandOf<"run.fork">;

/** Whoever started the other run knows that one by its name: the fork is called as itself. */
function withCapabilities(command: Command): { readonly command: Command; readonly capabilities?: string } {
  const { deliberation } = command.config;
  if (deliberation === undefined) return { command };
  const { pipeline: _theirs, ...own } = deliberation;
  const { setup, file } = giveCapabilities(deliberation.setup);
  return {
    command: { ...command, config: { ...command.config, deliberation: { ...own, setup } } },
    capabilities: file,
  };
}

/** A record of the other run, and what it was there. */
type Point = {
  readonly seq: number;
  readonly state: RunState;
  /** The commit of the ticket that was completed last. */
  readonly head: string | null;
};

function findPoint(origin: StoredRun, at: number | undefined): Point {
  let state = initialState;
  let head: string | null = null;
  let next: Recorded | undefined;
  let last: Recorded | undefined;
  for (const { record } of origin.read()) {
    if (at !== undefined && record.seq > at) {
      next = record;
      break;
    }
    state = evolve(state, record);
    last = record;
    if (record.event.type === "ticket.completed") head = record.event.commit ?? head;
  }
  if (state.config === null)
    throw new Fault("run_missing", `${origin.run} was never begun: there is nothing to fork.`, {
      remedy: "See `tutti runs`.",
    });
  if (at !== undefined && state.seq < at)
    throw new Fault("record_missing", `${origin.run} has ${state.seq} records; there is no record ${at}.`, {
      remedy: `Name one from 1 to ${state.seq}; \`tutti log ${origin.run}\` shows them.`,
    });
  refuseHalfAPlan(last, next);
  return { seq: state.seq, state, head };
}

/** A long plan stands in several records: between them it is no plan. */
function refuseHalfAPlan(last: Recorded | undefined, next: Recorded | undefined): void {
  if (last?.event.type !== "plan.added" || next?.event.type !== "plan.added") return;
  if (last.event.track !== next.event.track) return;
  throw toRejectionFault({
    code: "fork_refused",
    why: `record ${last.seq} holds one part of a plan`,
    remedy: "Fork from a record after its plan was accepted.",
  });
}

function decideFork(
  state: RunState,
  command: CommandOf<"run.fork">,
  by: Actor,
): { readonly records: readonly Recorded[] } {
  const clock = createSystemClock();
  const decision = decide(state, command, { at: clock.now(), by, chance: clock.chance(), digest });
  if (!decision.ok) throw toRejectionFault(decision.rejection);
  const { ended } = decision.state;
  if (ended === null) return decision;
  throw toRejectionFault({
    code: "fork_refused",
    why: `it would end at once: ${ended.reason}`,
    remedy: remedyOf(state),
  });
}

function remedyOf(state: RunState): string {
  if (!isDeliberation(state))
    return "Fork from an earlier record, or change something with it: guidance for a ticket, a patch of the plan.";
  const another = "Fork from a record before its end began";
  const outcome = questionOf(state)?.result?.outcome;
  return outcome === "consensus"
    ? `${another}.`
    : `${another}, or recover from it: \`tutti recover ${state.run ?? ""}\`.`;
}

type Asked = {
  readonly place: Place;
  readonly env: Environment;
  readonly point: Point;
  readonly options: ForkOptions;
  readonly run: RunId;
  /** Receives the long texts that are new. */
  readonly texts: Map<Digest, Uint8Array>;
};

async function toCommand({ place, env, point, options, run, texts }: Asked): Promise<CommandOf<"run.fork">> {
  const { edit } = options;
  const settings = await loadSettings({ root: place.root, config: place.homes.config });
  const models = createRunModels({
    scenario: scenarioOf(place, options.run),
    userConfig: settings.userConfig,
    env,
  });
  const { tiers, tickets } = edit.models;
  if (configOf(point.state).deliberation !== undefined) refuseTiers(tiers);
  await checkModels(models, [...Object.values(tiers), ...tickets.map((each) => each.models)].flat());
  const patch = edit.patch === undefined ? undefined : await toPatch(models, edit.patch);
  const log = { putBlob: async (bytes: Uint8Array) => keep(texts, bytes) };
  const said = [...edit.guidance, ...edit.messages.map(({ ticket, text }) => ({ ticket, text: asGuidance(text) }))];
  const guidance = await Promise.all(
    said.map(async ({ ticket, text }) => ({ ticket, text: await storeText(log, text) })),
  );
  const isForeign = isImported(place, options.run);
  const edited = withEdit(configOf(point.state), { place, edit, attended: options.attended, isForeign });
  const config = withRemote(edited, { place, run, own: settings.userConfig.remote });
  const named = modelsOf(config, [...point.state.graph.tickets, ...point.state.draftPlan.flat()]);
  const all = [
    ...named,
    ...tickets.flatMap((each) => each.models),
    ...(patch === undefined ? [] : modelsOfPatch(patch)),
  ];
  const unknown = [...new Set(all)].filter((model) => config.cards?.[model] === undefined);
  const { userConfig, userDefaults } = settings;
  const cards = await loadModelCards(unknown, { userConfig, overrides: userDefaults.overrides });
  return {
    type: "run.fork",
    run,
    from: options.run,
    at: point.seq,
    config: { ...config, cards: { ...config.cards, ...cards } },
    guidance,
    models: tickets,
    bounds: edit.bounds,
    changes: forkChanges(edit),
    ...(edit.mode !== undefined && { mode: edit.mode }),
    ...(edit.trust !== undefined && { trust: edit.trust }),
    // Whatever rights the file speaks of, a person is asked: the run's trust is above every other.
    ...(isForeign && edit.trust !== "step" && { trust: "ask" as const }),
    ...(edit.lanes !== undefined && { lanes: edit.lanes }),
    ...(patch !== undefined && { patch }),
  };
}

/** Its agents sit on models of their own, which no tier names. */
function refuseTiers(tiers: ForkEdit["models"]["tiers"]): void {
  if (Object.keys(tiers).length === 0) return;
  throw toRejectionFault({
    code: "fork_refused",
    why: "the run is one deliberation, whose seats have models of their own",
    remedy:
      "Leave the models out. With higher models it is begun again once it has failed: `tutti recover --escalate`.",
  });
}

function keep(texts: Map<Digest, Uint8Array>, bytes: Uint8Array): Digest {
  const name = digest(new TextDecoder().decode(bytes)) as Digest;
  texts.set(name, bytes);
  return name;
}

const modelsOfPatch = ({ add, split }: PatchRequest): readonly ModelId[] =>
  [...add, ...split.flatMap(({ into }) => into)].flatMap(({ models }) => models);

async function toPatch(models: Models, written: unknown): Promise<PatchRequest> {
  const read = readPatch(written);
  const problems = read.ok ? await findUnusableInPatch(models, read.patch) : read.problems;
  if (read.ok && problems.length === 0) return read.patch;
  throw toRejectionFault({ code: "invalid_patch", problems });
}

async function checkModels(models: Models, named: readonly ModelId[]): Promise<void> {
  for (const model of new Set(named)) {
    const unusable = await models.check(model);
    if (unusable === undefined) continue;
    throw new Fault("model_unusable", `Model ${model} cannot be used: ${unusable.problem}.`, {
      remedy: unusable.remedy,
    });
  }
}

type Editing = {
  readonly place: Place;
  readonly edit: ForkEdit;
  readonly attended: boolean | undefined;
  /** Its log came from a file: what it says of rights is nobody's word here. */
  readonly isForeign: boolean;
};

/** The fork works in the repository it is asked for in: an imported run may have come from elsewhere. */
function withEdit(config: RunConfig, { place, edit, attended, isForeign }: Editing): RunConfig {
  const { tiers } = edit.models;
  const ladders = new Map(Object.entries(tiers));
  const consulted = Object.entries({ ...config.tiers, ...tiers }).filter(([tier]) => tier !== "3");
  return {
    ...config,
    ...(isForeign && { sandbox: "bwrap" as const, rules: [], share: [...defaultShare] }),
    project: { ...config.project, root: place.root },
    attended: attended ?? config.attended,
    archetypes: config.archetypes.map((each) => ({
      ...each,
      models: ladders.get(String(each.tier)) ?? each.models,
    })),
    ...((config.tiers !== undefined || consulted.length > 0) && { tiers: Object.fromEntries(consulted) }),
  };
}

async function copyRecords(planting: Planting, origin: StoredRun, until: number): Promise<void> {
  for (const { seq, body, record } of origin.read()) {
    if (seq > until) return;
    // A text that the other run has lost is lost here too: reading it says so.
    for (const blob of new Set(blobsIn(record.event))) await planting.bringBlob(origin, blob);
    planting.add(body);
    await planting.settle();
  }
}

/** The scenario as the other run keeps it; a run with real models has none. */
function scenarioOf(place: Place, run: RunId) {
  const text = readIfThere(runFiles(place.runs, run).scenario);
  const parsed = text === undefined ? undefined : parseScenario(text);
  return parsed?.ok === true ? parsed.scenario : undefined;
}

function copyScenario(place: Place, run: RunId, folder: string): void {
  const text = readIfThere(runFiles(place.runs, run).scenario);
  if (text !== undefined) createPrivateFile(join(folder, "scenario.json"), text);
}

type Repository = {
  readonly planting: Planting;
  readonly origin: StoredRun;
  readonly point: Point;
  readonly command: CommandOf<"run.fork">;
};

async function beginRepository({ planting, origin, point, command }: Repository): Promise<void> {
  const { project } = command.config;
  const head = point.head ?? project.base;
  for (const commit of [head, project.base]) demandName(commit);
  const objects = join(origin.folder, "repo.git", "objects");
  await makeOwnRepository(createGit(), {
    project,
    run: command.run,
    dir: planting.folder,
    beginning: { head, objects: existsSync(objects) ? objects : undefined },
  });
}

/** A log may say anything; what it calls a commit becomes a word on git's command line. */
function demandName(commit: string): void {
  if (/^[0-9a-f]{40,64}$/.test(commit)) return;
  throw new Fault("commit_missing", `The log calls ${JSON.stringify(commit.slice(0, 60))} a commit; that is none.`, {
    remedy: "Fork another run: this one's log does not name the commits it worked on.",
  });
}
