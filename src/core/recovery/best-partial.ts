// What there is to be taken where nobody agreed: the entry that came nearest to it.

import { latestOf, type Deliberation, type Entry } from "../deliberation/state.ts";

/** Most accepting votes for the version that stands; among equals the last one written. Undefined: the board is empty. */
export function bestPartial(deliberation: Deliberation): Entry | undefined {
  const found = ["synthesis", "solutions"]
    .map((section) => deliberation.board.filter((entry) => entry.section === section))
    .find((entries) => entries.length > 0);
  return found?.toSorted(
    (a, b) => acceptedOf(deliberation, b) - acceptedOf(deliberation, a) || latestOf(b).seq - latestOf(a).seq,
  )[0];
}

const acceptedOf = ({ votes }: Deliberation, entry: Entry): number =>
  entry.section === "synthesis"
    ? votes.filter(
        ({ key, version, stance }) => key === entry.key && version === latestOf(entry).version && stance === "accept",
      ).length
    : 0;
