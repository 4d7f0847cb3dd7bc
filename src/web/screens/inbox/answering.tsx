// The foot of a request: the answers, the reason that goes with a no, and what became of an answer that was not taken.

import { decisionWords, type Matter } from "../../../views/decision-words.ts";
import type { ApprovalView } from "../../../views/approvals.ts";
import { Button } from "../../ui/button.tsx";
import { AnswerProblem } from "./answer-problem.tsx";
import { DecisionBar } from "./decision-bar.tsx";
import type { Face } from "./payload-pane.tsx";
// Not loaded when it is first asked for: what is typed meanwhile would be lost.
import { ReasonForm } from "./reason-form.tsx";
import type { Decision } from "./use-decision.ts";
import type { Detail } from "./use-detail.ts";
import type { Editing } from "./use-editing.ts";

export type Refusing = "reject" | "abort" | null;

type AnsweringProps = {
  readonly view: ApprovalView;
  readonly matter: Matter;
  readonly detail: Detail;
  readonly editing: Editing;
  readonly decision: Decision;
  readonly face: Face;
  readonly refusing: Refusing;
  readonly words: React.RefObject<string>;
  readonly onWords: (words: string) => void;
  readonly untilThen: string;
  readonly onFace: (face: Face) => void;
  readonly onRefusing: (refusing: Refusing) => void;
  readonly onApprove: () => void;
  readonly onSendEdit: () => void;
  readonly onRefuse: () => void;
};

export function Answering(props: AnsweringProps) {
  const { view, matter, detail, editing, decision, face, refusing } = props;
  const isOff = decision.closed !== null || !decision.isArmed || decision.isStale;
  return (
    <footer className="grid gap-2 border-t border-line bg-s1 px-4 py-3">
      {decision.isStale && (
        <div role="alert" className="flex flex-wrap items-center gap-3 rounded-card bg-paused-fill px-3 py-2">
          <span className="min-w-0 flex-1">
            This is no longer what you looked at. Nothing was sent; look at it again before you answer.
          </span>
          <Button
            onClick={() => {
              decision.forget();
              detail.reload();
            }}
          >
            Show it again
          </Button>
        </div>
      )}
      {decision.problem !== null && !decision.isStale && (
        <AnswerProblem problem={decision.problem} onClose={decision.forget} />
      )}
      {refusing === null ? (
        <DecisionBar
          matter={matter}
          offered={view.choices.map((choice) => choice.decision)}
          untilThen={props.untilThen}
          isEditing={face === "edit"}
          editProblem={editing.problem}
          isSending={decision.isSending}
          isOff={isOff}
          onApprove={props.onApprove}
          onEdit={() => props.onFace("edit")}
          onSendEdit={props.onSendEdit}
          onLook={() => {
            editing.draft.forget();
            props.onFace("look");
          }}
          onReject={() => props.onRefusing("reject")}
          onAbort={() => props.onRefusing("abort")}
        />
      ) : (
        <Refusal {...props} refusing={refusing} />
      )}
    </footer>
  );
}

function Refusal({
  refusing,
  view,
  matter,
  decision,
  words,
  ...acts
}: AnsweringProps & { readonly refusing: NonNullable<Refusing> }) {
  return (
    <ReasonForm
      key={refusing}
      act={decisionWords[matter][refusing]}
      means={view.choices.find((choice) => choice.decision === refusing)?.means ?? ""}
      kind={refusing === "abort" ? "danger" : "plain"}
      isNeeded={refusing === "abort"}
      isSending={decision.isSending}
      words={words.current}
      onWords={acts.onWords}
      onAct={acts.onRefuse}
      onCancel={() => acts.onRefusing(null)}
    />
  );
}
