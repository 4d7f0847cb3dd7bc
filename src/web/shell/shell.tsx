// The frame around every screen: the top bar, the rail, the screen, and the page's one live region.

import { Outlet } from "@tanstack/react-router";
import { Announcer } from "../ui/announcer.tsx";
import { Rail } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";

export function Shell() {
  return (
    <div className="grid h-full grid-cols-[64px_minmax(0,1fr)] grid-rows-[52px_minmax(0,1fr)] max-sm:grid-cols-1 max-sm:grid-rows-[52px_minmax(0,1fr)_52px]">
      <TopBar />
      <Rail />
      <Outlet />
      <Announcer />
    </div>
  );
}
