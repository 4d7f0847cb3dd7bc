// What a person can do with one worker beside talking to it. What cannot be undone asks first.

import { EllipsisVertical, Pause, Pencil, Play } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { TicketId } from "../../../domain/ids.ts";
import { whyNoRewrite, type WorkerHead } from "../../../views/worker-head.ts";
import type { AttemptStory } from "../../../views/worker-entries.ts";
import { useCommand } from "../../state/hooks.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { Menu } from "../../ui/menu.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { AbortDialog, ModelDialog, ReopenDialog, RewriteDialog } from "./worker-dialogs.tsx";
import { ForkFromHere } from "./fork-actions.tsx";
import { useActionsOff } from "./use-actions-off.ts";

/** Loaded when the first message is rewritten. */
const MessageEditor = lazy(async () => ({
  default: (await import("../inbox/message-editor.tsx")).MessageEditor,
}));

type ActionsProps = {
  readonly ticket: TicketId;
  readonly head: WorkerHead;
  /** The one in view; left out: there is no way to a fork. */
  readonly attempt?: AttemptStory | undefined;
};
type Open = "abort" | "reopen" | "rewrite" | "model" | null;

const stopped = new Set(["failed", "blocked", "cancelled"]);

export function WorkerActions({ ticket, head, attempt }: ActionsProps) {
  const [open, setOpen] = useState<Open>(null);
  const { send, isSending, problem, forget } = useCommand();
  const off = useActionsOff();
  const isOff = off !== null || head.isOver;
  const isStopped = stopped.has(head.status);

  const pause = (): void =>
    void send("/commands", head.paused === null ? { type: "ticket.pause", ticket } : { type: "ticket.resume", ticket });
  const rewrite = (): void => setOpen("rewrite");
  useKeys("Worker", [
    { keys: "M", does: "Edit the last message", run: () => !isOff && rewrite() },
    { keys: "P", does: "Pause or resume this worker", run: () => !isOff && !isStopped && pause() },
  ]);

  return (
    <div className="flex flex-wrap items-center gap-2 max-sm:[&_kbd]:hidden" title={off ?? undefined}>
      {problem !== null && <ProblemNote problem={problem} onClose={forget} />}
      {isStopped && (
        <Button kind="primary" disabled={isOff} onClick={() => setOpen("reopen")}>
          Try again
        </Button>
      )}
      {head.isWorking && (
        <>
          <Button
            icon={<Pencil aria-hidden size={13} />}
            keys="M"
            disabled={isOff}
            onClick={rewrite}
            title={whyNoRewrite(head) ?? undefined}
          >
            Edit last message
          </Button>
          <Button
            icon={head.paused === null ? <Pause aria-hidden size={13} /> : <Play aria-hidden size={13} />}
            keys="P"
            disabled={isOff}
            isSending={isSending}
            onClick={pause}
          >
            {head.paused === null ? "Pause after this step" : "Resume"}
          </Button>
        </>
      )}
      <ForkFromHere ticket={ticket} attempt={attempt} />
      <MoreMenu ticket={ticket} head={head} isOff={isOff} send={send} onOpen={setOpen} />
      {open === "abort" && <AbortDialog ticket={ticket} onClose={() => setOpen(null)} />}
      {open === "reopen" && <ReopenDialog ticket={ticket} head={head} onClose={() => setOpen(null)} />}
      {open === "model" && <ModelDialog ticket={ticket} head={head} onClose={() => setOpen(null)} />}
      {open === "rewrite" && head.rewritable !== null && (
        <Suspense>
          <MessageEditor approval={head.rewritable} onClose={() => setOpen(null)} />
        </Suspense>
      )}
      {open === "rewrite" && head.rewritable === null && (
        <RewriteDialog ticket={ticket} head={head} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}

type MoreProps = {
  readonly ticket: TicketId;
  readonly head: WorkerHead;
  readonly isOff: boolean;
  readonly send: ReturnType<typeof useCommand>["send"];
  readonly onOpen: (open: Open) => void;
};

function MoreMenu({ ticket, head, isOff, send, onOpen }: MoreProps) {
  return (
    <Menu
      trigger={
        <IconButton label="More about this worker" icon={<EllipsisVertical aria-hidden size={16} />} disabled={isOff} />
      }
      items={[
        {
          label: "Trim its history",
          about: "Old turns are told in short from the next call on",
          disabled: !head.isWorking,
          onSelect: () => void send("/commands", { type: "context.compact", ticket }),
        },
        {
          label: "Change its model",
          about: "From its next attempt on",
          disabled: head.status === "completed" || head.status === "cancelled",
          onSelect: () => onOpen("model"),
        },
        {
          label: "Trust as configured",
          about: "Takes your word for this worker back",
          disabled: head.ownTrust === null,
          onSelect: () => void send("/commands", { type: "ticket.trust", ticket, trust: null }),
        },
        {
          label: "Abort this ticket",
          about: "Its commands are killed; tickets that need it will not start",
          disabled: head.status === "completed" || head.status === "cancelled",
          onSelect: () => onOpen("abort"),
        },
      ]}
    />
  );
}
