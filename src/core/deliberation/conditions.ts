// The four conditions, measured on events: agents that stand still, that are at odds, that find it hard, that are done.

import { conditionTypes, type ConditionType } from "../../domain/deliberation.ts";
import type { RunState } from "../state.ts";
import { openConflicts } from "./agreement.ts";
import { deadlinesOf, uncheckedOf } from "./clock.ts";
import { nothingMoves } from "./moves-left.ts";
import { isLiving, type Agent, type Deliberation } from "./state.ts";

export type Measure = {
  readonly condition: ConditionType;
  /** Null: there is nothing to measure yet. */
  readonly value: number | null;
  readonly threshold: number;
  readonly isMet: boolean;
  readonly detail: string;
};

/** Every condition as it stands at `at` (epoch ms). Pure: the same for whoever looks. */
export const measureConditions = (state: RunState, deliberation: Deliberation, at: number): readonly Measure[] =>
  conditionTypes.map((condition) => {
    const { value, detail } = figures[condition](state, deliberation, at);
    const threshold = thresholdOf(deliberation, condition);
    return { condition, value, threshold, isMet: value !== null && value >= threshold, detail };
  });

const thresholdOf = ({ setup }: Deliberation, condition: ConditionType): number =>
  ({
    STUCK: setup.thresholds.stuck,
    CONFLICT: setup.thresholds.conflicts,
    COMPLEXITY: setup.thresholds.complexity,
    SUCCESS: setup.thresholds.success,
  })[condition];

type Figure = { readonly value: number | null; readonly detail: string };
type Figuring = (state: RunState, deliberation: Deliberation, at: number) => Figure;

const figures: Readonly<Record<ConditionType, Figuring>> = {
  STUCK: (state, deliberation, at) => {
    // A question under way that brings nothing, or everybody waiting while nothing is asked of anybody.
    const idle = deadlinesOf(state, deliberation).idle.filter((due) => due <= at).length;
    const waiting = nothingMoves(deliberation) ? proposersOf(deliberation).filter(isWaiting) : [];
    const words = waiting.map(({ role, waitingFor }) => `${role} waits for ${waitingFor ?? "another"}`);
    const { idleMs } = deliberation.setup.limits;
    return {
      value: idle + waiting.length,
      detail: waiting.length > 0 ? words.join(", ") : `${idle} of the agents did nothing for ${idleMs / 1_000} s`,
    };
  },
  CONFLICT: (_state, deliberation) => {
    const open = openConflicts(deliberation);
    return { value: open, detail: `${open} major or blocking objections are open` };
  },
  COMPLEXITY: (_state, { agents }) => {
    const known = agents.flatMap(({ complexity }) => (complexity === null ? [] : [complexity]));
    // 0 is a figure like every other.
    const value = known.length === 0 ? null : Math.max(...known);
    return { value, detail: `an analysis says ${value ?? "nothing"}` };
  },
  SUCCESS: (_state, deliberation) => {
    // Whether what was agreed holds is not known before its evidence is.
    if (uncheckedOf(deliberation).length > 0) return { value: null, detail: "evidence is awaited" };
    const proposers = proposersOf(deliberation);
    const done = proposers.filter((agent) => agent.status === "done" && agent.stirred <= agent.told);
    // Nobody at the table is no success.
    const value = proposers.length === 0 ? null : done.length / proposers.length;
    return { value, detail: `${done.length} of ${proposers.length} proposers have nothing more to say` };
  },
};

const isWaiting = ({ status }: Agent): boolean => status === "waiting";
const proposersOf = ({ agents }: Deliberation): readonly Agent[] =>
  agents.filter((agent) => agent.kind === "proposer" && isLiving(agent));
