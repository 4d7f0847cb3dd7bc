// The way from a ticket to the table where it was last deliberated, and how that stands.

import { Link } from "@tanstack/react-router";
import { Scale } from "lucide-react";
import { useCallback } from "react";
import type { RunState } from "../../../core/state.ts";
import type { TicketId } from "../../../domain/ids.ts";
import { deliberationStanding } from "../../../views/deliberation-standing.ts";
import { useRun, useRunView } from "../../state/hooks.ts";
import { names } from "../../ui/class-names.ts";
import { statusInk } from "../../ui/status-icon.tsx";

/** Nothing where it never was. */
export function DeliberationLink({ ticket, className }: { readonly ticket: TicketId; readonly className?: string }) {
  const { run } = useRunView();
  const last = useRun(
    useCallback(
      ({ deliberations }: RunState) => {
        const own = [...deliberations.values()].findLast((each) => each.ticket === ticket);
        return own === undefined ? null : { id: own.id, ...deliberationStanding(own) };
      },
      [ticket],
    ),
  );
  if (last === null) return null;
  return (
    <Link
      to="/runs/$run/deliberations/$deliberation"
      params={{ run, deliberation: last.id }}
      search={(now) => ({ at: now.at })}
      className={names(
        "inline-flex min-h-6 items-center gap-1.5 rounded-cell bg-s3 px-1.5 text-12 hover:underline",
        className,
      )}
    >
      <Scale aria-hidden size={13} />
      Deliberation: <span className={statusInk(last.status)}>{last.word}</span>
    </Link>
  );
}
