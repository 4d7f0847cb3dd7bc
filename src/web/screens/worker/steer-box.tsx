// A word to the worker, told before its next call.

import { useState } from "react";
import type { TicketId } from "../../../domain/ids.ts";
import type { WorkerHead } from "../../../views/worker-head.ts";
import { useCommand } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { useActionsOff } from "./use-actions-off.ts";

export function SteerBox({ ticket, head }: { readonly ticket: TicketId; readonly head: WorkerHead }) {
  const [text, setText] = useState("");
  const { send, isSending, problem, forget } = useCommand();
  const off = useActionsOff();
  if (head.status === "completed" || head.status === "cancelled") return null;
  const say = (): void => {
    if (text.trim() === "" || isSending || off !== null) return;
    void send("/commands", { type: "ticket.steer", ticket, text }).then(({ ok }) => ok && setText(""));
  };
  const when = head.isWorking ? "Told before its next call" : "Told to its next attempt";
  return (
    <form
      className="grid gap-2 border-t border-line bg-s1 px-4 py-2.5"
      onSubmit={(event) => {
        event.preventDefault();
        say();
      }}
    >
      {problem !== null && <ProblemNote problem={problem} onClose={forget} />}
      <div className="flex items-end gap-2">
        <textarea
          aria-label={`Say something to the worker of ${ticket}`}
          placeholder={off ?? "Say something to this worker"}
          value={text}
          rows={Math.min(6, text.split("\n").length)}
          disabled={off !== null}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            say();
          }}
          className="min-h-7.5 min-w-0 flex-1 resize-none rounded-control border border-line3 bg-bg px-2.5 py-1 placeholder:text-fg3"
        />
        <Button type="submit" keys="Ctrl Enter" isSending={isSending} disabled={off !== null || text.trim() === ""}>
          Say
        </Button>
      </div>
      <p className="text-11 text-fg3">{when}, and kept for its later attempts.</p>
    </form>
  );
}
