// What the events of a consult mean in words.

import type { RunState } from "../core/state.ts";
import type { ConsultEvent, EventOf, Purpose } from "../domain/event.ts";
import { counted, durationInWords, firstLine } from "./words.ts";

const asks = {
  tracks: "asks tier 1 for the tracks of its goal",
  tickets: "asks tier 2 for the tickets of track",
  replan: "asks tier 2 how to go on without it",
  review: "asks tier 2 to review it",
  diagnosis: "asks tier 4 what is wrong",
  deliberate: "begins a cycle of",
  mediate: "begins a cycle of the mediator",
  synthesise: "asks for the last word of",
} as const satisfies Record<Purpose, string>;

export function tellConsult(
  event: ConsultEvent,
  { at, state }: { readonly at: number; readonly state: RunState | undefined },
): string {
  const model = state?.consults.get(event.consult)?.model ?? "the model";
  switch (event.type) {
    case "consult.started":
      return `${asks[event.purpose]}${aboutOf(event)} (${event.model})`;
    case "consult.replied":
      return `has an answer from ${model} after ${durationInWords(event.ms)}`;
    case "consult.failed": {
      const next =
        event.retryAt === null
          ? "not tried again by itself"
          : `again in ${durationInWords(Math.max(0, event.retryAt - at))}`;
      return `gets no answer from ${model}: ${event.code}: ${firstLine(event.detail)}; ${next}`;
    }
    case "consult.returned":
      return `sends the answer back with ${counted(event.problems.length, "problem")}: ${firstLine(event.problems[0] ?? "")}`;
    case "consult.reserved":
      return `holds back what a further call to ${model} may use`;
    case "consult.refused":
      return `does not ask ${model}: ${firstLine(event.detail)}`;
    case "consult.ended":
      return endedWords(event);
    default:
      return event satisfies never;
  }
}

const aboutOf = ({ track, role }: EventOf<"consult.started">): string => {
  const about = role ?? track;
  return about === undefined ? "" : ` ${about}`;
};

function endedWords({ result, detail }: EventOf<"consult.ended">): string {
  switch (result) {
    case "used":
      return "takes the answer";
    case "given_up":
      return `gives up asking: ${firstLine(detail)}`;
    case "void":
      return `asks no longer: ${firstLine(detail)}`;
    default:
      return result satisfies never;
  }
}
