// What the state knows of a conversation's size: what was sent, what the provider counted, and what is told in short.

import type { EventOf } from "../domain/event.ts";
import { bytesOf } from "../domain/text.ts";
import type { Usage } from "../domain/usage.ts";
import { compactItems } from "./compact-items.ts";
import { contextSizes, totalSize } from "./context-size.ts";
import type { Attempt, Item, RunState } from "./state.ts";

/** Characters of the attempt's next request. */
export const requestSize = (state: RunState, attempt: Attempt): number => totalSize(contextSizes(state, attempt));

/** What the provider counted tells how many tokens its characters are. A guess, or no count at all, tells nothing. */
export function gaugeOf(attempt: Attempt, usage: Usage): Attempt["gauge"] {
  const tokens = usage.input + usage.cachedRead + usage.cacheWrite;
  return usage.estimated || tokens === 0 || attempt.sent === 0 ? attempt.gauge : { tokens, characters: attempt.sent };
}

export function compacted(attempt: Attempt, { upTo }: EventOf<"context.compacted">): Attempt {
  const items = compactItems(attempt.items, { after: attempt.compacted, upTo });
  const rewritten = items.reduce((sum, item, place) => sum + rewrittenBytes(attempt.items[place], item), 0);
  // The words that tell a text in short were not counted yet, and may be more tokens than a text of blanks was.
  return { ...attempt, items, compacted: upTo, added: attempt.added + rewritten };
}

function rewrittenBytes(before: Item | undefined, after: Item): number {
  if (before === after || after.kind === "note") return 0;
  if (after.kind === "result")
    return before?.kind === "result" && before.output === after.output ? 0 : bytesOf(after.output);
  const was = before?.kind === "reply" ? before.calls : [];
  return after.calls.reduce((sum, { args }, at) => sum + (was[at]?.args === args ? 0 : bytesOf(args)), 0);
}
