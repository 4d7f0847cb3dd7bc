// One request: what it is, what an answer would release, and the answers.

import { lazy, Suspense, useCallback, useRef, useState, type ReactNode } from "react";
import { PenLine, Repeat } from "lucide-react";
import type { RunState } from "../../../core/state.ts";
import type { ApprovalId } from "../../../domain/ids.ts";
import type { ApprovalView } from "../../../views/approvals.ts";
import { gateStoryOf, type GateStory } from "../../../views/gate-story.ts";
import { useRun, useRunView } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { useKeys, type KeyBinding } from "../../ui/use-keys.ts";
import { Answering, type Refusing } from "./answering.tsx";
import { Consequences, paceKey } from "./consequences.tsx";
import { GoneNote } from "./gone-note.tsx";
import { PayloadPane, type Face } from "./payload-pane.tsx";
import { HiddenWarning } from "./payload.tsx";
import { RequestHeader } from "./request-header.tsx";
import { RestingNote } from "./resting-note.tsx";
import { reasonFor } from "./reasons.ts";
import { matterOf, rowKey, useAsked } from "./rows.ts";
import { useDecision, type Fate } from "./use-decision.ts";
import { useDetail } from "./use-detail.ts";
import { useEditing } from "./use-editing.ts";

const RuleDialog = lazy(async () => ({ default: (await import("./rule-dialog.tsx")).RuleDialog }));
const MessageEditor = lazy(async () => ({ default: (await import("./message-editor.tsx")).MessageEditor }));

type RequestDetailProps = {
  readonly id: ApprovalId;
  /** False once the person has moved on from it: it takes no answer and no key then. */
  readonly isInView: () => boolean;
  /** What becomes of an answer that is given here. */
  readonly onAnswering: (id: ApprovalId, fate: Fate) => void;
  /** Its message is being rewritten from here: what is asked about anew takes its place. */
  readonly onRewriting: (view: ApprovalView, isTaken: boolean) => void;
  readonly onNext: () => void;
  /** Back to the list, where there is no room for both. */
  readonly back: ReactNode;
};

export function RequestDetail(props: RequestDetailProps) {
  const { id, onNext, back } = props;
  const { view, isOpen } = useAsked(id);
  if (view === undefined)
    return (
      <div className="p-4">
        {back}
        <GoneNote id={id} onNext={onNext} />
      </div>
    );
  return <Request key={id} {...props} view={view} isOpen={isOpen} />;
}

function useStory(id: ApprovalId): GateStory | null {
  const story = useRun(
    useCallback(
      (state: RunState) => {
        const approval = state.approvals.get(id);
        return approval === undefined ? null : gateStoryOf(state, approval);
      },
      [id],
    ),
    "slow",
  );
  const last = useRef(story);
  if (story !== null) last.current = story;
  return story ?? last.current;
}

type RequestProps = Omit<RequestDetailProps, "id"> & { readonly view: ApprovalView; readonly isOpen: boolean };

const keyWords = {
  "Ctrl Enter": "Approve, pass on, or send what was written",
  E: "Edit what would be released, or write the answer",
  "Ctrl Backspace": "Reject, with a reason",
  "Ctrl Shift Backspace": "Abort, with a reason",
  D: "Changes unified or side by side",
  M: "Edit the model's last message",
  R: "Make this a rule",
  Esc: "Back to what is shown",
} as const;

const isLayerOpen = (): boolean => document.querySelector("[role=dialog],[role=menu],[role=alertdialog]") !== null;

/** Nothing is answered behind a layer that is open above the page, and nothing that was moved on from. */
function useRequestKeys(isInView: () => boolean, acts: Readonly<Record<keyof typeof keyWords, () => unknown>>): void {
  useKeys(
    "Inbox",
    Object.entries(acts).map(([keys, act]): KeyBinding => ({
      keys,
      does: keyWords[keys as keyof typeof keyWords],
      run: () => !isLayerOpen() && isInView() && act(),
      everywhere: keys === "Ctrl Enter",
    })),
  );
}

type Acts = ReturnType<typeof useRequest>;

/** What the person is doing with the request in view. */
function useRequest({ view, isOpen, isInView, onAnswering }: RequestProps) {
  const matter = matterOf(view);
  const detail = useDetail(view, isOpen);
  const story = useStory(view.id);
  const editing = useEditing(view, matter, detail);
  const [face, setFace] = useState<Face>("look");
  const [refusing, setRefusing] = useState<Refusing>(null);
  const [isSplit, setSplit] = useState(false);
  const [layer, setLayer] = useState<Layer>(null);
  const { run } = useRunView();
  const words = useRef(reasonFor(rowKey(run, view.id)));
  const setWords = (text: string): void => {
    words.current = text;
  };
  const isWhole = typeof view.shown === "string";
  const decision = useDecision({
    view,
    isOpen,
    isInView,
    isShown: detail.body !== undefined || (detail.problem !== undefined && isWhole),
    shownDigest: detail.body?.digest,
    pace: paceKey(view, matter),
    onAnswering: (id, fate) => {
      if (fate === "held") setRefusing(null);
      onAnswering(id, fate);
    },
  });
  return {
    matter,
    detail,
    story,
    editing,
    decision,
    face,
    setFace,
    refusing,
    setRefusing,
    isSplit,
    setSplit,
    layer,
    setLayer,
    words,
    setWords,
  };
}

