// The board's layout for the run in view: made anew when its plan changes, and never in between.

import { useMemo, useRef } from "react";
import type { RunId } from "../../../domain/ids.ts";
import { layoutBoard, layoutPlanOf, type BoardLayout } from "../../../views/board-layout.ts";
import { useRun, useSteadyView } from "../../state/hooks.ts";

export function useLayout(): BoardLayout {
  const view = useSteadyView();
  const graph = useRun((state) => state.graph);
  const tracks = useRun((state) => state.tracks);
  const last = useRef<{ readonly run: RunId; readonly layout: BoardLayout } | null>(null);
  return useMemo(() => {
    const previous = last.current?.run === view.run ? last.current.layout : undefined;
    const layout = layoutBoard({ ...layoutPlanOf(view.state(), previous), graph, tracks: tracks ?? [] });
    last.current = { run: view.run, layout };
    return layout;
  }, [last, view, graph, tracks]);
}
