// Runs that are begun, taken over and landed by what serves them, as somebody asks over the API.

import type { TakenRun } from "../adapters/queue/conduct-queue.ts";
import { landRun } from "../adapters/workspace/land-run.ts";
import type { BeginOptions, Besides, Conducting, Forecasted } from "../cli/desk.ts";
import { configOf } from "../core/state.ts";
import { readGoal } from "../domain/goal.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import type { BeginOrder, BegunBody, LandedBody, LandOrder, ResumedBody, ResumeOrder } from "../http/runs-wire.ts";
import type { RecoveredBody } from "../http/pipeline-wire.ts";
import type { ForkAsked } from "../http/time-travel.ts";
import { hasMerged } from "../views/summary.ts";
import { beginNewRun } from "./begin-run.ts";
import { lookAt } from "./find-run.ts";
import { forecastPlan } from "./forecast-plan.ts";
import { forkRun } from "./fork-run.ts";
import type { Hub } from "./hub.ts";
import { refuseImported } from "./imports.ts";
import type { Environment, Place, ProjectRuns } from "./place.ts";
import { recoverByPolicy, recoverRun, type RecoverWish } from "./recover-run.ts";
import { showResult } from "./machine/show-result.ts";
import { resumeDeadRun } from "./resume-run.ts";

export type StartOptions = { readonly env: Environment; readonly program: string; readonly hub: Hub };

export class StartedRuns implements Besides {
  readonly #options: StartOptions;
  readonly #conducted = new Map<Conducting, Promise<unknown>>();
  /** Asked for, and not conducted yet. */
  readonly #coming = new Set<Promise<unknown>>();
  #isStopping = false;

  constructor(options: StartOptions) {
    this.#options = options;
  }

  /** `repo`: top folder of its project. */
  async begin(repo: string, order: BeginOrder): Promise<BegunBody> {
    this.#refuseStopping();
    const { run, notes } = await this.#conduct(beginNewRun(toBeginOptions(repo, order), this.#options));
    return { run, notes };
  }

  async resume(place: ProjectRuns, run: RunId, order: ResumeOrder): Promise<ResumedBody> {
    this.#refuseStopping();
    const { adopted } = await this.#conduct(resumeDeadRun(place, { run, ...order }, this.#options), place);
    const { kept, continued, unknown } = adopted ?? { kept: 0, continued: [], unknown: [] };
    return { run, kept, continued, unknown };
  }

