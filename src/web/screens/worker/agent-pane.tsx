// One worker among many: how it stands, how full its window is, and its live stream. Nothing outside of the pane is laid
// out anew when its text grows.

import { Link } from "@tanstack/react-router";
import { Maximize2, Pin, PinOff } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import type { AgentCard } from "../../../views/agents.ts";
import { machineInWords } from "../../../views/machines.ts";
import { firstLine, statusWords } from "../../../views/words.ts";
import { useRunView, useTicket } from "../../state/hooks.ts";
import { IconButton } from "../../ui/button.tsx";
import { names } from "../../ui/class-names.ts";
import { ContextMini } from "../../ui/context-bar.tsx";
import { StatusIcon } from "../../ui/status-icon.tsx";
import { WorkerStream } from "./stream.tsx";
import { ReviewLink } from "./review-link.tsx";

type PaneProps = {
  readonly agent: AgentCard;
  readonly isPinned: boolean;
  readonly onPin: (index: number) => void;
};

export const AgentPane = memo(function AgentPane({ agent, isPinned, onPin }: PaneProps) {
  const { index, ticket, attempt, needsYou } = agent;
  const { title, status, context, waitsFor, machine } = useTicket(index);
  const { run } = useRunView();
  const pane = useRef<HTMLLIElement>(null);
  const isNear = useNear(pane);
  return (
    <li
      ref={pane}
      className={names(
        "grid grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)] rounded-panel border bg-s1 contain-strict",
        needsYou ? "border-paused" : "border-line2",
      )}
    >
      <div className="flex h-9 items-center gap-2 border-b border-line px-3">
        <StatusIcon status={status} size={14} />
        <h2 className="min-w-0 flex-1 truncate text-12" title={title}>
          <span className="sr-only">
            {statusWords[status]}, {ticket}:{" "}
          </span>
          {firstLine(title)}
        </h2>
        {machine !== null && <MachineMark name={machineInWords(machine)} />}
        {needsYou && waitsFor?.kind === "person" ? (
          <ReviewLink approval={waitsFor.approval} small />
        ) : (
          <ContextMini gauge={context} />
        )}
        <IconButton
          small
          label={isPinned ? `Unpin ${ticket}` : `Pin ${ticket} to the front`}
          icon={isPinned ? <PinOff aria-hidden size={13} /> : <Pin aria-hidden size={13} />}
          aria-pressed={isPinned}
          onClick={() => onPin(index)}
        />
        <Link
          to="/runs/$run/tickets/$ticket"
          params={{ run, ticket }}
          search={(now) => ({ at: now.at })}
          aria-label={`Open ${ticket}`}
          title="Open"
          className="inline-grid size-6 place-items-center rounded-control text-fg2 hover:bg-s3 hover:text-fg"
        >
          <Maximize2 aria-hidden size={13} />
        </Link>
      </div>
      {isNear ? <WorkerStream ticket={ticket} attempt={attempt} isCompact /> : <div />}
    </li>
  );
});

const MachineMark = ({ name }: { readonly name: string }) => (
  <span className="max-w-2/5 truncate text-11 text-fg2" title={`Began on ${name}`}>
    <span className="sr-only">began on </span>
    {name}
  </span>
);

/** Whether a pane is in sight or about to be; far from it, it draws no stream. */
function useNear(pane: React.RefObject<HTMLElement | null>): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (pane.current === null) return undefined;
    const watch = new IntersectionObserver((seen) => setNear(seen.at(-1)?.isIntersecting === true), {
      rootMargin: "300px",
    });
    watch.observe(pane.current);
    return () => watch.disconnect();
  }, [pane]);
  return isNear;
}
