// What was asked of tiers 1, 2 and 4 and answered since the screen was opened, in sentences.

import { useEffect, useState } from "react";
import type { Recorded } from "../../../domain/event.ts";
import type { ConsultId } from "../../../domain/ids.ts";
import type { Text } from "../../../domain/text.ts";
import { tellingOf } from "../../../views/telling.ts";
import { useRunView } from "../../state/hooks.ts";

export type ConsultNews = {
  readonly seq: number;
  readonly tier: number;
  readonly words: string;
  /** The answer, where this is one. */
  readonly answer: Text | null;
};

const mostKept = 120;

export function useConsultNews(): readonly ConsultNews[] {
  const view = useRunView();
  const [news, setNews] = useState<readonly ConsultNews[]>([]);
  useEffect(() => {
    setNews([]);
    // A consult that has ended is no longer in the state.
    const tiers = new Map<ConsultId, number>([...view.state().consults.values()].map(({ id, tier }) => [id, tier]));
    return view.subscribeRecords((records) => {
      const fresh = records.flatMap((recorded) => toNews(recorded, tiers, view.state()));
      if (fresh.length > 0) setNews((had) => [...had, ...fresh].slice(-mostKept));
    });
  }, [view]);
  return news;
}

function toNews(
  recorded: Recorded,
  tiers: Map<ConsultId, number>,
  state: Parameters<typeof tellingOf>[1],
): readonly ConsultNews[] {
  const { event, seq } = recorded;
  if (!("consult" in event)) return [];
  if (event.type === "consult.started") tiers.set(event.consult, event.tier);
  const tier = tiers.get(event.consult);
  if (tier === undefined || event.type === "consult.reserved") return [];
  const { ticket, words } = tellingOf(recorded, state);
  const answer = event.type === "consult.replied" ? event.text : null;
  return [{ seq, tier, words: ticket === null ? words : `${ticket} ${words}`, answer }];
}
