// The page's addresses. Everything that matters is in them, so that a view can be sent to somebody: which run, which
// ticket, which point of the past (`at`).

import {
  createBrowserHistory,
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { RunLayout } from "./shell/run-layout.tsx";
import { Shell } from "./shell/shell.tsx";
import type { RunId } from "../domain/ids.ts";
import { searchText, toSearch } from "./search.ts";

const root = createRootRoute({ component: Shell });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("./screens/home/home-screen.tsx"), "HomeScreen"),
});
const inbox = createRoute({
  getParentRoute: () => root,
  path: "/inbox",
  component: lazyRouteComponent(() => import("./screens/inbox/inbox-screen.tsx"), "AllInboxScreen"),
});

const machines = createRoute({
  getParentRoute: () => root,
  path: "/machines",
  component: lazyRouteComponent(() => import("./screens/machines/machines-screen.tsx"), "MachinesScreen"),
});

/** One run; every screen below it is of that run, now or at a point of its past. */
const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$run",
  component: RunLayout,
  validateSearch: toSearch,
});
const board = createRoute({
  getParentRoute: () => run,
  path: "/",
  component: lazyRouteComponent(() => import("./screens/board/board-screen.tsx"), "BoardScreen"),
});
const agents = createRoute({
  getParentRoute: () => run,
  path: "/agents",
  component: lazyRouteComponent(() => import("./screens/worker/agents-screen.tsx"), "AgentsScreen"),
});
const worker = createRoute({
  getParentRoute: () => run,
  path: "/tickets/$ticket",
  component: lazyRouteComponent(() => import("./screens/worker/worker-screen.tsx"), "WorkerScreen"),
});
const deliberation = createRoute({
  getParentRoute: () => run,
  path: "/deliberations/$deliberation",
  component: lazyRouteComponent(() => import("./screens/deliberation/deliberation-screen.tsx"), "DeliberationScreen"),
});
const runInbox = createRoute({
  getParentRoute: () => run,
  path: "/inbox",
  component: lazyRouteComponent(() => import("./screens/inbox/inbox-screen.tsx"), "RunInboxScreen"),
});
const money = createRoute({
  getParentRoute: () => run,
  path: "/spend",
  component: lazyRouteComponent(() => import("./screens/money/money-screen.tsx"), "MoneyScreen"),
});
const models = createRoute({
  getParentRoute: () => run,
  path: "/models",
  component: lazyRouteComponent(() => import("./screens/models/models-screen.tsx"), "ModelsScreen"),
});
const report = createRoute({
  getParentRoute: () => run,
  path: "/report",
  component: lazyRouteComponent(() => import("./screens/report/report-screen.tsx"), "ReportScreen"),
});

/** `isOffline`: a file has no addresses below it, so that the way stands behind the hash. */
export const createPageRouter = (isOffline: boolean) =>
  createRouter({
    history: isOffline ? createHashHistory() : createBrowserHistory(),
    routeTree: root.addChildren([
      home,
      inbox,
      machines,
      run.addChildren([board, agents, worker, deliberation, runInbox, money, models, report]),
    ]),
    parseSearch: searchText.parse,
    stringifySearch: searchText.stringify,
    defaultPreload: "intent",
  });

export type PageRouter = ReturnType<typeof createPageRouter>;

/** The run that the address names as the page begins: its stream is opened first, and the only one. */
export function runInAddress(router: PageRouter): RunId | undefined {
  const { run: named } = router.matchRoutes(router.latestLocation).at(-1)?.params ?? {};
  return named as RunId | undefined;
}

/** Has the address's screen fetched before the page is drawn around it. */
export function loadScreen(router: PageRouter): void {
  for (const { routeId } of router.matchRoutes(router.latestLocation)) {
    const { component } = router.routesById[routeId as keyof PageRouter["routesById"]].options;
    // A screen that cannot be had is told of where it is to be drawn.
    if (component !== undefined && "preload" in component) void component.preload?.()?.catch(() => {});
  }
}

declare module "@tanstack/react-router" {
  interface Register {
    router: PageRouter;
  }
}
