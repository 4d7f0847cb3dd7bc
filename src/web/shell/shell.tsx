// The frame around every screen: the top bar, the rail, the screen, what is announced, and the layers above.

import { Outlet, useParams } from "@tanstack/react-router";
import { lazy, memo, Suspense, useEffect, useState } from "react";
import type { Problem } from "../state/backend.ts";
import { loadRules } from "../state/folding.ts";
import { LiveContext, PlaceContext } from "../state/hooks.ts";
import { InRun } from "../state/in-run.tsx";
import { useStore } from "../state/machines.ts";
import { useRunInView } from "../state/run-in-view.ts";
import { settle, settleAnyway, useSettled } from "../state/settled.ts";
import { Announcer } from "../ui/announcer.tsx";
import { ProblemNote } from "../ui/notes.tsx";
import { patiently } from "../ui/patiently.ts";
import { LostNote } from "./lost-note.tsx";
import { Rail } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";
import { useNews } from "./use-news.ts";
import { usePageKeys } from "./use-page-keys.ts";

// What nobody needs before the first screen is drawn.
const HeldNote = lazy(async () => ({ default: (await patiently(() => import("./held-note.tsx"))).HeldNote }));
const NoticeNote = lazy(async () => ({ default: (await patiently(() => import("./notice-note.tsx"))).NoticeNote }));
const Palette = lazy(async () => ({ default: (await import("./palette.tsx")).Palette }));
const KeySheet = lazy(async () => ({ default: (await import("./key-sheet.tsx")).KeySheet }));

export type Layer = "palette" | "keys" | null;

export function Shell() {
  const { live, view, steady, place, problem } = useRunInView();
  const [layer, setLayer] = useState<Layer>(null);
  const isSettled = useSettling(useParams({ strict: false }).run !== undefined);
  const store = useStore(isSettled);
  usePageKeys(setLayer, store);
  useNews(live);
  const close = (): void => setLayer(null);
  return (
    <LiveContext value={live}>
      <PlaceContext value={place}>
        <InRun view={view} steady={steady}>
          <Frame problem={problem} setLayer={setLayer} store={store} />
          <Announcer />
          <Suspense>{isSettled && <HeldNote />}</Suspense>
          <Suspense>
            {layer === "palette" && <Palette onClose={close} />}
            {layer === "keys" && <KeySheet onClose={close} />}
          </Suspense>
        </InRun>
      </PlaceContext>
    </LiveContext>
  );
}

/** A run's screens say themselves when they stand. */
function useSettling(isOfRun: boolean): boolean {
  const isSettled = useSettled();
  useEffect(settleAnyway, []);
  useEffect(() => {
    if (!isOfRun) settle();
  }, [isOfRun]);
  useEffect(() => {
    // Whoever needs them before, or finds that they cannot be had, says so.
    if (isSettled) loadRules().catch(() => {});
  }, [isSettled]);
  return isSettled;
}

type FrameProps = {
  readonly problem: Problem | null;
  readonly setLayer: (layer: Layer) => void;
  readonly store: string | null;
};

/** Stays as it is while a slider is dragged. */
const Frame = memo(({ problem, setLayer, store }: FrameProps) => (
  <div className="grid h-full grid-cols-[64px_minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)] max-sm:grid-cols-1 max-sm:grid-rows-[auto_minmax(0,1fr)_auto]">
    <TopBar openPalette={() => setLayer("palette")} openKeys={() => setLayer("keys")} />
    <Rail openKeys={() => setLayer("keys")} store={store} />
    <div className="grid min-h-0 min-w-0 grid-rows-[auto_minmax(0,1fr)]">
      <div>
        <LostNote />
        <Notices />
        {problem !== null && <ProblemNote problem={problem} />}
      </div>
      <Outlet />
    </div>
  </div>
));
Frame.displayName = "Frame";

function Notices() {
  if (!useSettled()) return null;
  return (
    <Suspense>
      <NoticeNote />
    </Suspense>
  );
}
