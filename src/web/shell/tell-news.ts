// Which records are read out, and in which words.

import type { RunState } from "../../core/state.ts";
import type { Recorded } from "../../domain/event.ts";
import { isNews } from "../../views/news.ts";
import { subjectOf, tellingOf } from "../../views/telling.ts";

/** What changes the run as a whole, what asks for the person, how tickets end. */
export const newsOf = (records: readonly Recorded[], state: RunState): readonly string[] =>
  records
    .filter(({ event }) => isNews(event) || event.type === "approval.requested")
    .map((recorded) => {
      const telling = tellingOf(recorded, state);
      return `${subjectOf(telling)} ${telling.words}.`;
    });
