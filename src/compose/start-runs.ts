// Runs that are begun, taken over and landed by what serves them, as somebody asks over the API.

import { landRun } from "../adapters/workspace/land-run.ts";
import type { BeginOptions, Conducting, Forecasted } from "../cli/desk.ts";
import { configOf } from "../core/state.ts";
import { readGoal } from "../domain/goal.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import type { BeginOrder, BegunBody, LandedBody, LandOrder, ResumedBody, ResumeOrder } from "../http/runs-wire.ts";
import { hasMerged } from "../views/summary.ts";
import { beginNewRun } from "./begin-run.ts";
import { lookAt } from "./find-run.ts";
import { forecastPlan } from "./forecast-plan.ts";
import type { Hub } from "./hub.ts";
import { refuseImported } from "./imports.ts";
import type { Environment, ProjectRuns } from "./place.ts";
import { resumeDeadRun } from "./resume-run.ts";

export type StartOptions = { readonly env: Environment; readonly program: string; readonly hub: Hub };

export class StartedRuns {
  readonly #options: StartOptions;
  readonly #conducted = new Map<Conducting, Promise<unknown>>();
  #isStopping = false;

  constructor(options: StartOptions) {
    this.#options = options;
  }

  /** `repo`: top folder of its project. */
  async begin(repo: string, order: BeginOrder): Promise<BegunBody> {
    this.#refuseStopping();
    const conducting = await beginNewRun(toBeginOptions(repo, order), this.#options);
    await this.#conduct(conducting);
    return { run: conducting.run, notes: conducting.notes };
  }

  async resume(place: ProjectRuns, run: RunId, order: ResumeOrder): Promise<ResumedBody> {
    this.#refuseStopping();
    const conducting = await resumeDeadRun(place, { run, ...order }, this.#options);
    const { kept, continued, unknown } = conducting.adopted ?? { kept: 0, continued: [], unknown: [] };
    await this.#conduct(conducting);
    return { run, kept, continued, unknown };
  }

  forecast(repo: string, order: BeginOrder): Promise<Forecasted> {
    return forecastPlan(toBeginOptions(repo, order), this.#options.env, this.#options.program);
  }

  /** Starts nothing more; what is under way may end within `graceMs`. All of them can be resumed. */
  async stop(graceMs: number): Promise<void> {
    this.#isStopping = true;
    await Promise.all([...this.#conducted].map(([conducting, over]) => conducting.stop(graceMs).then(() => over)));
  }

  #refuseStopping(): void {
    if (!this.#isStopping) return;
    throw new Fault("server_stopping", "This server is about to end.", { remedy: "Start it again: tutti serve." });
  }

  /** Resolves once the run is served. */
  async #conduct(conducting: Conducting): Promise<void> {
    const over = conducting.done.then(async (ending) => {
      // For forecasts; a log that is at fault says nothing.
      if (ending.kind !== "fault") conducting.facts();
      await conducting.close();
      this.#conducted.delete(conducting);
    });
    // What it comes to grief over stands in its process.log.
    this.#conducted.set(
      conducting,
      over.catch(() => undefined),
    );
    conducting.start();
    await conducting.page;
  }
}

export async function landResult(place: ProjectRuns, run: RunId, order: LandOrder): Promise<LandedBody> {
  refuseImported(place, run);
  const { state } = await lookAt(place, { run, createdAt: 0, owner: null });
  if (!hasMerged(state)) {
    throw new Fault("nothing_to_land", `Nothing was merged in ${run}.`, { remedy: `See why: tutti status ${run}` });
  }
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
