// The faces of a payload: as a person reads it, as it is written, and in the editor.

import { lazy, Suspense, useCallback, useMemo } from "react";
import { Pencil } from "lucide-react";
import type { RunState } from "../../../core/state.ts";
import { headOf } from "../../../domain/text.ts";
import type { ApprovalView } from "../../../views/approvals.ts";
import { editWords, type Matter } from "../../../views/decision-words.ts";
import { contextCostInWords, contextCostOf } from "../../../views/gate-story.ts";
import { useRun } from "../../state/hooks.ts";
import { LazyPart } from "../../ui/lazy-part.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { BriefPreview, isChange, Preview, RawArguments } from "./payload.tsx";
import type { Detail } from "./use-detail.ts";
import type { Editing } from "./use-editing.ts";

const ChangeCounts = lazy(async () => ({ default: (await import("./change-view.tsx")).ChangeCounts }));
const WrittenAnswer = lazy(async () => ({ default: (await import("./written-answer.tsx")).WrittenAnswer }));
const TextEditing = lazy(async () => ({ default: (await import("./text-editing.tsx")).TextEditing }));
const PlanPreview = lazy(async () => ({ default: (await import("./plan-preview.tsx")).PlanPreview }));

export type Face = "look" | "raw" | "edit";

type PayloadPaneProps = {
  readonly view: ApprovalView;
  readonly matter: Matter;
  readonly detail: Detail;
  readonly editing: Editing;
  readonly face: Face;
  readonly isSplit: boolean;
  readonly isLocked: boolean;
  readonly onFace: (face: Face) => void;
};

export function PayloadPane(props: PayloadPaneProps) {
  const { view, matter, detail, editing, face, isLocked } = props;
  if (matter === "question" || matter === "budget") {
    return (
      <div className="row-span-2 min-h-0">
        <LazyPart what="the form">
          <WrittenAnswer
            isBound={matter === "budget"}
            shown={detail.body?.detail?.preview ?? view.head}
            draft={editing.draft}
            isLocked={isLocked}
          />
        </LazyPart>
      </div>
    );
  }
  return (
    <>
      <FaceBar {...props} />
      <div className="min-h-0 overflow-hidden">
        {face === "edit" && detail.body !== undefined ? (
          <LazyPart what="the editor">
            <TextEditing
              label={editWords[matter] ?? "Edit"}
              language={editing.language}
              draft={editing.draft}
              check={editing.check}
              schema={editing.schema}
              isLocked={isLocked}
            />
          </LazyPart>
        ) : (
          <Shown {...props} />
        )}
      </div>
    </>
  );
}

function lookWord(matter: Matter, tool: string, isDiff: boolean): string {
  if (matter === "spawn") return "Brief";
  if (matter === "result") return "Output";
  if (matter === "plan") return "Plan";
  if (matter === "patch" || isDiff) return matter === "patch" ? "Change" : "File change";
  return tool === "run" ? "Command" : "Preview";
}

function FaceBar({ view, matter, detail, editing, face, isLocked, onFace }: PayloadPaneProps) {
  const preview = detail.body?.detail?.preview ?? "";
  const isDiff = useMemo(() => isChange(preview), [preview]);
  const canEdit = view.choices.some(({ decision }) => decision === "edit") && !isLocked;
  const isCall = matter === "call" || matter === "unknown";
  const faces = [
    { value: "look" as const, label: lookWord(matter, view.tool, isDiff) },
    ...(isCall ? [{ value: "raw" as const, label: "Arguments" }] : []),
    ...(canEdit
      ? [{ value: "edit" as const, label: editWords[matter] ?? "Edit", icon: <Pencil aria-hidden size={12} /> }]
      : []),
  ];
  return (
    <div className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-1.5">
      <Segmented label="Shown as" value={face} options={faces} onChange={onFace} />
      {face === "look" && isDiff && (
        <Suspense>
          <ChangeCounts text={preview} />
        </Suspense>
      )}
      {face === "edit" && <span className="ml-auto text-12 text-fg2">{editing.problem ?? editing.praise}</span>}
      {matter === "result" && face === "edit" && <EditedCost view={view} editing={editing} />}
    </div>
  );
}

/** What the output as it is written now takes of the model's window. */
function EditedCost({ view, editing }: Pick<PayloadPaneProps, "view" | "editing">) {
  const characters = editing.draft.text().length;
  const words = useRun(
    useCallback(
      (state: RunState) => {
        const approval = state.approvals.get(view.id);
        const cost = approval === undefined ? undefined : contextCostOf(state, approval, characters);
        return cost === undefined ? "" : contextCostInWords(cost);
      },
      [view.id, characters],
    ),
    "slow",
  );
  return <span className="text-12 text-fg2">{words}</span>;
}

function Shown({ view, matter, detail, face, isSplit }: PayloadPaneProps) {
  const { body, problem } = detail;
  if (body === undefined && problem === undefined)
    return (
      <p aria-busy className="p-4 text-fg2">
        Loading what would be released
      </p>
    );
  const preview = body?.detail?.preview ?? view.head;
  if (face === "raw") return <RawArguments args={view.args === null ? preview : headOf(view.args)} />;
  return (
    <div className="grid h-full min-h-0 grid-rows-[auto_minmax(0,1fr)]">
      <div>
        {problem !== undefined && (
          <p role="note" className="border-b border-line bg-paused-fill px-4 py-2 text-12">
            There is no preview: {problem}. Shown is what was recorded.
          </p>
        )}
      </div>
      {matter === "spawn" ? (
        <BriefPreview text={preview} worker={view.worker} />
      ) : matter === "plan" ? (
        <LazyPart what="the plan">
          <PlanPreview problems={planProblems(view.head)} />
        </LazyPart>
      ) : (
        <Preview text={preview} label={lookWord(matter, view.tool, isChange(preview))} isSplit={isSplit} />
      )}
    </div>
  );
}

/** The recorded words of a plan's gate are JSON: how many tickets, and what is wrong with them. */
function planProblems(head: string): string | undefined {
  try {
    return (JSON.parse(head) as { problems?: string }).problems;
  } catch {
    return undefined;
  }
}
