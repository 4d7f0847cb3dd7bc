// What the person is told wherever they are: in the live region, in the tab's title and, if they want it, by the system.
// Nothing here takes the focus.

import { useEffect, useRef } from "react";
import type { Recorded } from "../../domain/event.ts";
import { useRunCards } from "../state/hooks.ts";
import type { RunView } from "../state/run-store.ts";
import { announce } from "../ui/announcer.tsx";
import { notify } from "./notify.ts";

export function useNews(live: RunView | null): void {
  useWaiting();
  useEffect(() => {
    if (live === null) return undefined;
    return live.subscribeRecords((records) => tell(live, records));
  }, [live]);
}

/** What the page catches up with is no news. */
function tell(live: RunView, records: readonly Recorded[]): void {
  if (live.state().seq < live.head()) return;
  const state = live.state();
  void import("./tell-news.ts").then(({ newsOf }) => {
    for (const words of newsOf(records, state)) announce(words);
  });
}

/** All runs together: the title counts what waits, and a new question may be told by the system. */
function useWaiting(): void {
  const cards = useRunCards();
  const waiting = (cards ?? []).reduce((sum, { needsYou }) => sum + needsYou, 0);
  const before = useRef<number | null>(null);
  useEffect(() => {
    if (cards === null) return;
    document.title = waiting === 0 ? "Tutti" : `(${waiting}) Tutti`;
    if (before.current !== null && waiting > before.current) {
      const [first] = cards.filter(({ needsYou }) => needsYou > 0);
      announce(`${waiting} waiting for you.`);
      notify(`${waiting} waiting for you`, first?.title ?? "");
    }
    before.current = waiting;
  }, [cards, waiting]);
}
