// Sending a machine home, with what becomes of its attempts said before.

import { useState } from "react";
import { toPrintableLine } from "../../../domain/printable.ts";
import type { DrainedBody } from "../../../http/machine-routes.ts";
import { drainConsequences, type ListedMachine } from "../../../views/machines.ts";
import type { Problem } from "../../state/backend.ts";
import { useBackend } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/notes.tsx";

export function DrainDialog({ machine, onClose }: { readonly machine: ListedMachine; readonly onClose: () => void }) {
  const backend = useBackend();
  const [key] = useState(() => crypto.randomUUID());
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const drain = async (): Promise<void> => {
    setIsSending(true);
    setProblem(null);
    const path = `/api/machines/${encodeURIComponent(machine.id)}/drain`;
    const answer = await backend.send<DrainedBody>("POST", path, {}, key);
    setIsSending(false);
    if (answer.ok) onClose();
    else setProblem(answer.problem);
  };
  return (
    <Dialog title={`Drain ${toPrintableLine(machine.id)}?`} about={drainConsequences(machine)} onClose={onClose}>
      <div className="grid gap-3">
        {problem !== null && <ProblemNote problem={problem} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Let it work on</Button>
          <Button kind="danger" isSending={isSending} onClick={() => void drain()}>
            Drain it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
