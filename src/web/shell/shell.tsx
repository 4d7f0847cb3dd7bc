// The frame around every screen: the top bar, the rail, the screen, what is announced, and the layers above.

import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { LiveContext, RunContext } from "../state/hooks.ts";
import { useRunInView } from "../state/run-in-view.ts";
import { Announcer } from "../ui/announcer.tsx";
import { ProblemNote } from "../ui/notes.tsx";
import { HeldNote } from "./held-note.tsx";
import { LostNote } from "./lost-note.tsx";
import { NoticeNote } from "./notice-note.tsx";
import { Rail } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";
import { useNews } from "./use-news.ts";
import { usePageKeys } from "./use-page-keys.ts";

const Palette = lazy(async () => ({ default: (await import("./palette.tsx")).Palette }));
const KeySheet = lazy(async () => ({ default: (await import("./key-sheet.tsx")).KeySheet }));

export type Layer = "palette" | "keys" | null;

export function Shell() {
  const { live, view, problem } = useRunInView();
  const [layer, setLayer] = useState<Layer>(null);
  usePageKeys(setLayer);
  useNews(live);
  const close = (): void => setLayer(null);
  return (
    <LiveContext value={live}>
      <RunContext value={view}>
        <div className="grid h-full grid-cols-[64px_minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)] max-sm:grid-cols-1 max-sm:grid-rows-[auto_minmax(0,1fr)_auto]">
          <TopBar openPalette={() => setLayer("palette")} openKeys={() => setLayer("keys")} />
          <Rail openKeys={() => setLayer("keys")} />
          <div className="grid min-h-0 min-w-0 grid-rows-[auto_minmax(0,1fr)]">
            <div>
              <LostNote />
              <NoticeNote />
              {problem !== null && <ProblemNote problem={problem} />}
            </div>
            <Outlet />
          </div>
        </div>
        <HeldNote />
        <Announcer />
        <Suspense>
          {layer === "palette" && <Palette onClose={close} />}
          {layer === "keys" && <KeySheet onClose={close} />}
        </Suspense>
      </RunContext>
    </LiveContext>
  );
}
