// How far a run is that has no tickets to count: one that is a deliberation, and one that is still planned.

import type { RunState } from "../../core/state.ts";
import { tableFiguresOf } from "../../views/table-figures.ts";
import { counted } from "../../views/words.ts";
import { useRun } from "../state/hooks.ts";

function progressOf(state: RunState): readonly [name: string, words: string] {
  const table = tableFiguresOf(state);
  if (table === null) return ["Being planned", `${counted(state.consults.size, "question")} asked`];
  const { round, rounds, atWork, hasEnded, standing } = table;
  return [`Round ${round} of ${rounds}`, hasEnded ? standing : `${standing}, ${atWork} at work`];
}

export function OtherProgress() {
  const [name, words] = useRun(progressOf, "slow");
  return (
    <div>
      <dt className="text-fg2">{name}</dt>
      <dd className="max-w-44 truncate font-semibold text-fg">{words}</dd>
    </div>
  );
}