/** The answers as acts, each of which its key and its button share. */
function actsOf(view: ApprovalView, request: Acts) {
  const { matter, editing, face, refusing, words, decision } = request;
  const offered = view.choices.map((choice) => choice.decision);
  const isWritten = matter === "question" || matter === "budget";
  const sendEdit = (): void => {
    if (editing.problem === null) decision.decide("edit", { reason: "", edited: editing.draft.text() });
  };
  const refuse = (): void => {
    const isMissing = refusing === "abort" && words.current.trim() === "";
    if (refusing !== null && !isMissing) decision.decide(refusing, { reason: words.current.trim() });
  };
  const approve = (): void => {
    if (refusing !== null) refuse();
    else if (face === "edit" || isWritten) sendEdit();
    else if (offered.includes("approve")) decision.decide("approve", { reason: "" });
  };
  const edit = (): void => {
    if (isWritten) document.querySelector<HTMLElement>("[data-answer]")?.focus();
    else if (offered.includes("edit")) request.setFace("edit");
  };
  return { sendEdit, refuse, approve, edit };
}

function Request(props: RequestProps) {
  const { view, isOpen, onNext, back } = props;
  const request = useRequest(props);
  const { matter, detail, story, editing, face, setFace, refusing, setRefusing, isSplit, words, decision } = request;
  const { sendEdit, refuse, approve, edit } = actsOf(view, request);
  const isOff = decision.closed !== null;
  const canRewrite = view.lastMessage !== null && !isOff;
  const canRule = !isOff && matter !== "plan" && matter !== "patch" && matter !== "budget";
  useRequestKeys(props.isInView, {
    "Ctrl Enter": approve,
    E: edit,
    "Ctrl Backspace": () => !isOff && setRefusing("reject"),
    "Ctrl Shift Backspace": () => !isOff && setRefusing("abort"),
    D: () => request.setSplit(!isSplit),
    M: () => canRewrite && request.setLayer("message"),
    R: () => canRule && request.setLayer("rule"),
    Esc: () => (refusing === null ? setFace("look") : setRefusing(null)),
  });
  return (
    <div className="grid h-full min-h-0 max-xl:overflow-y-auto xl:grid-cols-[minmax(0,1fr)_300px]">
      <section
        aria-label="Request"
        className="grid min-h-0 grid-rows-[auto_auto_auto_minmax(0,1fr)_auto] max-xl:h-full max-xl:min-h-120"
      >
        <RequestHeader view={view} matter={matter} story={story} back={back} />
        <div>
          {isOpen ? <RestingNote /> : <GoneNote id={view.id} onNext={onNext} />}
          <HiddenWarning hidden={view.hidden} />
        </div>
        <PayloadPane {...{ view, matter, detail, editing, face, isSplit }} isLocked={isOff} onFace={setFace} />
        <Answering
          {...{ view, matter, detail, editing, decision, face, refusing, words }}
          untilThen={decision.closed ?? story?.untilThen ?? ""}
          onFace={setFace}
          onRefusing={setRefusing}
          onApprove={approve}
          onSendEdit={sendEdit}
          onRefuse={refuse}
          onWords={request.setWords}
        />
      </section>
      <Consequences view={view} matter={matter} story={story}>
        <div className="flex flex-wrap gap-2 pt-4">
          {canRewrite && (
            <Button icon={<PenLine aria-hidden size={14} />} keys="M" onClick={() => request.setLayer("message")}>
              Edit last message
            </Button>
          )}
          {canRule && (
            <Button icon={<Repeat aria-hidden size={14} />} keys="R" onClick={() => request.setLayer("rule")}>
              Make this a rule
            </Button>
          )}
        </div>
      </Consequences>
      <RequestLayer {...props} layer={request.layer} onClose={() => request.setLayer(null)} />
    </div>
  );
}

type Layer = "message" | "rule" | null;

type RequestLayerProps = RequestProps & { readonly layer: Layer; readonly onClose: () => void };

function RequestLayer({ layer, view, onRewriting, onClose }: RequestLayerProps) {
  return (
    <Suspense>
      {layer === "message" && (
        <MessageEditor approval={view.id} onClose={onClose} onRewriting={(isTaken) => onRewriting(view, isTaken)} />
      )}
      {layer === "rule" && <RuleDialog approval={view.id} onClose={onClose} />}
    </Suspense>
  );
}
