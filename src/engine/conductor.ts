// The conductor of one run: decide, append, publish; what is then owed is the reconciler's. Nothing is told to anyone
// before it is on disk.

import { decide } from "../core/decide.ts";
import type { Duty } from "../core/duties.ts";
import type { RunState } from "../core/state.ts";
import type { Command } from "../domain/command.ts";
import type { Recorded } from "../domain/event.ts";
import type { Actor } from "../domain/ids.ts";
import type { Rejection } from "../domain/rejection.ts";
import { createFeed, type Feed } from "./feed.ts";
import type { LogSnapshot, Ports } from "./ports.ts";
import { createReconciler } from "./reconciler.ts";
import { publish } from "./publish.ts";
import { createSnapshots } from "./snapshots.ts";
import { createWriter } from "./writer.ts";

export type Submitted =
  | { readonly ok: true; readonly records: readonly Recorded[]; readonly seq: number }
  | { readonly ok: false; readonly rejection: Rejection };

export type Done =
  /** The run has ended and nothing is owed. */
  | { readonly kind: "ended" }
  /** Nothing runs any more and the run can be resumed: paused, drained, or stopped from outside. */
  | { readonly kind: "rested" }
  /** This process can not go on; the log is as it was acknowledged. */
  | { readonly kind: "fault"; readonly error: Error };

export type Conductor = {
  /** The state on disk. */
  readonly state: () => RunState;
  /** Resolves when the command's events are durable. Rejects only once this conductor is at fault. */
  readonly submit: (command: Command, by: Actor) => Promise<Submitted>;
  readonly feed: Feed;
  /** Begins to fulfil duties. Before it, commands are recorded and nothing is started. */
  readonly start: () => void;
  /** Starts nothing more, lets steps under way end for `graceMs`, then cancels them. Idempotent. */
  readonly stop: (graceMs: number) => Promise<void>;
  readonly done: Promise<Done>;
};

type Mode = "recording" | "conducting" | "stopping" | "over";

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Nothing is live: over, if nothing can become live without a person or another process. */
function restOf(mode: Mode, state: RunState, owed: readonly Duty[]): Done | undefined {
  if (mode === "stopping") return { kind: "rested" };
  if (mode !== "conducting" || owed.length > 0) return undefined;
  if (state.phase === "ended") return { kind: "ended" };
  if (state.pause !== null) return state.pause.drain && state.attempts.size === 0 ? { kind: "rested" } : undefined;
  // What is left waits for a person, and none attends: waiting here would be waiting for ever.
  return state.approvals.size > 0 && !state.attended ? { kind: "rested" } : undefined;
}

type Rested = { readonly ports: Ports; readonly feed: Feed; readonly state: RunState };

/** The person's repository shows the result before anyone is told that the run is over. A plan alone is none. */
async function lastWord({ ports, feed, state }: Rested, done: Done): Promise<Done> {
  try {
    await ports.hands?.close(done.kind);
    if (done.kind !== "fault" && state.ended?.outcome !== "planned") await publish(ports, feed);
    return done;
  } catch (error) {
    return { kind: "fault", error: toError(error) };
  }
}

/** `unproven`: the snapshot that `folded` rests on; it is proven beside the run, which ends at a fault if it is wrong. */
export function createConductor(ports: Ports, folded: RunState, unproven?: LogSnapshot): Conductor {
  const { clock, log, token, digest } = ports;
  const feed = createFeed();
  /** Decided; and on disk. Until `appending` is there, a duty whose report it made void seems to be owed still. */
  let [latest, durable] = [folded, folded];
  let [mode, appending]: [Mode, Promise<unknown>] = ["recording", Promise.resolve()];
  const ending = Promise.withResolvers<Done>();
  const snapshots = createSnapshots(ports, unproven);
  const writer = createWriter({ log, token, clock, onStalled: (detail) => feed.publish({ kind: "stalled", detail }) });

  const submit: Conductor["submit"] = async (command, by) => {
    const decision = decide(latest, command, { at: clock.now(), by, chance: clock.chance(), digest });
    if (!decision.ok) return decision;
    const { records, state } = decision;
    if (records.length === 0) return appending.catch(() => {}).then(() => ({ ok: true, records, seq: latest.seq }));
    appending = writer.append(latest.seq, records);
    latest = state;
    await appending.catch(fail);
    durable = state;
    snapshots.keep(state);
    for (const recorded of records) feed.publish({ kind: "recorded", recorded });
    if (mode !== "recording") reconciler.soon();
    return { ok: true, records, seq: state.seq };
  };

  const over = (done: Done): void => {
    if (mode === "over") return;
    mode = "over";
    reconciler.close();
    void lastWord({ ports, feed, state: durable }, done).then(ending.resolve);
  };

  const halt = (error: unknown): void => over({ kind: "fault", error: toError(error) });
  const fail = (error: unknown): never => {
    halt(error);
    throw toError(error);
  };

  const reconciler = createReconciler({
    ports,
    feed,
    state: () => durable,
    mayBegin: () => mode === "conducting",
    submit: (report) => submit(report, "engine"),
    onIdle: (owed) => {
      const done = latest === durable ? restOf(mode, durable, owed) : undefined;
      if (done !== undefined) over(done);
    },
    onBug: halt,
  });

  const start = (): void => {
    if (mode === "recording") void snapshots.prove(() => mode === "over").catch(halt);
    if (mode === "recording") mode = "conducting";
    reconciler.soon();
  };

  const stop = async (graceMs: number): Promise<void> => {
    if (mode === "over") return;
    mode = "stopping";
    const cancel = clock.wake(clock.now() + graceMs, reconciler.abortAll);
    reconciler.soon();
    await ending.promise;
    cancel();
  };

  return { state: () => durable, submit, feed, start, stop, done: ending.promise };
}
