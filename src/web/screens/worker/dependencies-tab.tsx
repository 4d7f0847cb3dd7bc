// What a ticket needs, what needs it, and what it waits for.

import { Link } from "@tanstack/react-router";
import { useMemo, type ReactNode } from "react";
import type { RunState } from "../../../core/state.ts";
import { ticketAt } from "../../../core/state.ts";
import { statusWords } from "../../../views/words.ts";
import { useRun, useRunView, useTicket } from "../../state/hooks.ts";
import { StatusIcon } from "../../ui/status-icon.tsx";

export function DependenciesTab({ index }: { readonly index: number }) {
  const select = useMemo(
    () => (state: RunState) => ({
      needs: ticketAt(state, index).dependsOn.flatMap((id) => state.graph.indexOf.get(id) ?? []),
      neededBy: state.graph.dependents[index] ?? [],
    }),
    [index],
  );
  const { needs, neededBy } = useRun(select, "slow");
  return (
    <div className="mx-auto grid max-w-4xl grid-cols-2 gap-6 p-4 max-md:grid-cols-1">
      <List title="Needs" places={needs} none="It needs no other ticket." />
      <List title="Needed by" places={neededBy} none="No other ticket needs it." />
    </div>
  );
}

type ListProps = { readonly title: string; readonly places: readonly number[]; readonly none: string };

const List = ({ title, places, none }: ListProps): ReactNode => (
  <section>
    <h2 className="mb-1.5 text-13 font-medium">
      {title} <span className="tabular text-fg3">{places.length}</span>
    </h2>
    {places.length === 0 ? (
      <p className="text-12 text-fg2">{none}</p>
    ) : (
      <ul className="grid gap-1">
        {places.map((place) => (
          <Item key={place} index={place} />
        ))}
      </ul>
    )}
  </section>
);

function Item({ index }: { readonly index: number }) {
  const { run } = useRunView();
  const { id, title, status } = useTicket(index);
  return (
    <li>
      <Link
        to="/runs/$run/tickets/$ticket"
        params={{ run, ticket: id }}
        search={(now) => ({ at: now.at })}
        className="flex min-h-8 items-center gap-2 rounded-control border border-line px-2.5 hover:bg-s3"
      >
        <StatusIcon status={status} size={14} />
        <span className="font-mono text-12 text-fg3">{id}</span>
        <span className="min-w-0 flex-1 truncate">{title}</span>
        <span className="text-12 text-fg2">{statusWords[status]}</span>
      </Link>
    </li>
  );
}
