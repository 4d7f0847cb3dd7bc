// The deliberation that the address names, or the one the run is.

import { useParams } from "@tanstack/react-router";
import { createContext, useContext } from "react";
import type { Deliberation } from "../../../core/deliberation/state.ts";
import type { RunState } from "../../../core/state.ts";
import type { DeliberationId } from "../../../domain/deliberation.ts";
import { mainDeliberation } from "../../../views/deliberation-metrics.ts";
import { useRun } from "../../state/hooks.ts";

export const DeliberationContext = createContext<Deliberation | null>(null);

export function useDeliberation(): Deliberation {
  const found = useContext(DeliberationContext);
  if (found === null) throw new Error("no deliberation around this component");
  return found;
}

export function useNamedDeliberation(): Deliberation | null {
  const { deliberation } = useParams({ strict: false });
  const named = useRun((state) =>
    deliberation === undefined ? null : (state.deliberations.get(deliberation as DeliberationId) ?? null),
  );
  const own = useRun(ofRun);
  return deliberation === undefined ? own : named;
}

const ofRun = (state: RunState): Deliberation | null => mainDeliberation(state);
