// The run that recovers from another. It is claimed in the failed run's log first, then made whole beside it, then
// conducted: a process that dies on the way leaves what the next one goes on with, and however many come, there is one.

import { createHash } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createSystemClock } from "../adapters/clock.ts";
import type { Planting } from "../adapters/log/plant-run.ts";
import { encodeRecord } from "../adapters/log/record.ts";
import { loadModelCards } from "../adapters/models/model-cards.ts";
import { createPrivateFile, readIfThere, runFiles } from "../adapters/run-files.ts";
import { loadOverrides, loadUserConfig } from "../adapters/settings-files.ts";
import type { Conducting } from "../cli/desk.ts";
import { decide } from "../core/decide.ts";
import { nextConfig, isRecoveredByPolicy, planClaim, questionOf, recoverableOf } from "../core/recovery/next-run.ts";
import type { Claim, NextWish } from "../core/recovery/next-run.ts";
import type { Deliberation } from "../core/deliberation/state.ts";
import { initialState, type RunState } from "../core/state.ts";
import type { RunConfig } from "../domain/config.ts";
import type { Recorded } from "../domain/event.ts";
import { readHandoff, type Handoff } from "../domain/handoff.ts";
import type { Actor, Digest, RunId } from "../domain/ids.ts";
import { blobsIn } from "../domain/text.ts";
import { Fault, type EventLog } from "../engine/ports.ts";
import { storeText } from "../engine/texts.ts";
import { giveCapabilities } from "./capabilities.ts";
import { lookAt, withLog } from "./find-run.ts";
import type { Hub } from "./hub.ts";
import type { Environment, ProjectRuns } from "./place.ts";
import { digest } from "./ports.ts";
import { toRejectionFault } from "./rejection-fault.ts";
import { withRemote } from "./machine/remote.ts";
import { openForRecording, resumeDeadRun } from "./resume-run.ts";

export type RecoverWish = NextWish & { readonly run: RunId; readonly by: Actor };

export type Recovered = {
  readonly run: RunId;
  readonly generation: number;
  readonly changes: readonly string[];
  /** False: somebody had claimed it before. */
  readonly isNew: boolean;
};

/** Always the same for the same failed run: whoever makes it makes this one. */
export function recoveryIdOf(run: RunId): RunId {
  let bits = BigInt(`0x${createHash("sha256").update(`recovery of ${run}`).digest("hex").slice(0, 20)}`);
  let id = "";
  for (let index = 0; index < 16; index += 1) {
    id += crockford[Number(bits & 31n)];
    bits >>= 5n;
  }
  return `run_${id}` as RunId;
}

const crockford = "0123456789abcdefghjkmnpqrstvwxyz";

/**
 * The run that recovers is there when this resolves; nobody conducts it yet. Throws Fault `run_missing`,
 * `recovery_refused`, `handoff_unusable`, `run_held`, and what storing throws.
 */
export async function recoverRun(place: ProjectRuns, wish: RecoverWish, env: Environment): Promise<Recovered> {
  const claimed = await claim(place, wish, env);
  const { run, generation, changes } = claimed.claim;
  if ((await place.stampOf(run)) === undefined) await plant(place, wish, claimed);
  return { run, generation, changes, isNew: claimed.isNew };
}

type Claimed = { readonly state: RunState; readonly claim: Claim; readonly isNew: boolean };

const tries = 100;
const everyMs = 50;

/** Somebody may hold the log for a moment: the process that conducted the run, or one that claims it too. */
async function claim(place: ProjectRuns, wish: RecoverWish, env: Environment): Promise<Claimed> {
  for (let tried = 1; ; tried += 1) {
    const { state } = await lookAt(place, { run: wish.run, createdAt: 0, owner: null });
    const there = claimIn(state, wish);
    if (there !== undefined) return { state, claim: there, isNew: false };
    try {
      return await recordClaim(place, wish, env);
    } catch (error) {
      if (!(error instanceof Fault) || !isHeld(error) || tried >= tries) throw error;
    }
    await pause(everyMs);
  }
}

const isHeld = ({ code }: Fault): boolean => code === "run_held" || code === "store_locked";

