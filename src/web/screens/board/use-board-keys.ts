// The board's single keys. None of them does anything that cannot be taken back.

import { ticketsThatNeedYou } from "../../../views/needs-you.ts";
import { statusWords } from "../../../views/words.ts";
import { useSteadyView } from "../../state/hooks.ts";
import { announce } from "../../ui/announcer.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import type { BoardKind } from "./toolbar.tsx";
import type { ChangeSearch } from "./use-board-search.ts";

export type BoardKeys = {
  readonly change: ChangeSearch;
  readonly kind: BoardKind;
  readonly isTraced: boolean;
  readonly isOpen: boolean;
  readonly current: number;
  readonly go: (index: number, isCalled: boolean) => void;
  readonly onSearch: () => void;
};

export function useBoardKeys({ change, kind, isTraced, isOpen, current, go, onSearch }: BoardKeys): {
  readonly jump: (by: 1 | -1) => void;
} {
  const view = useSteadyView();
  const idOf = (index: number): string | undefined => view.state().graph.tickets[index]?.id;

  /** On from the current ticket, round and round. */
  const jump = (by: 1 | -1): void => {
    const waiting = ticketsThatNeedYou(view.state());
    const place = waiting.indexOf(current);
    const next = waiting[place < 0 ? 0 : (place + by + waiting.length) % waiting.length];
    if (next === undefined) {
      announce(`No ticket ${statusWords.step_paused}.`);
      return;
    }
    go(next, true);
    if (isOpen) change({ ticket: idOf(next) });
  };

  useKeys("Board", [
    { keys: "1", does: "Overview", run: () => change({ d: 1, view: "graph" }) },
    { keys: "2", does: "Compact", run: () => change({ d: 2, view: "graph" }) },
    { keys: "3", does: "Cards", run: () => change({ d: 3, view: "graph" }) },
    { keys: "V", does: "Graph or list", run: () => change({ view: kind === "list" ? "graph" : "list" }) },
    { keys: "T", does: "Trace the ticket's lineage", run: () => change({ trace: isTraced ? undefined : true }) },
    { keys: "N", does: "Next ticket that needs you", run: () => jump(1) },
    { keys: "Shift N", does: "Ticket before that needs you", run: () => jump(-1) },
    { keys: "/", does: "Find a ticket", run: onSearch },
    {
      keys: "Esc",
      does: "Close the inspector, end the trace",
      run: () => change(isOpen ? { ticket: undefined, tab: undefined } : { trace: undefined }),
    },
  ]);
  return { jump };
}
