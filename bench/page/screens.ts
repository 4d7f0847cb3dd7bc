// The screens that are watched under load.

import type { Served, WatchHow } from "./bench-page.ts";

export type Screen = { readonly name: string; readonly path: (served: Served) => string; readonly how?: WatchHow };

const board = "div:has(> div > [role=listbox]), div:has(> div > div > [role=listbox])";

export const screens: readonly Screen[] = [
  { name: "agents", path: () => "/agents" },
  { name: "cards and a live stream", path: ({ worker }) => `?view=graph&d=3&ticket=${worker}&tab=live` },
  { name: "cards, scrolling", path: () => "?view=graph&d=3", how: { scroll: board } },
  { name: "compact, scrolling", path: () => "?view=graph&d=2", how: { scroll: board } },
  { name: "overview", path: () => "?view=graph&d=1" },
  { name: "list", path: () => "?view=list" },
  { name: "over time", path: () => "?view=timeline" },
  { name: "worker", path: ({ worker }) => `/tickets/${worker}` },
];
