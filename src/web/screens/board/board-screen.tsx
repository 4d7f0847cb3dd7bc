// The run's board: while there is no plan, how its planning goes; then its tickets as a graph, a list or a timeline, and
// the inspector of one of them. A run that is one deliberation has no tickets, and is shown at its table.

import { lazy } from "react";
import type { RunState } from "../../../core/state.ts";
import { useRun } from "../../state/hooks.ts";
import { LazyPart } from "../../ui/lazy-part.tsx";
import { Board } from "./board.tsx";
import { CatchingUp } from "./catching-up.tsx";

const PlanningBoard = lazy(async () => ({ default: (await import("./planning.tsx")).PlanningBoard }));
const DeliberationScreen = lazy(async () => ({
  default: (await import("../deliberation/deliberation-screen.tsx")).DeliberationScreen,
}));

const isDeliberation = ({ config }: RunState): boolean => config?.deliberation !== undefined;

export function BoardScreen() {
  if (!useRun(isDeliberation)) return <TicketsScreen />;
  return (
    <LazyPart what="the deliberation">
      <DeliberationScreen />
    </LazyPart>
  );
}

function TicketsScreen() {
  const phase = useRun((state) => state.phase);
  const tickets = useRun((state) => state.graph.tickets.length);
  const title = useRun((state) => state.config?.title ?? "");
  return (
    <>
      <h1 className="sr-only">Board{title === "" ? "" : `: ${title}`}</h1>
      {phase === "empty" ? <CatchingUp /> : tickets === 0 ? <Planning /> : <Board />}
    </>
  );
}

const Planning = () => (
  <LazyPart what="the plan">
    <PlanningBoard />
  </LazyPart>
);