/** Undefined: it may be claimed. */
function claimIn(state: RunState, wish: RecoverWish): Claim | undefined {
  const found = recoverableOf(state, wish.why);
  if (found.kind === "refused") throw new Fault("recovery_refused", found.problem, { remedy: found.remedy });
  if (found.kind === "open") return undefined;
  const { claim } = found;
  // Whoever asks for it as it is gets it; who asks for something else is told.
  if (wish.why !== "policy" && wish.why !== claim.why)
    throw new Fault("recovery_claimed", `${claim.run} recovers from ${wish.run} already.`, {
      remedy: `Look at it: tutti status ${claim.run}. If it failed too, choose there.`,
    });
  return claim;
}

async function recordClaim(place: ProjectRuns, wish: RecoverWish, env: Environment): Promise<Claimed> {
  const held = await openForRecording(place, wish.run, env);
  try {
    const state = held.conductor.state();
    const there = claimIn(state, wish);
    if (there !== undefined) return { state, claim: there, isNew: false };
    const deliberation = deliberationOf(state);
    const planned = planClaim(state, deliberation, wish);
    if (planned.changes.length === 0) throw noHigherTier(wish.run);
    const asked: Claim = { run: recoveryIdOf(wish.run), ...planned };
    // A claim is for ever: what it promises has to be possible.
    await makeConfig(place, { state, claim: asked, log: held.ports.log, by: wish.by });
    const command = { type: "deliberation.claim_recovery", deliberation: deliberation.id, ...asked } as const;
    const submitted = await held.conductor.submit(command, wish.by);
    if (!submitted.ok) throw toRejectionFault(submitted.rejection);
    return { state: held.conductor.state(), claim: asked, isNew: true };
  } finally {
    await held.ports.log.close();
    held.ports.days?.close();
  }
}

const noHigherTier = (run: RunId): Fault =>
  new Fault("recovery_refused", `No model of a higher tier is known for ${run}.`, {
    remedy: "Name one: tutti recover --escalate --model <provider>/<model>.",
  });

function deliberationOf(state: RunState): Deliberation {
  const deliberation = questionOf(state);
  if (deliberation === undefined) throw new Error("only a deliberation is recovered");
  return deliberation;
}

// ---- the new run -----------------------------------------------------------------------------------------------

type Making = { readonly state: RunState; readonly claim: Claim; readonly log: EventLog; readonly by: Actor };

/** Throws where such a run could not begin. */
async function makeConfig(place: ProjectRuns, { state, claim, log, by }: Making): Promise<RunConfig> {
  const deliberation = deliberationOf(state);
  const found = await loadHandoff(log, deliberation);
  const next = await withCards(nextConfig(state, deliberation, { claim, ...found }), place);
  const { remote: own } = await loadUserConfig(place.homes.config);
  const config = withRemote(next, { place, run: claim.run, own });
  firstRecords({ run: claim.run, config, by });
  return config;
}

async function plant(place: ProjectRuns, { run: failed, by }: RecoverWish, { state, claim }: Claimed): Promise<void> {
  const config = await withLog(place, failed, (log) => makeConfig(place, { state, claim, log, by }));
  const { folder, scenario: played } = runFiles(place.runs, failed);
  const scenario = readIfThere(played);
  try {
    await place.plant({ run: claim.run, createdAt: Date.now() }, async (planting) => {
      // The document itself goes with its run: a store that other programs read names it there.
      const inherited = config.deliberation?.inheritance?.handoff as Digest | undefined;
      const blobs = [...blobsIn(config), ...(inherited === undefined ? [] : [inherited])];
      for (const blob of new Set(blobs)) await planting.bringBlob({ run: failed, folder }, blob);
      const stored = await storeInherited(withCapabilities(config, planting), planting);
      for (const recorded of firstRecords({ run: claim.run, config: stored, by })) planting.add(encodeRecord(recorded));
      if (scenario !== undefined) createPrivateFile(join(planting.folder, "scenario.json"), scenario);
    });
  } catch (error) {
    // Another process was quicker: it is the same run.
    if (!(error instanceof Fault) || error.code !== "run_exists") throw error;
  }
}

