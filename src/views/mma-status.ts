// A run's status under the names that programs of the earlier system ask for.

import type { RunState } from "../core/state.ts";
import { debugStateOf, type DebugState } from "./debug-state.ts";
import { pendingKindsOf, type PendingKinds } from "./pending-kinds.ts";
import { tierStream, workerStream } from "./stream-texts.ts";

export type MmaStatus = Pick<DebugState, "revision" | "mode" | "track" | "tickets" | "tier_usage" | "active"> & {
  /** `done`: ended as it should. `blocked`: ended otherwise. */
  readonly mma_status: "running" | "done" | "blocked";
  /** `Tier 2 (Tech Lead)`, `Tier 3 (Worker): T7`, `Awaiting Approval: T7`; null where nothing is done. */
  readonly active_tier: string | null;
  /** A text for each tier and worker, by the same names. */
  readonly mma_streams: Readonly<Record<string, string>>;
  /** The three kinds apart, and the ids of every kind. */
  readonly pending_tool_approval: boolean;
  readonly pending_step_approval: boolean;
  readonly pending_spawn_approval: boolean;
  readonly pending: PendingKinds;
};

/** `streams` are those of the same records the state is folded from. */
export function mmaStatusOf(state: RunState, streams: MmaStatus["mma_streams"]): MmaStatus {
  const { revision, mode, track, tickets, tier_usage, active } = debugStateOf(state);
  const pending = pendingKindsOf(state);
  return {
    revision,
    mma_status: state.ended === null ? "running" : state.ended.outcome === "completed" ? "done" : "blocked",
    active_tier: activeTierOf(state),
    mode,
    track,
    tickets,
    tier_usage,
    active,
    mma_streams: streams,
    pending_tool_approval: pending.tool.length > 0,
    pending_step_approval: pending.step.length > 0,
    pending_spawn_approval: pending.spawn.length > 0,
    pending,
  };
}

/** Of several that are active, a worker at work counts most, the first of the plan before others. */
function activeTierOf(state: RunState): string | null {
  if (state.ended !== null) return null;
  const attempts = [...state.attempts.values()].toSorted((a, b) => a.index - b.index);
  const working = attempts.find(
    ({ phase }) => phase.at !== "held" && phase.at !== "consulting" && phase.at !== "deliberating",
  );
  if (working !== undefined) return workerStream(working.ticket);
  const [consult] = state.consults.values();
  if (consult !== undefined) return tierStream(consult.tier);
  const held = attempts.find(({ phase }) => phase.at === "held");
  if (held !== undefined) return `Awaiting Approval: ${held.ticket}`;
  return state.approvals.size > 0 ? "Awaiting Approval: plan" : null;
}
