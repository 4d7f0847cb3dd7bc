// A state in outline: all of it but the words of workers' conversations before their last turn, which are most of its
// weight. What is shown of tickets, attempts and gates comes out the same; nothing can be folded onto it.

import type { Digest } from "../domain/ids.ts";
import { historySize } from "./context-size.ts";
import { toSnapshotText } from "./snapshot.ts";
import type { Attempt, Item, RunState } from "./state.ts";

/** `hasPlan`: whoever reads it knows the plan already, which is left out then. */
export const toOutlineText = (state: RunState, hasPlan: boolean): string =>
  toSnapshotText(
    { ...state, attempts: new Map([...state.attempts].map(([index, own]) => [index, outlined(own)])) },
    hasPlan,
  );

/** Names no text: only its length is read. */
const noDigest = "0".repeat(64) as Digest;

/** In place of what is left out stands a note as long as that was: how full the window is comes out the same. */
function outlined(attempt: Attempt): Attempt {
  const { items } = attempt;
  const last = items.findLastIndex(({ kind }) => kind === "reply");
  if (last <= 0) return attempt;
  const kept = items.slice(last);
  const bytes = historySize(items) - historySize(kept);
  const rest: Item = { kind: "note", text: { blob: noDigest, bytes, head: "" } };
  return { ...attempt, items: [rest, ...kept] };
}
