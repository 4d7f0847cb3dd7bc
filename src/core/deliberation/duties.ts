// What the world owes a deliberation beside the consults of its agents: a clock that rings, a check of evidence, a handoff.

import type { DeliberationId, Section } from "../../domain/deliberation.ts";
import type { RunState } from "../state.ts";
import { deadlinesOf, uncheckedOf } from "./clock.ts";
import type { Deliberation } from "./state.ts";

export type DeliberationDuty =
  /** Rings at `due` (epoch ms) with `report.alarm`. */
  | { readonly key: string; readonly kind: "alarm"; readonly deliberation: DeliberationId; readonly due: number }
  /** Applies the version's patch in a throw-away worktree and runs its tests. */
  | {
      readonly key: string;
      readonly kind: "evidence";
      readonly deliberation: DeliberationId;
      readonly section: Section;
      /** Of the entry. */
      readonly entry: string;
      readonly version: number;
    }
  /** Stores the handoff document of the state as it is. */
  | { readonly key: string; readonly kind: "handoff"; readonly deliberation: DeliberationId };

export function deliberationDuties(state: RunState): DeliberationDuty[] {
  const owed: DeliberationDuty[] = [];
  for (const deliberation of state.deliberations.values()) {
    if (deliberation.result !== null) continue;
    const { id, ending } = deliberation;
    if (ending?.stage === "handoff") owed.push({ key: `handoff:${id}`, kind: "handoff", deliberation: id });
    else if (ending?.stage !== "closing")
      owed.push(...evidenceDuties(state, deliberation), ...alarm(state, deliberation));
  }
  return owed;
}

const evidenceDuties = (state: RunState, deliberation: Deliberation): DeliberationDuty[] =>
  state.pause !== null || deliberation.ending?.stage === "synthesis"
    ? []
    : uncheckedOf(deliberation).map(({ entry: { section, key }, version: { version } }) => ({
        key: `evidence:${deliberation.id}/${section}/${key}@${version}`,
        kind: "evidence",
        deliberation: deliberation.id,
        section,
        entry: key,
        version,
      }));

/** The earliest moment at which something comes true of itself; agents move it. */
function alarm(state: RunState, deliberation: Deliberation): DeliberationDuty[] {
  const due = nextMoment(state, deliberation);
  if (!Number.isFinite(due)) return [];
  const { id } = deliberation;
  return [{ key: `alarm:${id}@${due}`, kind: "alarm", deliberation: id, due }];
}

function nextMoment(state: RunState, deliberation: Deliberation): number {
  const { ending, met, setup } = deliberation;
  if (ending !== null) return ending.stage === "grace" ? ending.graceUntil : (ending.synthesisUntil ?? Infinity);
  const { timeout, stuck, idle } = deadlinesOf(state, deliberation);
  const isStuckKnown = met.some(({ condition }) => condition === "STUCK");
  // STUCK is met when as many are idle as its threshold says.
  const standing = isStuckKnown ? Infinity : (idle[setup.thresholds.stuck - 1] ?? Infinity);
  return Math.min(timeout, stuck, standing);
}
