// The run that the address names: live, and as it was where the person asked to see it.

import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { RunId } from "../../domain/ids.ts";
import type { Problem } from "./backend.ts";
import { useConnection } from "./hooks.ts";
import { createPast } from "./past.ts";
import { createPastStore, type PastShown } from "./past-store.ts";
import { createPlace, type Place } from "./place.ts";
import type { RunView } from "./run-store.ts";

export type RunInView = {
  readonly live: RunView | null;
  /** What the screens show: now, or one point of the past. */
  readonly view: RunView | null;
  /** The same at every point of the past. */
  readonly steady: RunView | null;
  readonly place: Place;
  readonly problem: Problem | null;
};

export function useRunInView(): RunInView {
  const { run: named } = useParams({ strict: false });
  const run = named as RunId | undefined;
  const connection = useConnection();
  const [live, setLive] = useState<RunView | null>(null);
  useEffect(() => {
    setLive(connection.show(run) ?? null);
  }, [connection, run]);
  const here = live !== null && live.run === run ? live : null;
  const { place, at } = usePlace(run);
  const past = usePast(run, at, here);
  if (at === undefined) return { live: here, view: here, steady: here, place, problem: null };
  // On the way from now to the first point of the past, now stays in sight: nothing flashes.
  const isOnTheWay = past.view === null && past.wasLive && past.problem === null;
  if (isOnTheWay) return { live: here, view: here, steady: here, place, problem: null };
  const { view, problem } = past;
  return { live: here, view, steady: view === null ? null : past.steady, place, problem };
}

/** Where the person asked to be; the address comes after. */
function usePlace(run: RunId | undefined): { readonly place: Place; readonly at: number | undefined } {
  const { at: addressed } = useSearch({ strict: false });
  const navigate = useNavigate();
  const [place] = useState(() =>
    createPlace((at) => void navigate({ to: ".", search: (now) => ({ ...now, at }), replace: true })),
  );
  const address = { run, at: addressed };
  const at = useSyncExternalStore(place.subscribe, () => place.seenFrom(address));
  useLayoutEffect(() => place.follow({ run, at: addressed }), [place, run, addressed]);
  return { place, at: run === undefined ? undefined : at };
}

type InPast = PastShown & { readonly steady: RunView; readonly wasLive: boolean };

function usePast(run: RunId | undefined, at: number | undefined, live: RunView | null): InPast {
  const { backend } = useConnection();
  const head = useRef((): number => 0);
  const store = useMemo(() => {
    const id = (run ?? "") as RunId;
    return createPastStore(id, createPast(backend, id), () => head.current());
  }, [backend, run, head]);
  const wasLive = useRef<RunId | undefined>(undefined);
  useLayoutEffect(() => {
    head.current = () => live?.head() ?? 0;
    if (at === undefined) wasLive.current = live?.run;
  }, [live, at]);
  useLayoutEffect(() => store.seek(at), [store, at]);
  const shown = useSyncExternalStore(store.subscribe, store.shown);
  return { ...shown, steady: store.steady, wasLive: run !== undefined && wasLive.current === run };
}
