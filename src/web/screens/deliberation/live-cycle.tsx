// The cycle under way: for how long it has been asked, what stands in its way, and its words as they come.

import { durationInWords } from "../../../views/words.ts";
import type { Agent } from "../../../core/deliberation/state.ts";
import { useNow, useRun } from "../../state/hooks.ts";
import { LiveAnswer } from "../worker/live-answer.tsx";

export function LiveCycle({ agent }: { readonly agent: Agent }) {
  const { consult: id, role } = agent;
  const consult = useRun((state) => (id === null ? null : (state.consults.get(id) ?? null)));
  const now = useNow();
  if (consult === null) return null;
  const parts = [`asked ${durationInWords(now - consult.startedAt)} ago`];
  if (consult.round > 1) parts.push(`answer ${consult.round}`);
  if (consult.try > 1) parts.push(`try ${consult.try}`);
  return (
    <div className="rounded-card border border-dashed border-line2 px-2.5 py-1.5 text-12">
      <p className="text-fg2 tabular">Answers: {parts.join(", ")}</p>
      {consult.isParked && <p className="text-paused">Waits until you resume the run</p>}
      {consult.problems.length > 0 && (
        <ul aria-label={`What was wrong with the last answer of ${role}`} className="list-disc pl-4 text-fg2">
          {consult.problems.slice(0, 3).map((problem) => (
            <li key={problem} className="wrap-anywhere">
              {problem}
            </li>
          ))}
        </ul>
      )}
      <LiveAnswer consult={consult.id} who={role} className="mt-1.5 max-h-56 border-t border-line2 pt-1.5" />
    </div>
  );
}
