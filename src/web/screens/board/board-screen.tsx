// The run's tickets.

import { useRun, useTicket } from "../../state/hooks.ts";
import { StatusIcon } from "../../ui/status-icon.tsx";

export function BoardScreen() {
  const length = useRun((state) => state.tickets.length);
  return (
    <div className="h-full overflow-auto p-4">
      <h1 className="sr-only">Board</h1>
      <ul className="grid gap-1">
        {Array.from({ length }, (_, index) => (
          <Row key={index} index={index} />
        ))}
      </ul>
    </div>
  );
}

function Row({ index }: { readonly index: number }) {
  const ticket = useTicket(index);
  return (
    <li className="flex items-center gap-2 rounded-control px-2 py-1 hover:bg-s3">
      <StatusIcon status={ticket.status} />
      <span className="font-mono text-12 text-fg3">{ticket.id}</span>
      <span>{ticket.title}</span>
      <span className="text-fg2">{ticket.step}</span>
    </li>
  );
}
