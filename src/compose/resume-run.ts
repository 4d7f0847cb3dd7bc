// A run whose process is gone, taken over: fenced, adopted, and conducted from its last recorded step.

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TakenRun } from "../adapters/queue/conduct-queue.ts";
import { readIfThere, runFiles } from "../adapters/run-files.ts";
import { loadOverrides, loadUserConfig } from "../adapters/settings-files.ts";
import type { Conducting, ResumeOptions } from "../cli/desk.ts";
import { foldAll } from "../core/evolve.ts";
import { configOf, type RunState } from "../core/state.ts";
import type { RunConfig } from "../domain/config.ts";
import type { RunId, TicketId } from "../domain/ids.ts";
import { parseScenario } from "../domain/scenario.ts";
import { createConductor, type Conductor } from "../engine/conductor.ts";
import { adoptRun } from "../engine/open-run.ts";
import { Fault, type EventLog, type OpenedRun, type Ports } from "../engine/ports.ts";
import { loadFolded } from "../engine/snapshots.ts";
import { storeText } from "../engine/texts.ts";
import { makeConducting, type ConductOptions } from "./conduct.ts";
import { refuseImported } from "./imports.ts";
import type { Hub } from "./hub.ts";
import type { Environment, ProjectRuns } from "./place.ts";
import { findPerson } from "./person.ts";
import { createRunModels, openPorts, type OpenedPorts } from "./ports.ts";
import { toRejectionFault } from "./rejection-fault.ts";
import { shareScenario } from "./machine/share-scenario.ts";

/** Throws Fault `run_missing`, `run_held`, `run_imported`, and what opening its workspace throws. */
export async function claimRun(place: ProjectRuns, run: RunId): Promise<OpenedRun> {
  refuseImported(place, run);
  const opened = await place.store.open(run);
  if ("log" in opened) return opened;
  if ("missing" in opened) {
    throw new Fault("run_missing", `There is no run ${run} in this repository.`, { remedy: "See `tutti runs`." });
  }
  const { pid, host } = opened.heldBy;
  throw new Fault("run_held", `Another process conducts ${run}: process ${pid} on ${host}.`, {
    remedy: `Follow it with \`tutti watch ${run}\`, or end that process and try again.`,
  });
}

/** `state` is as the log tells. */
type Claimed = { readonly opened: OpenedRun; readonly state: RunState };

type Opening = Claimed & {
  readonly env: Environment;
  /** False: it is only spoken to. */
  readonly conducts: boolean;
  readonly taken?: TakenRun | undefined;
};

/** Everything a claimed run needs to be spoken to. */
async function openClaimed(place: ProjectRuns, { opened, state, env, conducts, taken }: Opening): Promise<OpenedPorts> {
  const { run } = opened.log;
  if (state.config === null) {
    throw new Fault("run_missing", `${run} was never begun: its process died before the plan was recorded.`, {
      remedy: `Remove it with \`tutti clean ${run}\` and run the ticket file again.`,
    });
  }
  const files = runFiles(place.runs, run);
  if (place.homes.store !== undefined) refuseElsewhere(opened.log, configOf(state), files.folder);
  await shareScenario(place, run);
  const models = createRunModels({
    scenario: readScenario(files.scenario),
    userConfig: await loadUserConfig(place.homes.config),
    overrides: await loadOverrides(place.homes.config),
    env,
  });
  const person = beginnerOf(opened.log) ?? findPerson(env);
  return openPorts({ place, config: configOf(state), opened, models, person, conducts, taken });
}

/** Whoever began it pays for it, whoever goes on with it. */
function beginnerOf(log: EventLog): string | undefined {
  for (const { by } of log.read()) return /^person:(.*)$/s.exec(by)?.[1];
  return undefined;
}

/** Without a remote, commits of attempts lie where they were made: begun anew here, the run would forget what it has completed. */
function refuseElsewhere(log: EventLog, { workspace, project, remote }: RunConfig, folder: string): void {
  if (workspace !== "git" || remote !== undefined || existsSync(join(folder, "repo.git"))) return;
  for (const { event } of log.read())
    if (event.type === "attempt.prepared")
      throw new Fault("workspace_elsewhere", `The work of ${log.run} lies on the machine where it began.`, {
        remedy: `Resume it there, where its project is ${project.root}; here it can be looked at.`,
      });
}

/** The run's own copy; it was checked when the run began. */
export function readScenario(file: string) {
  const text = readIfThere(file);
  const parsed = text === undefined ? undefined : parseScenario(text);
  return parsed?.ok === true ? parsed.scenario : undefined;
}

