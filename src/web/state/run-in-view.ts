// The run that the address names: live, and as it was where the address says `at`.

import { useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { RunId } from "../../domain/ids.ts";
import type { Problem } from "./backend.ts";
import { useConnection } from "./hooks.ts";
import { usePastView } from "./past.ts";
import type { RunView } from "./run-store.ts";

export type RunInView = {
  readonly live: RunView | null;
  /** What the screens show. */
  readonly view: RunView | null;
  /** The point of the past the address asks for. */
  readonly at: number | undefined;
  readonly problem: Problem | null;
};

export function useRunInView(): RunInView {
  const { run } = useParams({ strict: false });
  const { at } = useSearch({ strict: false });
  const connection = useConnection();
  const [live, setLive] = useState<RunView | null>(null);
  useEffect(() => {
    setLive(connection.show(run as RunId | undefined) ?? null);
  }, [connection, run]);
  const past = usePastView((run ?? "") as RunId, run === undefined ? undefined : at, live);
  // Between two points the last one stays in sight: a slider that is dragged must not flash.
  const lastPast = useRef<RunView | null>(null);
  if (past.view !== null || at === undefined) lastPast.current = past.view;
  const here = live !== null && live.run === run ? live : null;
  const shown = at === undefined ? here : lastPast.current?.run === run ? lastPast.current : null;
  return { live: here, view: shown, at, problem: past.problem };
}
