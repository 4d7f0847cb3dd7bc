// What a person is asked at a gate, as a question. `call` names the call in a few words.

import type { Gate } from "../domain/event.ts";

export function gateQuestion(gate: Gate, call: string): string {
  switch (gate) {
    case "spawn":
      return "may this worker start?";
    case "call":
      return `may it ${call}?`;
    case "result":
      return `may the model see what "${call}" gave?`;
    case "unknown":
      return `"${call}" may have run before a crash; run it again?`;
    case "question":
      return "it has a question";
    case "plan":
      return call === "replan" ? "may the plan change like this?" : "is this the plan to work by?";
    case "budget":
      return "no budget allows the next call; raise the bound, skip, or stop the run?";
    default:
      return gate satisfies never;
  }
}
