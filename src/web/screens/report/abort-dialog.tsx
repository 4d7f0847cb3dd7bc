// The end of a run by a person's word, said in full before it is done.

import { useState } from "react";
import { useCommand } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/notes.tsx";

export function AbortDialog({ onClose }: { readonly onClose: () => void }) {
  const [reason, setReason] = useState("");
  const { send, isSending, problem } = useCommand();
  const abort = (): void => void send("/commands", { type: "abort", reason }).then(({ ok }) => ok && onClose());
  return (
    <Dialog
      title="Abort the run?"
      about="Commands under way are killed with all that they started, and no ticket starts any more. What was merged stays."
      onClose={onClose}
    >
      <form
        className="grid gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() !== "") abort();
        }}
      >
        <label className="grid gap-1">
          <span className="text-12 text-fg2">Why (kept with it)</span>
          <textarea
            value={reason}
            rows={3}
            onChange={({ target }) => setReason(target.value)}
            className="rounded-control border border-line3 bg-bg px-2.5 py-1.5"
          />
        </label>
        {problem !== null && <ProblemNote problem={problem} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Let it go on</Button>
          <Button type="submit" kind="danger" isSending={isSending} disabled={reason.trim() === ""}>
            Abort the run
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