type Around = {
  readonly env: Environment;
  readonly hub: Hub;
  /** Records before this one are not told again; undefined: those that were there. */
  readonly since?: number;
};

export type Resuming = Omit<ResumeOptions, "repo"> & {
  /** The turn to conduct it, of a process that takes it over unasked. */
  readonly taken?: TakenRun;
};

export async function resumeDeadRun(
  place: ProjectRuns,
  options: Resuming,
  { env, hub, since }: Around,
): Promise<Conducting> {
  const opened = await claimRun(place, options.run);
  let over = (): Promise<void> => Promise.resolve();
  try {
    const person = findPerson(env);
    const folded = loadFolded(opened.log);
    const { state } = folded;
    refuseSettled(state, options);
    const { ports, leave } = await openClaimed(place, { opened, state, env, conducts: true, taken: options.taken });
    over = () => leave(options.taken === undefined ? "finish" : "keep the turn");
    const { conductor, adoption } = await adoptRun(ports, `process ${process.pid}`, folded);
    // Nobody has asked for anything: it goes on as it was.
    if (options.taken === undefined) await wake(conductor, ports, { ...options, by: `person:${person}` });
    const files = runFiles(place.runs, options.run);
    return makeConducting(
      { conductor, ports, leave, files, place, person, hub, tell: env },
      { notes: [], since: since ?? state.seq, adopted: adoption },
    );
  } catch (error) {
    await over();
    await opened.log.close();
    throw error;
  }
}

/** An ended run has nothing to go on with unless a ticket is opened again, or cleaning up is still owed. */
function refuseSettled(state: RunState, { run, reopen, raises = [] }: Omit<ResumeOptions, "repo">): void {
  if (state.ended === null || state.disposals.size > 0 || reopen.length > 0 || raises.length > 0) return;
  const { outcome, reason } = state.ended;
  const isOpenable = outcome !== "completed" && outcome !== "aborted";
  if (state.config?.deliberation !== undefined && outcome !== "completed")
    throw new Fault("run_ended", `${run} has ended: ${outcome} (${reason}).`, {
      remedy: `Recover from it with \`tutti recover ${run}\`, or take what there is with --accept.`,
    });
  throw new Fault("run_ended", `${run} has ended: ${outcome} (${reason}).`, {
    remedy: isOpenable
      ? "Try a ticket again with --retry <ticket>, and --say <words> to guide it."
      : "Bring its result over with `tutti land`.",
  });
}

type Waking = Omit<ResumeOptions, "repo"> & { readonly by: `person:${string}` };

async function wake(conductor: Conductor, ports: Ports, options: Waking): Promise<void> {
  const { attended, guidance, raises = [], reopen, by } = options;
  if (attended !== undefined) await accepted(conductor.submit({ type: "run.set_attended", attended }, by));
  const words = guidance === undefined ? {} : { guidance: await storeText(ports.log, guidance) };
  if (raises.length > 0) await accepted(conductor.submit({ type: "budget.raise", raises }, by));
  for (const ticket of reopen) {
    await accepted(conductor.submit({ type: "ticket.reopen", ticket: ticket as TicketId, ...words }, by));
  }
  const { aborted, pause, ended } = conductor.state();
  if (pause !== null && ended === null && !aborted) await accepted(conductor.submit({ type: "run.resume" }, by));
}

async function accepted(submitted: ReturnType<Conductor["submit"]>): Promise<void> {
  const outcome = await submitted;
  if (!outcome.ok) throw toRejectionFault(outcome.rejection);
}

/** A dead run held open so that a person's words can be recorded: nothing is adopted and no duty is started. */
export async function openForRecording(place: ProjectRuns, run: RunId, env: Environment): Promise<ConductOptions> {
  const opened = await claimRun(place, run);
  try {
    // Read whole: nothing is started here, so nothing would prove a snapshot.
    const state = foldAll(opened.log.read());
    const { ports } = await openClaimed(place, { opened, state, env, conducts: false });
    return {
      conductor: createConductor(ports, state),
      ports,
      files: runFiles(place.runs, run),
      person: findPerson(env),
    };
  } catch (error) {
    await opened.log.close();
    throw error;
  }
}

/** Unpaused, an answer would begin the next step, and that step would be lost with this process. */
export async function holdRun(conductor: Conductor): Promise<void> {
  const { phase, pause } = conductor.state();
  if ((phase !== "running" && phase !== "planning") || (pause !== null && !pause.drain)) return;
  await accepted(conductor.submit({ type: "run.pause", reason: "nobody conducts this run", drain: false }, "engine"));
}
