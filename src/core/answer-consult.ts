// What an answer means, by what was asked. Each reader gives the problems that go back; none: the answer was used.

import type { CommandOf } from "../domain/command.ts";
import { giveUpCycle, readCycle } from "./deliberation/answer-cycle.ts";
import { giveUpDiagnosis, readDiagnosis } from "./diagnosing.ts";
import type { Draft } from "./draft.ts";
import { giveUpPlanning, readTickets, readTracks } from "./planning.ts";
import { readReplan } from "./replanning.ts";
import { giveUpReview, readReview } from "./reviewing.ts";
import type { Consult } from "./state.ts";

type Answer = CommandOf<"report.consulted">;

export function answerConsult(draft: Draft, consult: Consult, answer: Answer): readonly string[] {
  const unusable = problemOf(answer);
  if (unusable !== undefined) return [unusable];
  switch (consult.purpose) {
    case "tracks":
      return readTracks(draft, answer.answer);
    case "tickets":
      return readTickets(draft, consult, answer.answer);
    case "replan":
      return readReplan(draft, consult, answer.answer);
    case "review":
      return readReview(draft, consult, answer.answer);
    case "diagnosis":
      return readDiagnosis(draft, consult, answer.answer);
    case "deliberate":
    case "mediate":
    case "synthesise":
      return readCycle(draft, consult, answer);
    default:
      return consult.purpose satisfies never;
  }
}

function problemOf(answer: Answer): string | undefined {
  if (answer.calledTools) return "You called a tool. You have none: answer with the JSON alone.";
  if (answer.finish === "length") return "The answer was cut by the output limit. Give a shorter one.";
  if (answer.finish === "refusal") return "The answer is a refusal. If it cannot be done, say why in the JSON.";
  return answer.answer.trim() === "" ? "The answer is empty." : undefined;
}

/** After the last round, or a fault that will not pass. The consult is ended already; what was paid for is in the log. */
export function giveUpConsult(draft: Draft, consult: Consult, detail: string): void {
  switch (consult.purpose) {
    case "tracks":
    case "tickets":
      return giveUpPlanning(draft, detail);
    case "review":
      return giveUpReview(draft, consult, detail);
    case "diagnosis":
      return giveUpDiagnosis(draft, consult);
    case "replan":
      return;
    case "deliberate":
    case "mediate":
    case "synthesise":
      return giveUpCycle(draft, consult, detail);
    default:
      return consult.purpose satisfies never;
  }
}
