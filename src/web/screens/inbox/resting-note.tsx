// What an answer comes to while no process conducts the run.

import { CirclePause } from "lucide-react";
import { useRunCards, useRunView } from "../../state/hooks.ts";

export function RestingNote() {
  const { run } = useRunView();
  const card = useRunCards()?.find((each) => each.run === run);
  if (card?.conducted !== "nobody" || card.phase === "ended" || card.isImported) return null;
  return (
    <p className="flex items-center gap-3 border-b border-line bg-s3 px-4 py-2">
      <CirclePause aria-hidden size={16} className="shrink-0 text-paused" />
      No process conducts this run. Your answer is recorded now, and counts once the run is resumed.
    </p>
  );
}
