// When tier 2 is asked to re-plan: after a block that another plan may get around. PATCH rules in docs/SPEC.md.

import type { FailureCause } from "../domain/outcome.ts";
import { askRunGate } from "./clutch.ts";
import type { Draft } from "./draft.ts";
import { startConsult } from "./start-consult.ts";
import { configOf, ticketAt } from "./state.ts";

/** What a person refused, a budget or a missing program no other plan gets around. */
const causes: ReadonlySet<FailureCause> = new Set(["worker_blocked", "conflict", "verification_failed"]);

const defaultReplans = 8;

/** Once for each ticket, a bounded number of times in a run, and not where the answer could not be taken. */
export function askReplan(draft: Draft, index: number, cause: FailureCause): void {
  const { planning, limits } = configOf(draft.state);
  const { replanned } = draft.state;
  if (planning?.replan !== true || !causes.has(cause)) return;
  if (replanned.has(index) || replanned.size >= (limits.replans ?? defaultReplans)) return;
  if (askRunGate(draft.state, "plan").kind === "refuse") return;
  startConsult(draft, "replan", { ticket: ticketAt(draft.state, index).id });
}
