// A run in a list: enough to find it, to see how it stands and whether it waits for somebody.

import type { RunId } from "../domain/ids.ts";
import type { Mode } from "../domain/config.ts";
import type { RunOutcome } from "../domain/outcome.ts";
import type { TicketStatus } from "../domain/ticket.ts";
import { headOf } from "../domain/text.ts";
import type { Usage } from "../domain/usage.ts";
import { boardOf } from "../views/board.ts";
import type { Lineage } from "../views/lineage.ts";
import { pipelineOf, type Pipeline } from "../views/pipeline.ts";

export type RunCard = {
  readonly run: RunId;
  /** `key` is the project's in addresses; `root` its top folder. */
  readonly project: { readonly key: string; readonly root: string; readonly name: string };
  readonly title: string;
  /** The beginning of the person's own words; null where the run began with tickets. */
  readonly goal: string | null;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly lastAt: number;
  /** Working time so far in ms. */
  readonly ms: number;
  readonly phase: "empty" | "planning" | "running" | "ended";
  readonly outcome: RunOutcome | null;
  readonly reason: string | null;
  /** Who conducts it: this process, another one, or nobody. */
  readonly conducted: "here" | "elsewhere" | "nobody";
  readonly mode: Mode;
  readonly isPaused: boolean;
  readonly counts: Readonly<Record<TicketStatus, number>>;
  readonly total: number;
  /** Open approvals. */
  readonly needsYou: number;
  readonly spend: Usage;
  readonly attempts: number;
  readonly lineage: Lineage | null;
  /** Of a run that is one deliberation. */
  readonly pipeline: Pipeline | null;
  /** Brought in from a file: it can be looked at and forked, not conducted, answered or landed. */
  readonly isImported: boolean;
  /** Why its log cannot be read, in words; null where it can. */
  readonly problem: string | null;
};

/** A run's folded state. Opaque here: a view turns it into a board. */
type Folded = Parameters<typeof boardOf>[0];

/** What a state does not tell of its run. */
export type BesideState = Pick<RunCard, "run" | "conducted" | "createdAt" | "ms" | "isImported"> & {
  readonly projectKey: string;
};

/** Characters of a goal: enough to know it again. */
const goalLength = 300;

export function cardOf(state: Folded, { projectKey, ...beside }: BesideState): RunCard {
  const board = boardOf(state, { limit: 0 });
  const epic = state.config?.goal?.epic;
  return {
    ...beside,
    project: { key: projectKey, root: board.root, name: nameOf(board.root) || projectKey },
    title: board.title,
    goal: epic === undefined ? null : headOf(epic).slice(0, goalLength),
    lastAt: Math.max(board.lastAt, beside.createdAt),
    phase: board.phase,
    outcome: board.outcome,
    reason: board.reason,
    mode: board.mode,
    isPaused: board.pause !== null,
    counts: board.counts,
    total: board.total,
    needsYou: board.approvals,
    spend: board.spend,
    attempts: board.attempts,
    lineage: board.lineage,
    pipeline: pipelineOf(state),
    problem: null,
  };
}

/** The last part of a path, of either kind of system. */
const nameOf = (root: string): string => root.split(/[\\/]/).findLast((part) => part !== "") ?? "";
