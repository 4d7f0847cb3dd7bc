// Ways from one attempt into another run: at the attempt's last record, or at the one before it failed.

import { GitFork } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { TicketId } from "../../../domain/ids.ts";
import { causeWords } from "../../../views/words.ts";
import type { AttemptStory } from "../../../views/worker-entries.ts";
import { useBackend } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";

const ForkDialog = lazy(async () => ({
  default: (await import("../../shell/timeline/fork-dialog.tsx")).ForkDialog,
}));

type ForkProps = { readonly ticket: TicketId; readonly attempt: AttemptStory | undefined };

/** A ticket that is done can be told nothing more: the fork then begins without words for it. */
export function ForkFromHere({ ticket, attempt }: ForkProps) {
  const [isOpen, setOpen] = useState(false);
  const { isOffline } = useBackend();
  if (attempt === undefined || isOffline) return null;
  return (
    <>
      <Button
        icon={<GitFork aria-hidden size={13} />}
        title={`Another run begins as this one was after the last event of attempt ${attempt.attempt}`}
        onClick={() => setOpen(true)}
      >
        Fork from here
      </Button>
      <Suspense>
        {isOpen && (
          <ForkDialog
            at={attempt.lastSeq}
            {...(attempt.end !== "completed" && { ticket })}
            onClose={() => setOpen(false)}
          />
        )}
      </Suspense>
    </>
  );
}

/** Nothing where the last attempt did not fail. */
export function TryFromBefore({ ticket, attempt }: ForkProps) {
  const [isOpen, setOpen] = useState(false);
  const { isOffline } = useBackend();
  const failure = attempt?.entries.findLast((entry) => entry.kind === "failure");
  if (failure?.kind !== "failure" || isOffline) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Button icon={<GitFork aria-hidden size={13} />} onClick={() => setOpen(true)}>
        Try again from before it failed
      </Button>
      <span className="text-12 text-fg2">In another run, with a word of yours; this one stays as it is.</span>
      <Suspense>
        {isOpen && (
          <ForkDialog
            at={failure.seq - 1}
            ticket={ticket}
            words={`Attempt ${attempt?.attempt ?? ""} failed because ${causeWords[failure.cause]}. `}
            onClose={() => setOpen(false)}
          />
        )}
      </Suspense>
    </div>
  );
}
