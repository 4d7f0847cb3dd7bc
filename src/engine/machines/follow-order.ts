// One order, followed on a machine: what its duty needs is brought here, the duty is fulfilled, and what it left in the
// worktree is kept at the remote before anybody is told of it.

import type { AttemptDuty } from "../duty-scope.ts";
import { Fault, type ModelDelta } from "../ports.ts";
import { runAttemptDuty, toFailure, type DutyPorts, type Fulfilled } from "../run-attempt-duty.ts";
import type { MachineName } from "../../domain/machine.ts";
import type { Order, OrderOutcome } from "./crew.ts";
import type { TravellingWorkspace } from "./travelling.ts";

/** A run's ports on this machine. `travelling`: null for a run without a workspace. */
export type MachinePorts = Omit<DutyPorts, "workspace"> & { readonly travelling: TravellingWorkspace | null };

export type Following = {
  /** Throws Fault where the run cannot be worked on here. */
  readonly open: () => Promise<MachinePorts>;
  readonly order: Order;
  /** The first order of a placement: what lies here may be another's. */
  readonly isFirst: boolean;
  readonly machine: MachineName;
  readonly signal: AbortSignal;
  readonly onDelta: (delta: ModelDelta) => void;
};

/** Another machine has claimed the attempt. */
export const isPlaceLost = (error: unknown): boolean => error instanceof Fault && error.code === "place_lost";

/** Throws Fault `place_lost` alone. */
export async function followOrder(following: Following): Promise<OrderOutcome> {
  const { order, signal } = following;
  try {
    const { report, usage } = await fulfil(following);
    const named = report?.type === "report.prepared" ? { ...report, machine: following.machine } : report;
    return { report: named ?? null, ...(usage === undefined ? {} : { usage }) };
  } catch (error) {
    if (isPlaceLost(error)) throw error;
    return signal.aborted ? { report: null } : toOutcome(order.duty, error);
  }
}

async function fulfil({ open, order, isFirst, signal, onDelta }: Following): Promise<Fulfilled> {
  const { duty, scope, fence } = order;
  const { ref, index, key } = duty;
  const ports = await open();
  const { travelling } = ports;
  if (isFirst && duty.kind !== "prepare") await travelling?.restore(ref, index, key);
  const workspace = travelling?.during(fence === undefined ? { key } : { key, fence });
  const done = await runAttemptDuty(duty, { ports: { ...ports, workspace }, scope, signal, onDelta });
  const mayHaveChanged = duty.kind === "tool" || duty.kind === "verify";
  if (mayHaveChanged && !signal.aborted) await travelling?.checkpoint(ref, index, key);
  return done;
}

function toOutcome(duty: AttemptDuty, error: unknown): OrderOutcome {
  const fault = error instanceof Fault ? error : toFault(error);
  const { code, message, remedy } = fault;
  // A worktree that cannot be removed is no failure of the attempt, which has ended.
  return duty.kind === "dispose"
    ? { report: null, problem: { code, message, remedy } }
    : { report: toFailure(duty.ref, fault) };
}

/** Not foreseen: this attempt cannot go on here, and the machine goes on with its others. */
function toFault(error: unknown): Fault {
  const detail = error instanceof Error ? error.message : String(error);
  const remedy = "this is a defect of the machine's program: see its log";
  return new Fault("machine_failed", `the machine could not do it: ${detail}`, { remedy, cause: error });
}
