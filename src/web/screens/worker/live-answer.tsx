// An answer that is no part of an attempt, while it is being written: the thoughts before it and its running text. It is
// foreign text, whatever stands in it; its JSON is not shown.

import { useMemo } from "react";
import type { ConsultId } from "../../../domain/ids.ts";
import { proseOfAnswer } from "../../../views/partial-answer.ts";
import { useRun } from "../../state/hooks.ts";
import { names } from "../../ui/class-names.ts";
import { Growing } from "./live-turn.tsx";

/** What came before is in the way of what comes. */
const mostBlocks = 12;

type LiveAnswerProps = {
  readonly consult: ConsultId;
  /** Whose words they are. */
  readonly who: string;
  readonly className?: string;
};

/** Nothing where nothing is said, and of the past. Its newest words are in view unless the person scrolls up. */
export function LiveAnswer({ consult, who, className }: LiveAnswerProps) {
  const call = useRun((state) => {
    const open = state.consults.get(consult);
    return open === undefined ? null : { round: open.round, try: open.try };
  });
  const round = call?.round ?? 0;
  const count = call?.try ?? 0;
  const speaker = useMemo(() => ({ consult, round, try: count }), [consult, round, count]);
  if (call === null) return null;
  return (
    <div
      role="region"
      aria-label={`What ${who} is writing`}
      tabIndex={0}
      className={names(
        // Filled from its end: what is added stays in view by itself.
        "hidden flex-col-reverse overflow-auto text-12 has-[>div>div:not([hidden])]:flex",
        className,
      )}
    >
      <div className="grid grid-cols-[minmax(0,1fr)] gap-2">
        <Growing of={speaker} kind="reasoning" blocks={mostBlocks} />
        <Growing of={speaker} kind="text" blocks={mostBlocks} read={proseOfAnswer} />
      </div>
    </div>
  );
}
