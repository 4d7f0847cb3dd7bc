// Which ends of a ticket another plan may get around. PATCH rules in docs/SPEC.md.

import type { FailureCause } from "../domain/outcome.ts";
import { configOf, type RunState } from "./state.ts";

/** What a person refused, a budget or a missing program no other plan gets around. */
const causes: ReadonlySet<FailureCause> = new Set(["worker_blocked", "conflict", "verification_failed"]);

/** Whether a ticket that ends like this is one to ask tier 2 about: once for each ticket. */
export const isReplannable = (state: RunState, index: number, cause: FailureCause): boolean =>
  configOf(state).planning?.replan === true && causes.has(cause) && !state.replanned.has(index);
