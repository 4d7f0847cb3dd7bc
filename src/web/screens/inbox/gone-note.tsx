// A request that is no longer open: who answered it, and what they said. It stays until the person moves on.

import { useCallback } from "react";
import { CircleCheck } from "lucide-react";
import type { RunState } from "../../../core/state.ts";
import type { ApprovalId } from "../../../domain/ids.ts";
import { nameOf } from "../../../views/actor-name.ts";
import { toPrintableLine } from "../../../domain/printable.ts";
import { answerWords } from "../../../views/words.ts";
import { useRun } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";

export function GoneNote({ id, onNext }: { readonly id: ApprovalId; readonly onNext: () => void }) {
  const words = useRun(useCallback((state: RunState) => goneWords(state, id), [id]));
  return (
    <div role="status" className="flex flex-wrap items-center gap-3 border-b border-line bg-s3 px-4 py-2">
      <CircleCheck aria-hidden size={16} className="shrink-0 text-completed" />
      <p className="min-w-0 flex-1">{toPrintableLine(words)}</p>
      <Button small keys="J" onClick={onNext}>
        Next request
      </Button>
    </div>
  );
}

function goneWords(state: RunState, id: ApprovalId): string {
  const settled = state.settled.get(id);
  if (settled === undefined) return `Request ${id} is not open, and not among the last answers of this run.`;
  if (settled.void) return `This request no longer counts: ${settled.decision}.`;
  const who = nameOf(settled.by) ?? "Tutti";
  const did = (answerWords as Readonly<Record<string, string>>)[settled.decision] ?? settled.decision;
  return `${who} ${did} this.`;
}
