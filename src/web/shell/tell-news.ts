// Which records are read out, and in which words.

import type { RunState } from "../../core/state.ts";
import type { Event, Recorded } from "../../domain/event.ts";
import { isNews } from "../../views/news.ts";
import { subjectOf, tellingOf } from "../../views/telling.ts";

/** What changes the run as a whole, what asks for the person, how tickets end. */
export const newsOf = (records: readonly Recorded[], state: RunState): readonly string[] =>
  records
    .filter(({ event }) => (isNews(event) && !isTableTalk(event)) || event.type === "approval.requested")
    .map((recorded) => {
      const telling = tellingOf(recorded, state);
      return `${subjectOf(telling)} ${telling.words}.`;
    });

const turningPoints: ReadonlySet<Event["type"]> = new Set<Event["type"]>([
  "deliberation.opened",
  "deliberation.mediated",
  "deliberation.agent_lost",
  "deliberation.aborting",
  "deliberation.handoff_failed",
  "deliberation.ended",
  "deliberation.recovery_claimed",
  "deliberation.partial_accepted",
]);

/** Agents write, vote and object all the time: that stands on the screen, and is not read out. */
const isTableTalk = ({ type }: Event): boolean => type.startsWith("deliberation.") && !turningPoints.has(type);
