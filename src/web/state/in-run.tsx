// Puts a run around what is shown of it.

import type { ReactNode } from "react";
import { RunContext, SteadyContext } from "./hooks.ts";
import type { RunView } from "./run-store.ts";

type InRunProps = {
  readonly view: RunView | null;
  /** The same at every point of the run's past; absent: `view`. */
  readonly steady?: RunView | null;
  readonly children: ReactNode;
};

export function InRun({ view, steady = view, children }: InRunProps) {
  return (
    <RunContext value={view}>
      <SteadyContext value={steady}>{children}</SteadyContext>
    </RunContext>
  );
}