  /** Somebody looks at it over the API: they can answer. */
  async fork(place: Place, { run: origin, ...asked }: ForkAsked): Promise<RunId> {
    this.#refuseStopping();
    const forked = async (): Promise<Conducting> => {
      const { run } = await forkRun(place, { ...asked, run: origin, attended: true }, this.#options.env);
      return resumeDeadRun(place, { run, reopen: [], attended: true }, this.#options);
    };
    return (await this.#conduct(forked(), place)).run;
  }

  /** Somebody who conducts it already is left to it. */
  async recover(place: ProjectRuns, wish: RecoverWish): Promise<RecoveredBody> {
    this.#refuseStopping();
    const { run, generation: attempt, changes, isNew } = await recoverRun(place, wish, this.#options.env);
    const asked = { run, reopen: [], attended: true };
    await this.#conduct(resumeDeadRun(place, asked, this.#options), place).catch(unlessTaken);
    return { run, attempt, changes, isNew };
  }

  /** A run whose conductor died; nobody has asked for it. Resolves once it is served here. Throws what resuming throws. */
  async takeOver(place: ProjectRuns, run: RunId, taken: TakenRun): Promise<Conducting> {
    this.#refuseStopping();
    return this.#conduct(resumeDeadRun(place, { run, reopen: [], taken }, this.#options), place);
  }

  forecast(repo: string, order: BeginOrder): Promise<Forecasted> {
    return forecastPlan(toBeginOptions(repo, order), this.#options.env, this.#options.program);
  }

  runs(): readonly RunId[] {
    return [...this.#conducted.keys()].map(({ run }) => run);
  }

  async over(): Promise<void> {
    while (this.#coming.size + this.#conducted.size > 0) {
      await Promise.allSettled([...this.#coming, ...this.#conducted.values()]);
    }
  }

  /**
   * Starts nothing more; what is under way may end within `graceMs`. All of them can be resumed, and those on a server
   * are conducted on by whoever is there.
   */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    await Promise.allSettled(this.#coming);
    await Promise.all(
      [...this.#conducted].map(([conducting, over]) => conducting.stop(graceMs, { handOver: true }).then(() => over)),
    );
  }

  /** A deliberation that came to nothing is tried again where its policy says so. Throws what beginning that run throws. */
  async follow(place: ProjectRuns, failed: RunId): Promise<void> {
    if (this.#isStopping) return;
    const next = await recoverByPolicy(place, failed, this.#options);
    if (next !== undefined) await this.#conduct(Promise.resolve(next), place);
  }

  #refuseStopping(): void {
    if (!this.#isStopping) return;
    throw new Fault("server_stopping", "This server is about to end.", { remedy: "Start it again: tutti serve." });
  }

  /** Resolves once the run is served. */
  async #conduct(coming: Promise<Conducting>, place?: ProjectRuns): Promise<Conducting> {
    // Kept before it is no longer coming: whoever waits for all of them misses none.
    const begun = coming
      .then((conducting) => {
        this.#keep(conducting, place);
        return conducting;
      })
      .finally(() => this.#coming.delete(begun));
    this.#coming.add(begun);
    const conducting = await begun;
    await conducting.page;
    return conducting;
  }

  #keep(conducting: Conducting, place?: ProjectRuns): void {
    const over = conducting.done
      .then(async (ending) => {
        // For forecasts; a log that is at fault says nothing.
        if (ending.kind !== "fault") conducting.facts();
        await conducting.close();
        if (place !== undefined && ending.kind === "ended") await this.follow(place, conducting.run);
      })
      // What it comes to grief over stands in its process.log.
      .catch(() => undefined)
      .finally(() => this.#conducted.delete(conducting));
    this.#conducted.set(conducting, over);
    conducting.start();
  }
}

/** Another process conducts it, or it has come to its end meanwhile. */
function unlessTaken(error: unknown): void {
  if (!(error instanceof Fault) || (error.code !== "run_held" && error.code !== "run_ended")) throw error;
}

export async function landResult(place: ProjectRuns, run: RunId, order: LandOrder): Promise<LandedBody> {
  refuseImported(place, run);
  const { state } = await lookAt(place, { run, createdAt: 0, owner: null });
  if (!hasMerged(state)) {
    throw new Fault("nothing_to_land", `Nothing was merged in ${run}.`, { remedy: `See why: tutti status ${run}` });
  }
  await showResult(place, { run, config: configOf(state) });
  const { into, how } = order;
  const { project } = configOf(state);
  const landed = await landRun({ project, run, how, ...(into === undefined ? {} : { into }) });
  return { run, outcome: state.ended?.outcome ?? null, ...landed };
}

function toBeginOptions(repo: string, order: BeginOrder): BeginOptions {
  const { project: _project, goal: _goal, tickets: _tickets, only: _only, ...rest } = order;
  return { ...rest, repo, work: workOf(order), settings: "person", sandbox: "bwrap" };
}

function workOf({ goal, tickets, only }: BeginOrder): BeginOptions["work"] {
  if (tickets !== undefined)
    return { kind: "ticketText", text: typeof tickets === "string" ? tickets : JSON.stringify(tickets) };
  const read = readGoal(goal ?? "");
  if (!read.ok) throw new Fault("goal_invalid", read.problem, { remedy: read.remedy });
  return { kind: "goal", epic: read.epic, ...(only === undefined ? {} : { only }) };
}
