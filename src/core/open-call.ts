// Which call of an attempt's last reply is next.

import type { ToolCall } from "../domain/tool.ts";
import type { Attempt } from "./state.ts";

export type OpenCall = { readonly turn: number; readonly at: number; readonly call: ToolCall };

/** The first call of the last reply that has no result yet. Results come in order, so counting them is enough. */
export function openCall(attempt: Attempt): OpenCall | undefined {
  let results = 0;
  for (let place = attempt.items.length - 1; place >= 0; place -= 1) {
    const item = attempt.items[place];
    if (item === undefined || item.kind === "note") return undefined;
    if (item.kind === "result") results += 1;
    else {
      const call = item.calls[results];
      return call === undefined ? undefined : { turn: item.turn, at: results, call };
    }
  }
  return undefined;
}
