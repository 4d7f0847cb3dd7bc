// The answers on offer, each with its key. Whatever cannot be taken back needs Ctrl.

import { Ban, Check, Pencil, X } from "lucide-react";
import type { GateDecision } from "../../../domain/event.ts";
import { decisionWords, editWords, type Matter } from "../../../views/decision-words.ts";
import { Button } from "../../ui/button.tsx";

type DecisionBarProps = {
  readonly matter: Matter;
  readonly offered: readonly GateDecision[];
  /** Said while nothing is decided. */
  readonly untilThen: string;
  readonly isEditing: boolean;
  /** Why what was written cannot be sent; null: it can. */
  readonly editProblem: string | null;
  readonly isSending: boolean;
  readonly isOff: boolean;
  readonly onApprove: () => void;
  readonly onEdit: () => void;
  readonly onSendEdit: () => void;
  readonly onLook: () => void;
  readonly onReject: () => void;
  readonly onAbort: () => void;
};

export function DecisionBar(props: DecisionBarProps) {
  const { matter, offered, untilThen, isEditing, editProblem, isSending, isOff } = props;
  const words = decisionWords[matter];
  const editWord = editWords[matter];
  const isEmpty = isEditing && editProblem !== null;
  return (
    <div className="flex flex-wrap items-center justify-end gap-2">
      <p className="min-w-40 flex-1 text-fg2">{isEmpty ? editProblem : untilThen}</p>
      {offered.includes("abort") && (
        <Button
          kind="danger"
          icon={<Ban aria-hidden size={14} />}
          disabled={isOff || isSending}
          title="Ctrl Shift Backspace"
          onClick={props.onAbort}
        >
          {words.abort}
        </Button>
      )}
      {offered.includes("reject") && (
        <Button
          icon={<X aria-hidden size={14} />}
          disabled={isOff || isSending}
          title="Ctrl Backspace"
          onClick={props.onReject}
        >
          {words.reject}
        </Button>
      )}
      {editWord !== null && offered.includes("edit") && !isEditing && (
        <Button icon={<Pencil aria-hidden size={14} />} keys="E" disabled={isOff || isSending} onClick={props.onEdit}>
          {editWord}
        </Button>
      )}
      {isEditing && editWord !== null && (
        <Button disabled={isSending} onClick={props.onLook}>
          Back to the original
        </Button>
      )}
      <MainAnswer {...props} />
    </div>
  );
}

/** The one that `Ctrl Enter` gives: what was written where somebody writes, else a yes. */
function MainAnswer({ matter, offered, isEditing, editProblem, isSending, isOff, ...acts }: DecisionBarProps) {
  const isWritten = isEditing || editWords[matter] === null;
  if (!isWritten && !offered.includes("approve")) return null;
  return (
    <Button
      kind="primary"
      icon={<Check aria-hidden size={14} />}
      keys="Ctrl Enter"
      disabled={isOff || (isWritten && editProblem !== null)}
      isSending={isSending}
      onClick={isWritten ? acts.onSendEdit : acts.onApprove}
    >
      {decisionWords[matter][isWritten ? "edit" : "approve"]}
    </Button>
  );
}
