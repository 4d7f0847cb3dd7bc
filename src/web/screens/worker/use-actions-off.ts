// Whether a person can act here, and why not.

import { useBackend, useRunView } from "../../state/hooks.ts";

/** Null: they can. */
export function useActionsOff(): string | null {
  const { isPast } = useRunView();
  const { isOffline } = useBackend();
  if (isOffline) return "This is an exported page: nothing can be asked of the run";
  return isPast ? "This is a point of the past: go live to act" : null;
}
