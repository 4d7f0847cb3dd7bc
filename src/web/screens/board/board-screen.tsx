// The run's board: while there is no plan, how its planning goes; then its tickets as a graph, a list or a timeline, and
// the inspector of one of them.

import { useRun } from "../../state/hooks.ts";
import { Board } from "./board.tsx";
import { CatchingUp } from "./catching-up.tsx";
import { PlanningBoard } from "./planning.tsx";

export function BoardScreen() {
  const phase = useRun((state) => state.phase);
  const tickets = useRun((state) => state.graph.tickets.length);
  const title = useRun((state) => state.config?.title ?? "");
  return (
    <>
      <h1 className="sr-only">Board{title === "" ? "" : `: ${title}`}</h1>
      {phase === "empty" ? <CatchingUp /> : tickets === 0 ? <PlanningBoard /> : <Board />}
    </>
  );
}
