// Everything below a run's address: the screen, and the run's timeline at the foot.

import { Outlet } from "@tanstack/react-router";
import { useContext, useEffect, useSyncExternalStore } from "react";
import { LiveContext, RunContext } from "../state/hooks.ts";
import type { RunView } from "../state/run-store.ts";
import { settle, useSettled } from "../state/settled.ts";
import { later, useLater } from "../ui/later.ts";
import { patiently } from "../ui/patiently.ts";
import { Empty } from "../ui/notes.tsx";

/** Comes after the screen, which does not wait for it. */
const timeline = later(() => patiently(() => import("./timeline/timeline.tsx")));

/** As high as the timeline will be. */
const foot = <footer className="min-h-16 border-t border-line bg-s1 max-sm:min-h-11" />;

export function RunLayout() {
  const view = useContext(RunContext);
  const live = useContext(LiveContext);
  const isSettled = useSettled();
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
      {isSettled ? <Foot live={live} /> : foot}
    </div>
  );
}

function Foot({ live }: { readonly live: RunView }) {
  const Timeline = useLater(timeline)?.Timeline;
  return Timeline === undefined ? foot : <Timeline live={live} />;
}

/** Nothing of a run is known before its first record. */
function Screen({ view }: { readonly view: RunView }) {
  const isThere = useSyncExternalStore(
    (listener) => view.subscribe(listener),
    () => view.state().phase !== "empty",
  );
  useEffect(() => {
    if (isThere) settle();
  }, [isThere]);
  return isThere ? <Outlet /> : <Empty title="Reading the run's events" />;
}
