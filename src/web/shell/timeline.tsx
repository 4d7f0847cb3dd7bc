// The run's timeline: where the view stands in its events, and the way back to now.

import { Link, useSearch } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import type { RunView } from "../state/run-store.ts";

export function Timeline({ live }: { readonly live: RunView }) {
  const { at } = useSearch({ from: "/runs/$run" });
  const head = useSyncExternalStore(
    (listener) => live.subscribe(listener, "slow"),
    () => live.head(),
  );
  return (
    <footer
      aria-label="Run timeline"
      className="flex h-12 items-center gap-3 border-t border-line px-4 text-fg2 tabular"
    >
      <span className="flex-1">
        Event <strong className="font-semibold text-fg">{(at ?? head).toLocaleString("en")}</strong> of{" "}
        {head.toLocaleString("en")}
      </span>
      {at === undefined ? (
        <span className="text-completed">Live</span>
      ) : (
        <Link from="/runs/$run" to="." search={(now) => ({ ...now, at: undefined })} className="text-accent">
          Go live
        </Link>
      )}
    </footer>
  );
}
