// Panes of attempts that have ended stay a moment, so that their last words can be read, and then make room.

import { useEffect, useState } from "react";
import type { AgentCard } from "../../../views/agents.ts";
import { useRunView } from "../../state/hooks.ts";
import type { RunView } from "../../state/run-store.ts";

const lingerMs = 8_000;
/** Where many end at once, the newest of them. */
const mostLingering = 8;

type Ended = AgentCard & { readonly endedAt: number };
type Shown = { readonly view: RunView; readonly agents: readonly AgentCard[]; readonly ended: readonly Ended[] };

const isSameAttempt = (a: AgentCard, b: AgentCard): boolean => a.ticket === b.ticket && a.attempt === b.attempt;

/** Those at work and those that have just ended, in the order they began. At a point of the past nothing lingers. */
export function useLingering(agents: readonly AgentCard[]): readonly AgentCard[] {
  const view = useRunView();
  const [shown, setShown] = useState<Shown>({ view, agents, ended: [] });
  if (shown.view !== view) setShown({ view, agents, ended: [] });
  else if (shown.agents !== agents) setShown({ view, agents, ended: view.isPast ? [] : endedOf(shown, agents) });
  const { ended } = shown;
  useEffect(() => {
    const [oldest] = ended;
    if (oldest === undefined) return undefined;
    const leave = (): void => setShown((now) => ({ ...now, ended: now.ended.filter((each) => each !== oldest) }));
    const timer = setTimeout(leave, Math.max(0, oldest.endedAt + lingerMs - Date.now()));
    return () => clearTimeout(timer);
  }, [ended]);
  if (ended.length === 0) return agents;
  return [...agents, ...ended].toSorted((a, b) => a.startedAt - b.startedAt || a.index - b.index);
}

function endedOf({ agents: before, ended }: Shown, agents: readonly AgentCard[]): readonly Ended[] {
  const isGone = (each: AgentCard): boolean => !agents.some((now) => isSameAttempt(now, each));
  const gone = before.filter(isGone).map((each) => ({ ...each, needsYou: false, endedAt: Date.now() }));
  return [...ended.filter(isGone), ...gone].slice(-mostLingering);
}
