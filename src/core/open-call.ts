// Which call of an attempt's last reply is next.

import type { Text } from "../domain/text.ts";
import type { ToolCall } from "../domain/tool.ts";
import type { Attempt } from "./state.ts";

/** Arguments of the call that a gate is about; undefined where it is about none. */
export function openArgs(
  attempt: Attempt,
  { gate, turn, call }: { gate: string; turn: number; call: number },
): Text | undefined {
  if (gate === "spawn" || gate === "budget") return undefined;
  const reply = attempt.items.find((item) => item.kind === "reply" && item.turn === turn);
  return reply?.kind === "reply" ? reply.calls[call]?.args : undefined;
}

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
