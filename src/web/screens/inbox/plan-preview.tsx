// A plan before it is signed: its tickets in columns by how many steps they wait for, or one below the other by track,
// and what is wrong with it.

import { useMemo } from "react";
import { TriangleAlert } from "lucide-react";
import { planStory } from "../../../core/deliberation/plan-story.ts";
import { makeGraph } from "../../../core/graph.ts";
import type { RunState } from "../../../core/state.ts";
import type { TicketId } from "../../../domain/ids.ts";
import { toPrintable, toPrintableLine } from "../../../domain/printable.ts";
import type { Ticket } from "../../../domain/ticket.ts";
import { counted } from "../../../views/words.ts";
import { useRun } from "../../state/hooks.ts";
import { names } from "../../ui/class-names.ts";

/** More tickets than this are read as a file. */
const mostDrawn = 400;

const draftOf = (state: RunState): readonly Ticket[] => state.draftPlan.flat();

export function PlanPreview({ problems }: { readonly problems: string | undefined }) {
  const tickets = useRun(draftOf);
  const tracks = useRun((state) => state.tracks);
  const story = useRun(planStory);
  const columns = useMemo(() => columnsOf(tickets), [tickets]);
  const path = useMemo(() => longestPath(tickets), [tickets]);
  const titles = new Map((tracks ?? []).map(({ id, title }) => [id, title]));
  return (
    <div role="region" aria-label="Plan" tabIndex={0} className="h-full overflow-auto p-4 outline-offset-[-2px]">
      {problems !== undefined && <PlanProblems text={problems} />}
      {story.map((line) => (
        <p key={line} className="pb-1 text-fg2">
          {toPrintableLine(line)}
        </p>
      ))}
      <p className="pb-3 text-fg2">
        {titles.size > 0 && `${counted(titles.size, "track")}, `}
        {counted(tickets.length, "ticket")}. A ticket starts when everything it waits for is completed.
        {path.size > 0 && ` The longest path has ${counted(path.size, "ticket")}, marked by a line at the left.`}
      </p>
      <div className="flex items-start gap-3">
        {columns.map((column, depth) => (
          <section key={depth} className="w-60 shrink-0">
            <h3 className="pb-2 text-12 text-fg2">
              {depth === 0 ? "Starts at once" : `After ${counted(depth, "step")}`}
            </h3>
            <ul className="grid gap-2">
              {column.map((ticket) => (
                <PlannedTicket
                  key={ticket.id}
                  ticket={ticket}
                  track={ticket.track === undefined ? undefined : (titles.get(ticket.track) ?? ticket.track)}
                  isOnPath={path.has(ticket.id)}
                />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {tickets.length > mostDrawn && (
        <p className="pt-3 text-fg2">
          {tickets.length - mostDrawn} more tickets are not drawn here. "Edit plan" holds all of them.
        </p>
      )}
    </div>
  );
}

function PlanProblems({ text }: { readonly text: string }) {
  return (
    <div className="mb-3 flex items-start gap-2 rounded-card border border-failed/60 bg-del px-3 py-2 text-del-fg">
      <TriangleAlert aria-hidden size={16} className="mt-0.5 shrink-0" />
      <div>
        <p className="font-medium">There is no sound plan yet. Edit it, or turn it down.</p>
        <p className="whitespace-pre-wrap">{toPrintable(text)}</p>
      </div>
    </div>
  );
}

type PlannedTicketProps = {
  readonly ticket: Ticket;
  readonly track: string | undefined;
  readonly isOnPath: boolean;
};

function PlannedTicket({ ticket, track, isOnPath }: PlannedTicketProps) {
  const { id, title, dependsOn, description } = ticket;
  return (
    <li className={names("rounded-card border border-line2 bg-s2 px-3 py-2", isOnPath && "border-l-3 border-l-accent")}>
      <details>
        <summary className="cursor-pointer">
          <span className="font-medium">{toPrintableLine(title)}</span>
          <span className="block text-12 text-fg2">
            <span className="font-mono">{toPrintableLine(id)}</span>
            {track !== undefined && `, ${toPrintableLine(track)}`}
            {isOnPath && <span className="sr-only">, on the longest path</span>}
          </span>
        </summary>
        <p className="pt-1 text-12 whitespace-pre-wrap text-fg2">{toPrintable(description)}</p>
      </details>
      {dependsOn.length > 0 && (
        <p className="pt-1 text-12 text-fg2">
          after <span className="font-mono">{dependsOn.map(toPrintableLine).join(", ")}</span>
        </p>
      )}
    </li>
  );
}

/** By the longest way to a ticket that waits for nothing; a plan with a cycle or a stranger still gets a column each. */
function columnsOf(tickets: readonly Ticket[]): readonly (readonly Ticket[])[] {
  const depths = new Map<TicketId, number>();
  const shown = tickets.slice(0, mostDrawn);
  for (let round = 0; round < shown.length; round += 1) {
    let isSettled = true;
    for (const { id, dependsOn } of shown) {
      const depth = dependsOn.length === 0 ? 0 : Math.max(...dependsOn.map((need) => depths.get(need) ?? 0)) + 1;
      if (depth === depths.get(id) || depth > shown.length) continue;
      depths.set(id, depth);
      isSettled = false;
    }
    if (isSettled) break;
  }
  const columns: Ticket[][] = [];
  for (const ticket of shown) (columns[Math.min(depths.get(ticket.id) ?? 0, shown.length)] ??= []).push(ticket);
  return [...columns].map((column) => column ?? []).filter((column) => column.length > 0);
}

/** The chain that the plan's end waits for; empty for a plan that is not sound. */
function longestPath(tickets: readonly Ticket[]): ReadonlySet<TicketId> {
  const ids = new Set(tickets.map(({ id }) => id));
  const isSound = ids.size === tickets.length && tickets.every(({ dependsOn }) => dependsOn.every((id) => ids.has(id)));
  if (!isSound) return new Set();
  const { rank, dependents } = makeGraph(tickets);
  const heaviest = (places: readonly number[]): number | undefined =>
    places.toSorted((a, b) => (rank[b] ?? 0) - (rank[a] ?? 0) || a - b)[0];
  const path = new Set<TicketId>();
  let place = heaviest(tickets.map((_, index) => index));
  while (place !== undefined) {
    const id = tickets[place]?.id;
    if (id === undefined || path.has(id)) break;
    path.add(id);
    place = heaviest(dependents[place] ?? []);
  }
  return path;
}
