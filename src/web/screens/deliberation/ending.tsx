// How it ends: the steps in their order, each with its moment; those to come while it goes on.

import { endingRows } from "../../../views/deliberation-face.ts";
import { useCommand } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { StatusIcon } from "../../ui/status-icon.tsx";
import { Moment, Panel } from "./status-words.tsx";
import { useActionsOff } from "../worker/use-actions-off.ts";
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
      <EndNow />
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

/** While its agents have their grace, and the mediator the last word: who does not want to wait need not. */
function EndNow() {
  const { ending, purpose } = useDeliberation();
  const off = useActionsOff();
  const { send, isSending, problem } = useCommand();
  const isWaiting = ending?.stage === "grace" || ending?.stage === "synthesis";
  if (!isWaiting || purpose !== "question") return null;
  const what = ending.stage === "grace" ? "Its agents may still answer." : "The mediator has the last word.";
  return (
    <div className="mt-3 grid gap-2">
      <p className="text-12 text-fg2">{what} Ended now, it hands over what there is.</p>
      <Button
        kind="danger"
        isSending={isSending}
        disabled={off !== null}
        {...(off !== null && { title: off })}
        onClick={() => void send("/commands", { type: "abort", reason: "", now: true })}
      >
        End it now
      </Button>
      {problem !== null && <ProblemNote problem={problem} />}
    </div>
  );
}
