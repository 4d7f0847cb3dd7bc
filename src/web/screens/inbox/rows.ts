// What stands in the queue: the open requests of the run in view, or of all runs.

import { useMemo, useRef } from "react";
import type { RunState } from "../../../core/state.ts";
import type { ApprovalId, RunId } from "../../../domain/ids.ts";
import { approvalsOf, type ApprovalView } from "../../../views/approvals.ts";
import type { Matter } from "../../../views/decision-words.ts";
import { useRun, useRunView } from "../../state/hooks.ts";

export type QueueRow = {
  readonly key: string;
  readonly run: RunId;
  /** Where requests of several runs stand together. */
  readonly runTitle: string | null;
  /** Where they do: no process conducts its run. */
  readonly isResting: boolean;
  readonly matter: Matter;
  readonly view: ApprovalView;
};

export const rowKey = (run: RunId, id: ApprovalId): string => `${run}/${id}`;

/** Tier 2's patch is asked at the plan's gate, under a name of its own. */
export const matterOf = ({ gate, tool }: Pick<ApprovalView, "gate" | "tool">): Matter =>
  gate === "plan" && tool === "replan" ? "patch" : gate;

const known = new WeakMap<object, { readonly of: RunState["graph"]; readonly views: readonly ApprovalView[] }>();

/** Held workers do not move: what is asked of them changes only with the list of requests or with the plan. */
export function openApprovals(state: RunState): readonly ApprovalView[] {
  const had = known.get(state.approvals);
  if (had !== undefined && had.of === state.graph) return had.views;
  const views = approvalsOf(state);
  known.set(state.approvals, { of: state.graph, views });
  return views;
}

export function useRunRows(): readonly QueueRow[] {
  const { run } = useRunView();
  const views = useRun(openApprovals);
  return useMemo(
    () =>
      views.map((view) => ({
        key: rowKey(run, view.id),
        run,
        runTitle: null,
        isResting: false,
        matter: matterOf(view),
        view,
      })),
    [run, views],
  );
}

export type Asked = {
  /** As it stands, or as it stood when it was last open; undefined: it was never open here. */
  readonly view: ApprovalView | undefined;
  readonly isOpen: boolean;
};

/** What was shown stays in sight when somebody else answers it. */
export function useAsked(id: ApprovalId): Asked {
  const views = useRun(openApprovals);
  const now = views.find((each) => each.id === id);
  const last = useRef(now);
  if (now !== undefined) last.current = now;
  return { view: now ?? last.current, isOpen: now !== undefined };
}
