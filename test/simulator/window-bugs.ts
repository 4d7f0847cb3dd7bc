// Hand-made bugs of conversations told in short; see bugs.ts.

import type { Attempt, RunState } from "../../src/core/state.ts";
import { withEntry } from "../../src/core/small-map.ts";
import { withEvents, withEvolve, type System } from "./system.ts";

const withAttempts = (state: RunState, change: (attempt: Attempt) => Attempt): RunState => ({
  ...state,
  attempts: [...state.attempts].reduce(
    (all, [index, attempt]) => withEntry(all, index, change(attempt)),
    state.attempts,
  ),
});

export const windowBugs: Readonly<Record<string, System>> = {
  "a window that fills is not looked at": withEvents((events) =>
    events.filter((event) => event.type !== "context.compacted" || event.why !== "limit"),
  ),
  "what a person decided is cut like the rest": withEvolve((_, { event }, after) =>
    event.type !== "context.compacted"
      ? after
      : withAttempts(after, (attempt) => ({
          ...attempt,
          items: attempt.items.map((item) => (item.kind === "result" ? { ...item, output: "cut" } : item)),
        })),
  ),
  "the newest turns are cut too": withEvolve((_, { event }, after) =>
    event.type !== "context.compacted"
      ? after
      : withAttempts(after, (attempt) => ({ ...attempt, items: attempt.items.map((item) => ({ ...item })) })),
  ),
  "what was told in short is forgotten": withEvolve((before, { event }, after) =>
    event.type === "context.compacted" ? { ...after, attempts: before.attempts } : after,
  ),
};
