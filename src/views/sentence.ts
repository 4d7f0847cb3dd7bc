// One sentence per event, for timelines and lists. What it says stands in telling.ts.

import type { RunState } from "../core/state.ts";
import type { Recorded } from "../domain/event.ts";
import { toPrintableLine } from "../domain/printable.ts";
import { tellingOf } from "./telling.ts";

/** For example `PB-2 starts attempt 2 on openai/gpt-5 (rung 1 of its ladder).` One printable line. */
export function sentenceOf(recorded: Recorded, state?: RunState): string {
  const { ticket, words } = tellingOf(recorded, state);
  const end = /[.!?…]$/.test(words) ? "" : ".";
  return `${ticket === null ? "The run" : toPrintableLine(ticket)} ${words}${end}`;
}
