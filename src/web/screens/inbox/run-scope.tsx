// Puts a run around what is shown of it where the address names none.

import { useEffect, useState, type ReactNode } from "react";
import type { RunId } from "../../../domain/ids.ts";
import { useConnection, useRun } from "../../state/hooks.ts";
import { InRun } from "../../state/in-run.tsx";
import type { RunView } from "../../state/run-store.ts";

/** The tab's stream is about the run whose request is in view. */
export function RunScope({ run, children }: { readonly run: RunId; readonly children: ReactNode }) {
  const connection = useConnection();
  const [view, setView] = useState<RunView | null>(null);
  useEffect(() => {
    setView(connection.show(run) ?? null);
    return () => void connection.show(undefined);
  }, [connection, run]);
  if (view === null || view.run !== run) return null;
  return (
    <InRun view={view}>
      <Loaded>{children}</Loaded>
    </InRun>
  );
}

function Loaded({ children }: { readonly children: ReactNode }) {
  const isLoaded = useRun((state) => state.seq > 0);
  return isLoaded ? (
    children
  ) : (
    <p aria-busy className="p-4 text-fg2">
      Loading the run
    </p>
  );
}
