// The decision inbox of one run, and of all runs together.

import { Navigate, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { ApprovalId } from "../../../domain/ids.ts";
import type { InboxBody } from "../../../http/runs-wire.ts";
import { useAnswer, useBackend, useRun, useRunCards, useRunView } from "../../state/hooks.ts";
import { Empty, ProblemNote } from "../../ui/notes.tsx";
import { InboxFrame } from "./inbox-frame.tsx";
import { matterOf, rowKey, useRunRows, type QueueRow } from "./rows.ts";

export function RunInboxScreen() {
  const { run, isPast } = useRunView();
  const rows = useRunRows();
  const isLoaded = useRun((state) => state.seq > 0);
  const { approval } = useSearch({ strict: false });
  const navigate = useNavigate({ from: "/runs/$run/inbox" });
  const chosen = approval === undefined ? null : rowKey(run, approval as ApprovalId);
  return (
    <InboxFrame
      rows={isLoaded ? rows : null}
      chosen={chosen}
      onChoose={(row) =>
        void navigate({ search: (now) => ({ ...now, approval: row?.id }), replace: true, resetScroll: false })
      }
      empty={
        isPast ? (
          <Empty title="Nothing waited for you at this point">
            Move along the line at the foot, or go live (L) to see what waits now.
          </Empty>
        ) : (
          <Empty title="Nothing waits for you">
            Gates, questions and bounds of this run appear here by themselves, the one that holds up most first.
          </Empty>
        )
      }
    />
  );
}

/** An exported page has one run, and that run's inbox. */
export function AllInboxScreen() {
  const { isOffline } = useBackend();
  const [only] = useRunCards() ?? [];
  if (!isOffline) return <AllInbox />;
  return only === undefined ? (
    <main aria-busy />
  ) : (
    <Navigate to="/runs/$run/inbox" params={{ run: only.run }} replace />
  );
}

function AllInbox() {
  const answer = useAllRows();
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <main className="h-full min-h-0 overflow-hidden">
      {answer.problem !== null && <ProblemNote problem={answer.problem} />}
      <InboxFrame
        rows={answer.rows}
        chosen={chosen}
        onChoose={(row) => setChosen(row === null ? null : rowKey(row.run, row.id))}
        empty={
          answer.problem === null && (
            <Empty title="Nothing waits for you">Whatever a run asks of you appears here by itself.</Empty>
          )
        }
        isOfAll
      />
    </main>
  );
}

/** Asked again whenever the count of open requests of any run changes. */
function useAllRows(): { readonly rows: readonly QueueRow[] | null; readonly problem: ProblemOf } {
  const counts = (useRunCards() ?? []).map(({ run, needsYou, lastAt, conducted }) =>
    needsYou > 0 ? [run, needsYou, lastAt, conducted] : [],
  );
  const answer = useAnswer<InboxBody>("/api/inbox", JSON.stringify(counts));
  if (answer === undefined) return { rows: null, problem: null };
  if (!answer.ok) return { rows: [], problem: answer.problem };
  const rows = answer.value.approvals.map(({ run, title, conducted, approval }) => ({
    key: rowKey(run, approval.id),
    run,
    runTitle: title,
    isResting: conducted === "nobody",
    matter: matterOf(approval),
    view: approval,
  }));
  return { rows, problem: null };
}

type ProblemOf = Parameters<typeof ProblemNote>[0]["problem"] | null;
