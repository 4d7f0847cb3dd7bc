// Everything below a run's address: the run in view, the screen, and the run's timeline at the foot.

import { Outlet, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { RunId } from "../../domain/ids.ts";
import { RunContext, useConnection } from "../state/hooks.ts";
import type { RunView } from "../state/run-store.ts";
import { usePastView } from "../state/past.ts";
import { ProblemNote } from "../ui/notes.tsx";
import { Timeline } from "./timeline.tsx";

export function RunLayout() {
  const { run } = useParams({ from: "/runs/$run" });
  const { at } = useSearch({ from: "/runs/$run" });
  const connection = useConnection();
  const [live, setLive] = useState<RunView | null>(null);
  useEffect(() => {
    setLive(connection.show(run as RunId) ?? null);
    return () => void connection.show(undefined);
  }, [connection, run]);
  const past = usePastView(run as RunId, at);
  if (live === null || live.run !== run) return null;
  const view = at === undefined ? live : past.view;
  return (
    <RunContext value={view ?? live}>
      <div className="grid min-h-0 grid-rows-[minmax(0,1fr)_auto]">
        <main className="min-h-0 overflow-hidden">
          {past.problem !== null && <ProblemNote problem={past.problem} />}
          <Outlet />
        </main>
        <Timeline live={live} at={at} />
      </div>
    </RunContext>
  );
}
