// One order, followed on a machine: what its duty needs is brought here, the duty is fulfilled, and what it left in the
// worktree is kept at the remote before anybody is told of it.

import { Fault, type ModelDelta } from "../ports.ts";
import { runAttemptDuty, type DutyPorts, type Fulfilled } from "../run-attempt-duty.ts";
import type { MachineName } from "../../domain/machine.ts";
import type { Order, OrderOutcome } from "./crew.ts";
import type { LiveDuty, TravellingWorkspace } from "./travelling.ts";

/** A run's ports on this machine. `travelling`: null for a run without a workspace. */
export type MachinePorts = Omit<DutyPorts, "workspace"> & { readonly travelling: TravellingWorkspace | null };

export type Following = {
  /** Throws Fault where the run cannot be worked on here. */
  readonly open: () => Promise<MachinePorts>;
  readonly order: Order;
  /** The first order of a placement: what lies here may be another's. */
  readonly isFirst: boolean;
  /** Undefined: the conductor's own process. */
  readonly machine?: MachineName;
  readonly signal: AbortSignal;
  readonly onDelta: (delta: ModelDelta) => void;
};

/** Another machine has claimed the attempt. */
export const isPlaceLost = (error: unknown): boolean => error instanceof Fault && error.code === "place_lost";

/** Throws Fault `place_lost` alone. */
export async function followOrder(following: Following): Promise<OrderOutcome> {
  const { signal } = following;
  try {
    const { report, usage } = await fulfil(following);
    if (report?.type === "report.failed" && report.failure.fingerprint === "environment:place_lost")
      throw new Fault("place_lost", report.failure.detail, { remedy: "Nothing is to be done." });
    if (report?.type === "report.failed" && report.failure.fingerprint === "environment:remote_unreachable")
      return { report: null, problem: { code: "remote_unreachable", message: report.failure.detail, remedy: "" } };
    const { machine } = following;
    const named = report?.type === "report.prepared" && machine !== undefined ? { ...report, machine } : report;
    return { report: named ?? null, ...(usage === undefined ? {} : { usage }) };
  } catch (error) {
    if (isPlaceLost(error)) throw error;
    return signal.aborted ? { report: null } : toOutcome(error);
  }
}

async function fulfil({ open, order, isFirst, signal, onDelta }: Following): Promise<Fulfilled> {
  const { duty, scope, claim, fence } = order;
  const { ref, index, key } = duty;
  const live: LiveDuty = { key, claim, ...(fence === undefined ? {} : { fence }) };
  const ports = await open();
  const { travelling } = ports;
  if (isFirst && duty.kind !== "prepare") await travelling?.restore(ref, index, key, claim);
  const workspace = travelling?.during(live);
  const done = await runAttemptDuty(duty, { ports: { ...ports, workspace }, scope, signal, onDelta });
  const mayHaveChanged = duty.kind === "tool" || duty.kind === "verify";
  if (mayHaveChanged && !signal.aborted) await travelling?.checkpoint(ref, index, key);
  return done;
}

/** What goes wrong around the duty is this machine's: another one may have what it needs. */
function toOutcome(error: unknown): OrderOutcome {
  const { code, message, remedy } = error instanceof Fault ? error : toFault(error);
  return { report: null, problem: { code, message, remedy } };
}

/** Not foreseen: this attempt cannot go on here, and the machine goes on with its others. */
function toFault(error: unknown): Fault {
  const detail = error instanceof Error ? error.message : String(error);
  const remedy = "this is a defect of the machine's program: see its log";
  return new Fault("machine_failed", `the machine could not do it: ${detail}`, { remedy, cause: error });
}
