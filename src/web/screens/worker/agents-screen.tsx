// Every worker that stands, live, side by side; and what the other tiers are asked.

import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { RunState } from "../../../core/state.ts";
import { agentsOf, consultsOf, type AgentCard } from "../../../views/agents.ts";
import { counted } from "../../../views/words.ts";
import { useRun, useRunView } from "../../state/hooks.ts";
import { names } from "../../ui/class-names.ts";
import { Empty } from "../../ui/notes.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { AgentPane } from "./agent-pane.tsx";
import { useLingering } from "./use-lingering.ts";
import { TierPanels } from "./tier-panels.tsx";

type Columns = "2" | "4";

const columnOptions = [
  { value: "2", label: "2 columns" },
  { value: "4", label: "4 columns" },
] as const;

const whoOptions = [
  { value: "all", label: "All" },
  { value: "you", label: "Needs you" },
] as const;

/** A run that is one deliberation and has no tickets. */
const isDeliberation = (state: RunState): boolean => state.config?.deliberation !== undefined;

const remembered = "tutti.agent-columns";

export function AgentsScreen() {
  const agents = useRun(agentsOf);
  const consults = useRun(consultsOf);
  const isTable = useRun(isDeliberation);
  const [columns, setColumns] = useState<Columns>(() => (localStorage.getItem(remembered) === "2" ? "2" : "4"));
  const [who, setWho] = useState<"all" | "you">("all");
  const [pinned, setPinned] = useState<ReadonlySet<number>>(new Set());
  const standing = useLingering(agents);
  const shown = useMemo(() => choose(standing, who, pinned), [standing, who, pinned]);

  const pin = (index: number): void =>
    setPinned((had) => new Set(had.has(index) ? [...had].filter((each) => each !== index) : [...had, index]));
  const chooseColumns = (value: Columns): void => {
    localStorage.setItem(remembered, value);
    setColumns(value);
  };

  return (
    <div className="grid h-full grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)]">
      <header className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-1.5">
        <h1 className="text-14">Agents</h1>
        <p className="text-fg2 tabular">{countsInWords({ agents, consults: consults.length, isTable })}</p>
        {!isTable && (
          <div className="ml-auto flex flex-wrap items-center gap-2">
            <Segmented label="Which workers" value={who} options={whoOptions} onChange={setWho} />
            <div className="max-sm:hidden">
              <Segmented label="Columns" value={columns} options={columnOptions} onChange={chooseColumns} />
            </div>
          </div>
        )}
      </header>
      <div className="flex min-h-0 flex-col overflow-auto">
        <TierPanels consults={consults} />
        {shown.length === 0 ? (
          <NoAgents who={who} isTable={isTable} />
        ) : (
          <ul
            className={names(
              "grid shrink-0 grow gap-2.5 p-2.5 max-sm:grid-cols-1",
              columns === "2" ? "auto-rows-[minmax(24rem,1fr)]" : "auto-rows-[minmax(12.125rem,1fr)]",
              gridOf(columns, shown.length),
            )}
          >
            {shown.map((agent) => (
              <AgentPane
                key={`${agent.ticket}#${agent.attempt}`}
                agent={agent}
                isPinned={pinned.has(agent.index)}
                onPin={pin}
              />
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

type Counted = { readonly agents: readonly AgentCard[]; readonly consults: number; readonly isTable: boolean };

/** How many are at work, and how many need the person. */
function countsInWords({ agents, consults, isTable }: Counted): string {
  if (isTable) return `${counted(consults, "agent")} at work`;
  const needed = agents.filter(({ needsYou }) => needsYou).length;
  return [
    counted(agents.length, "worker"),
    ...(needed === 0 ? [] : [`${needed} ${needed === 1 ? "needs" : "need"} you`]),
    ...(consults === 0 ? [] : [`${counted(consults, "question")} to other tiers`]),
  ].join(", ");
}

/** Few panes share the whole width, and the height; many keep the columns that were chosen. */
function gridOf(columns: Columns, count: number): string {
  if (count === 1) return "grid-cols-1";
  if (columns === "2" || count === 2 || count === 4) return "grid-cols-2";
  return count === 3 ? "grid-cols-3 max-lg:grid-cols-2" : "grid-cols-4 max-xl:grid-cols-3 max-lg:grid-cols-2";
}

type NoAgentsProps = { readonly who: "all" | "you"; readonly isTable: boolean };

function NoAgents({ who, isTable }: NoAgentsProps) {
  const { run } = useRunView();
  if (isTable)
    return (
      <Empty title="A deliberation has no workers">
        Its agents sit{" "}
        <Link to="/runs/$run" params={{ run }} search={(now) => ({ at: now.at })} className="text-accent underline">
          at its table
        </Link>
        .
      </Empty>
    );
  return who === "you" ? (
    <Empty title="No worker needs you">Those that wait for an answer of yours stand here.</Empty>
  ) : (
    <Empty title="No worker is at work">What they think, say and do will stand here, live.</Empty>
  );
}

/** Pinned ones first; the others keep their order. */
function choose(agents: readonly AgentCard[], who: "all" | "you", pinned: ReadonlySet<number>): readonly AgentCard[] {
  const wanted = agents.filter(({ needsYou, index }) => who === "all" || needsYou || pinned.has(index));
  return [...wanted.filter(({ index }) => pinned.has(index)), ...wanted.filter(({ index }) => !pinned.has(index))];
}
