// What an attempt has changed so far, for whoever looks on.

import type { AttemptDiff } from "../domain/check-question.ts";
import type { AttemptRef } from "../domain/ids.ts";
import type { RunState } from "../core/state.ts";
import { Fault, type Ports } from "./ports.ts";

/** Throws Fault `ticket_unknown`, or `attempt_gone` where there is no worktree to look into. */
export async function loadAttemptDiff(
  { workspace }: Pick<Ports, "workspace">,
  state: RunState,
  ref: AttemptRef,
): Promise<AttemptDiff> {
  const index = state.graph.indexOf.get(ref.ticket);
  if (index === undefined)
    throw new Fault("ticket_unknown", `The plan has no ticket ${JSON.stringify(ref.ticket)}.`, {
      remedy: "GET .../plan has all of them.",
    });
  const found = await workspace?.find(ref, index);
  if (workspace === undefined || found === undefined)
    throw new Fault("attempt_gone", `There is no worktree of attempt ${ref.attempt} of ${ref.ticket}.`, {
      remedy:
        "What it changed is in git once it is merged: the commit stands in its record merge.published, or its branch in attempt.disposed.",
    });
  return workspace.diff(ref, index);
}
