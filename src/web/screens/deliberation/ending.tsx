// How it ends: the steps in their order, each with its moment; those to come while it goes on.

import { endingRows } from "../../../views/deliberation-face.ts";
import { StatusIcon } from "../../ui/status-icon.tsx";
import { Moment, Panel } from "./status-words.tsx";
import { useDeliberation } from "./use-deliberation.ts";

export function EndingSteps() {
  const deliberation = useDeliberation();
  const { ending, handoff, incidents } = deliberation;
  if (ending === null) return null;
  return (
    <Panel id="ending" title="How it ends">
      <p className="mb-2 text-12 wrap-anywhere text-fg2">{ending.detail}</p>
      <ol className="grid gap-1.5">
        {endingRows(deliberation).map(({ step, words, at }) => (
          <li key={step} className="flex items-start gap-2 text-12">
            <span className="mt-0.5">
              <StatusIcon
                size={14}
                status={
                  at === null ? "pending" : step === "handoff" && handoff?.stored === false ? "failed" : "completed"
                }
              />
            </span>
            <span className="min-w-0 flex-1 wrap-anywhere first-letter:uppercase">{words}</span>
            {at === null ? <span className="text-fg2">to come</span> : <Moment at={at} />}
          </li>
        ))}
      </ol>
      {incidents.length > 0 && (
        <details className="mt-3">
          <summary className="min-h-6 cursor-pointer text-12 text-fg2">Incidents: {incidents.length}</summary>
          <ul className="grid gap-1 pt-1 text-12">
            {incidents.map(({ kind, severity, detail, at }) => (
              <li key={`${kind} ${detail}`} className="wrap-anywhere">
                <Moment at={at} /> {severity} {kind.replaceAll("_", " ")}: {detail}
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}
