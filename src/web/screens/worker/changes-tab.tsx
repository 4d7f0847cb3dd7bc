// What an attempt has changed, as its diff against the commit it began at.

import { useState } from "react";
import type { TicketId } from "../../../domain/ids.ts";
import { diffRowsOf } from "../../../views/diff-rows.ts";
import { firstLine } from "../../../views/words.ts";
import type { WorkerStory } from "../../../views/worker-entries.ts";
import type { AttemptDiff } from "../../../domain/check-question.ts";
import { useAnswer, useRunView } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Diff, DiffCounts } from "../../ui/diff.tsx";
import { Empty, ProblemNote } from "../../ui/notes.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { useKeys } from "../../ui/use-keys.ts";

type ChangesProps = { readonly ticket: TicketId; readonly story: WorkerStory; readonly attempt: number | undefined };

const layouts = [
  { value: "unified", label: "Unified" },
  { value: "split", label: "Side by side" },
] as const;

export function ChangesTab({ ticket, story, attempt }: ChangesProps) {
  const { run } = useRunView();
  const [version, setVersion] = useState(0);
  const [layout, setLayout] = useState<"unified" | "split">("unified");
  useKeys("Changes", [
    {
      keys: "D",
      does: "Unified or side by side",
      run: () => setLayout((now) => (now === "split" ? "unified" : "split")),
    },
  ]);
  const own = story.attempts.find((each) => each.attempt === attempt);
  const path =
    attempt === undefined ? null : `/api/runs/${run}/tickets/${encodeURIComponent(ticket)}/attempts/${attempt}/diff`;
  // What a worker has changed changes with its turns.
  const answer = useAnswer<AttemptDiff>(path, `${version} ${own?.turns ?? 0} ${own?.end ?? ""}`);
  if (attempt === undefined) return <Empty title="No worker has been on it yet" />;
  if (answer === undefined) return <p className="p-4 text-12 text-fg3">Reading what attempt {attempt} has changed</p>;
  if (!answer.ok)
    return (
      <div className="grid gap-2 p-4">
        <ProblemNote problem={answer.problem} />
        <Button className="justify-self-start" onClick={() => setVersion(version + 1)}>
          Try again
        </Button>
      </div>
    );
  const { patch, isCut, unread } = answer.value;
  if (patch === "" && unread.length === 0) return <Empty title={`Attempt ${attempt} has changed no file`} />;
  const rows = diffRowsOf(patch);
  return (
    <div className="grid h-full grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)]">
      <div className="flex flex-wrap items-center gap-3 px-4 py-2">
        <Segmented label="Layout" value={layout} options={layouts} onChange={setLayout} />
        <DiffCounts rows={rows} />
        {isCut && <span className="text-paused">Only the beginning is shown: the change is very long</span>}
        {unread.length > 0 && (
          <span className="text-fg2">Not shown: {unread.map((each) => firstLine(each)).join(", ")}</span>
        )}
      </div>
      <Diff diff={rows} split={layout === "split"} label={`Changes of attempt ${attempt}`} className="h-full" />
    </div>
  );
}