/** Nothing is inherited from a document that is not as it was stored. */
async function loadHandoff(
  log: EventLog,
  { handoff: kept }: Deliberation,
): Promise<{ readonly handoff: Handoff; readonly digest: Digest }> {
  if (kept === null || !kept.stored) throw new Error("a claimed run has its handoff");
  const text = new TextDecoder().decode(await log.getBlob(kept.handoff.blob));
  const read = readHandoff(text, digest);
  if (read.ok) return { handoff: read.handoff, digest: kept.handoff.blob };
  throw new Fault("handoff_unusable", `The handoff of ${log.run} cannot be used: ${read.problem}.`, {
    remedy: "Begin anew: tutti deliberate.",
  });
}

/** What calls of models that are new in the chain will cost is known before it begins. */
async function withCards(config: RunConfig, place: ProjectRuns): Promise<RunConfig> {
  const seats = config.deliberation?.setup.seats ?? [];
  const unknown = [...new Set(seats.map(({ model }) => model))].filter((model) => config.cards?.[model] === undefined);
  if (unknown.length === 0) return config;
  const userConfig = await loadUserConfig(place.homes.config);
  const overrides = (await loadOverrides(place.homes.config)) ?? {};
  return { ...config, cards: { ...config.cards, ...(await loadModelCards(unknown, { userConfig, overrides })) } };
}

/** What the agents of the run before had is revoked: these have their own. */
function withCapabilities(config: RunConfig, { folder }: Planting): RunConfig {
  const { deliberation } = config;
  if (deliberation === undefined) return config;
  const { setup, file } = giveCapabilities(deliberation.setup);
  createPrivateFile(join(folder, "capabilities.json"), file);
  return { ...config, deliberation: { ...deliberation, setup } };
}

async function storeInherited(config: RunConfig, planting: Planting): Promise<RunConfig> {
  const { deliberation } = config;
  if (deliberation?.inheritance === undefined) return config;
  const { inheritance } = deliberation;
  const entries = await Promise.all(
    inheritance.entries.map(async (entry) =>
      typeof entry.text === "string" ? { ...entry, text: await storeText(planting, entry.text) } : entry,
    ),
  );
  return { ...config, deliberation: { ...deliberation, inheritance: { ...inheritance, entries } } };
}

function firstRecords({ run, config, by }: { run: RunId; config: RunConfig; by: Actor }): readonly Recorded[] {
  const clock = createSystemClock();
  const circumstances = { at: clock.now(), by, chance: clock.chance(), digest };
  const decision = decide(initialState, { type: "run.create", run, config, tickets: [] }, circumstances);
  if (!decision.ok) throw toRejectionFault(decision.rejection);
  return decision.records;
}

// ---- conducting it ---------------------------------------------------------------------------------------------

type Around = { readonly env: Environment; readonly hub: Hub };

/** The run that recovers, conducted by this process. Throws as `recoverRun`; `run_held` where another one conducts it. */
export async function recoverAndConduct(
  place: ProjectRuns,
  wish: RecoverWish & { readonly attended?: boolean | undefined },
  around: Around,
): Promise<Conducting> {
  const { run } = await recoverRun(place, wish, around.env);
  const { attended } = wish;
  return resumeDeadRun(
    place,
    { run, reopen: [], ...(attended !== undefined && { attended }) },
    { ...around, since: 0 },
  );
}

/**
 * What follows of itself when this run has ended; undefined: nothing does, or it is done already, or somebody else sees
 * to it. To be called once nobody conducts the run any more.
 */
export async function recoverByPolicy(place: ProjectRuns, run: RunId, around: Around): Promise<Conducting | undefined> {
  const { state } = await lookAt(place, { run, createdAt: 0, owner: null });
  if (!isRecoveredByPolicy(state)) return undefined;
  try {
    return await recoverAndConduct(place, { run, why: "policy", by: "engine" }, around);
  } catch (error) {
    if (error instanceof Fault && (error.code === "run_held" || error.code === "run_ended")) return undefined;
    throw error;
  }
}
