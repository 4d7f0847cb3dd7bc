// Everything below a run's address: the screen, and the run's timeline at the foot.

import { Outlet } from "@tanstack/react-router";
import { useContext, useSyncExternalStore } from "react";
import { LiveContext, RunContext } from "../state/hooks.ts";
import type { RunView } from "../state/run-store.ts";
import { later, useLater } from "../ui/later.ts";
import { Empty } from "../ui/notes.tsx";

/** Comes beside the screen: neither waits for the other. */
const timeline = later(() => import("./timeline/timeline.tsx"));

export function RunLayout() {
  const view = useContext(RunContext);
  const live = useContext(LiveContext);
  const Timeline = useLater(timeline)?.Timeline;
  if (live === null) return <main aria-busy className="min-h-0" />;
  return (
    <div className="grid min-h-0 grid-cols-[minmax(0,1fr)] grid-rows-[minmax(0,1fr)_auto]">
      <main
        className="relative min-h-0 overflow-hidden"
        aria-busy={view === null}
        data-seq={view?.isPast === true ? view.state().seq : undefined}
      >
        {view !== null && <Screen view={view} />}
      </main>
      {Timeline === undefined ? (
        <footer className="min-h-16 border-t border-line bg-s1 max-sm:min-h-11" />
      ) : (
        <Timeline live={live} />
      )}
    </div>
  );
}

/** Nothing of a run is known before its first record. */
function Screen({ view }: { readonly view: RunView }) {
  const isThere = useSyncExternalStore(
    (listener) => view.subscribe(listener),
    () => view.state().phase !== "empty",
  );
  return isThere ? <Outlet /> : <Empty title="Reading the run's events" />;
}
