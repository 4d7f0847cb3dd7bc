// How a conductor comes to be: on a new run, or on one whose process is gone.

import { initialState, type RunState } from "../core/state.ts";
import type { RunConfig } from "../domain/config.ts";
import type { Actor, RunId } from "../domain/ids.ts";
import type { Rejection } from "../domain/rejection.ts";
import type { Ticket } from "../domain/ticket.ts";
import { createConductor, type Conductor } from "./conductor.ts";
import type { Ports } from "./ports.ts";
import { loadFolded, type Folded } from "./snapshots.ts";

export type Begun =
  | { readonly ok: true; readonly conductor: Conductor }
  | { readonly ok: false; readonly rejection: Rejection };

/** Records the run and its plan, all or nothing. Starts no work: that is `conductor.start()`. */
export async function beginRun(
  ports: Ports,
  what: { readonly run: RunId; readonly config: RunConfig; readonly tickets: readonly Ticket[]; readonly by: Actor },
): Promise<Begun> {
  const conductor = createConductor(ports, initialState);
  const { run, config, tickets, by } = what;
  const submitted = await conductor.submit({ type: "run.create", run, config, tickets }, by);
  return submitted.ok ? { ok: true, conductor } : submitted;
}

/** What a crash left, in words for the person. */
export type Adoption = {
  /** Steps begun anew (or waited for) where the last owner left them. */
  readonly continued: readonly string[];
  /** Steps that may have had an effect nobody saw. */
  readonly unknown: readonly string[];
  /** Tickets that are completed and stay so. */
  readonly kept: number;
};

/**
 * Takes a run over: fences the last owner, then goes on from the last recorded step. `folded` is given by a caller who
 * has loaded the log already.
 */
export async function adoptRun(
  ports: Ports,
  owner: string,
  folded: Folded = loadFolded(ports.log),
): Promise<{ conductor: Conductor; adoption: Adoption; before: RunState }> {
  const before = folded.state;
  const conductor = createConductor(ports, before, folded.snapshot);
  const submitted = await conductor.submit({ type: "run.adopt", token: ports.token, owner }, "engine");
  if (!submitted.ok) throw new Error(`a run that has a log can be adopted: ${submitted.rejection.code}`);
  const unknown = submitted.records.flatMap(({ event }) =>
    event.type === "tool.lost" ? [`${event.ticket}#${event.attempt} turn ${event.turn} call ${event.call}`] : [],
  );
  const continued = [...before.attempts.values()].map(
    (attempt) => `${attempt.ticket}#${attempt.attempt} (${attempt.phase.at})`,
  );
  return { conductor, adoption: { continued, unknown, kept: before.counts.completed }, before };
}
