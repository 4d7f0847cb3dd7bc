// What the world owes a deliberation beside the consults of its agents: a clock that rings, a check of evidence, a handoff.

import type { DeliberationId, Section } from "../../domain/deliberation.ts";

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
