// What a person can do where the agents did not agree: four acts, each said in full before it is done, and what there is
// to read about the failure.

import { lazy, Suspense, useState, type ReactNode } from "react";
import { outcomeStandings } from "../../../views/deliberation-standing.ts";
import { pipelineOf } from "../../../views/pipeline.ts";
import { useNow, useRun, useRunView } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { StatusIcon } from "../../ui/status-icon.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { useActionsOff } from "../worker/use-actions-off.ts";
import { ChainNote } from "./chain-note.tsx";
import { useDeliberation } from "./use-deliberation.ts";
import type { FailureAct } from "./failure-acts.tsx";

const ActDialog = lazy(async () => ({ default: (await import("./failure-acts.tsx")).ActDialog }));
const FailureDetail = lazy(async () => ({ default: (await import("./failure-detail.tsx")).FailureDetail }));
const HandoffView = lazy(async () => ({ default: (await import("./handoff-view.tsx")).HandoffView }));

type Layer = FailureAct | "detail" | "handoff" | null;

const acts = [
  { act: "rerun", label: "Run it again", keys: "C R" },
  { act: "rerun_mediated", label: "Run it again with the mediator", keys: "C M" },
  { act: "escalate", label: "Run it on a higher tier", keys: "C E" },
  { act: "accept", label: "Accept what there is", keys: "C P" },
] as const satisfies readonly { readonly act: FailureAct; readonly label: string; readonly keys: string }[];

export function FailureAlert() {
  const { result, ending, recovery, accepted, purpose } = useDeliberation();
  const [layer, setLayer] = useState<Layer>(null);
  const off = useActionsOff();
  const isOpen = recovery === null && accepted === null && purpose === "question";
  const canChoose = result !== null && result.outcome !== "consensus" && isOpen && off === null;
  useKeys(
    "Deliberation",
    canChoose ? acts.map(({ act, label, keys }) => ({ keys, does: label, run: () => setLayer(act) })) : [],
  );
  useKeys(
    "Deliberation",
    result === null
      ? []
      : [
          { keys: "C D", does: "Details of the failure", run: () => setLayer("detail") },
          { keys: "C H", does: "What was handed over", run: () => setLayer("handoff") },
        ],
  );
  if (result === null || result.outcome === "consensus") return null;
  const { status, word } = outcomeStandings[result.outcome];
  const close = (): void => setLayer(null);
  return (
    <section
      aria-labelledby="no-consensus"
      className="grid gap-3 rounded-panel border border-failed/60 bg-del p-4 text-fg"
    >
      <div className="flex items-start gap-3">
        <StatusIcon status={status} size={18} />
        <div className="min-w-0 flex-1">
          <h2 id="no-consensus" className="text-14 font-semibold first-letter:uppercase">
            No consensus: {word}
          </h2>
          <p className="wrap-anywhere first-letter:uppercase">{result.detail}</p>
          {ending?.failure !== null && ending?.failure !== undefined && <p>{ending.failure.hint}</p>}
          <After />
        </div>
      </div>
      <div className="flex flex-wrap gap-2">
        {isOpen && <ActButtons off={off} onChoose={setLayer} />}
        <Button onClick={() => setLayer("detail")}>Details</Button>
        <Button onClick={() => setLayer("handoff")}>Handoff</Button>
        <Reports />
      </div>
      <Suspense>
        {layer === "detail" && <FailureDetail onClose={close} />}
        {layer === "handoff" && <HandoffView onClose={close} />}
        {layer !== null && layer !== "detail" && layer !== "handoff" && <ActDialog act={layer} onClose={close} />}
      </Suspense>
    </section>
  );
}

type ButtonsProps = { readonly off: string | null; readonly onChoose: (act: FailureAct) => void };

/** `off`: why they cannot be taken now. */
function ActButtons({ off, onChoose }: ButtonsProps) {
  return acts.map(({ act, label, keys }) => (
    <Button
      key={act}
      kind={act === "rerun_mediated" ? "primary" : "plain"}
      keys={keys}
      disabled={off !== null}
      {...(off !== null && { title: off })}
      onClick={() => onChoose(act)}
    >
      {label}
    </Button>
  ));
}

/** What came of it: another run, or a person's choice. */
function After() {
  const { recovery, accepted, handoff, setup } = useDeliberation();
  const attempt = useRun((state) => pipelineOf(state)?.attempt ?? 1);
  const lines: ReactNode[] = [];
  if (recovery !== null)
    lines.push(
      <span key="recovery" className="flex flex-wrap items-center gap-2">
        <ChainNote attempt={attempt} prior={null} next={recovery.run} /> {recovery.changes.join("; ")}
      </span>,
    );
  if (accepted !== null)
    lines.push(
      <span key="accepted">
        {accepted.by.replace(/^person:/, "")} took {accepted.section}/{accepted.key} v{accepted.version}
        {accepted.reason === "" ? "" : `: ${accepted.reason}`}
      </span>,
    );
  if (handoff?.stored === false)
    lines.push(<span key="handoff">Its handoff could not be stored: {handoff.problem}</span>);
  if (recovery === null && accepted === null && setup.recovery === "ask")
    lines.push(<span key="ask">Whether it is tried again is yours to say.</span>);
  return lines.length === 0 ? null : <div className="mt-1 grid gap-1 wrap-anywhere">{lines}</div>;
}

export function Reports() {
  const view = useRunView();
  const { purpose } = useDeliberation();
  const now = useNow(60_000);
  if (purpose !== "question") return null;
  const take = (kind: "json" | "md"): void =>
    void import("./take-home.ts").then(({ downloadReport }) => downloadReport(view.state(), kind, now));
  return (
    <>
      <Button onClick={() => take("md")}>Report</Button>
      <Button onClick={() => take("json")}>Report as JSON</Button>
    </>
  );
}
