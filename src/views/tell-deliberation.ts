// What the events of a deliberation mean in words.

import type { DeliberationEvent, EventOf } from "../domain/event.ts";
import { headOf, type Text } from "../domain/text.ts";
import { counted, durationInWords, firstLine } from "./words.ts";

const said = (text: Text): string => firstLine(headOf(text));
const nameOf = ({ section, key, version }: { section: string; key: string; version?: number }): string =>
  `${section}/${key}${version === undefined ? "" : ` v${version}`}`;
const share = (part: number): string => `${Math.round(part * 100)} %`;

type BoardEvent = Extract<
  DeliberationEvent,
  {
    type:
      | "deliberation.written"
      | "deliberation.write_refused"
      | "deliberation.messaged"
      | "deliberation.objected"
      | "deliberation.objection_settled"
      | "deliberation.voted"
      | "deliberation.evidence_checked";
  }
>;

export function tellDeliberation(event: DeliberationEvent, at: number): string {
  switch (event.type) {
    case "deliberation.opened":
      return openedWords(event);
    case "deliberation.mediated":
      return `seats ${event.role} as mediator (${event.why}): ${event.detail}`;
    case "deliberation.condition_met":
      return `meets ${event.condition}: ${event.detail} (${event.value} of ${event.threshold})`;
    case "deliberation.agent_changed":
      return changedWords(event);
    case "deliberation.heard":
      return `hears ${event.role} at work`;
    case "deliberation.agent_lost":
      return `loses ${event.role}: ${firstLine(event.detail)}`;
    case "deliberation.round_closed":
      return `closes round ${event.round}, ${share(event.convergence)} of the way to agreeing`;
    case "deliberation.written":
    case "deliberation.write_refused":
    case "deliberation.messaged":
    case "deliberation.objected":
    case "deliberation.objection_settled":
    case "deliberation.voted":
    case "deliberation.evidence_checked":
      return tellBoard(event);
    default:
      return tellEnding(event, at);
  }
}

function openedWords({ purpose, objective, setup }: EventOf<"deliberation.opened">): string {
  const proposers = setup.seats.filter(({ kind }) => kind === "proposer").map(({ role }) => role);
  const about = { question: "on", plan: "on the plan:", ticket: "on", conflict: "on a merge conflict:" }[purpose];
  return `opens a deliberation of ${proposers.join(" and ")} ${about} ${said(objective.text)}`;
}

function changedWords(event: EventOf<"deliberation.agent_changed">): string {
  const { role, status, cycle, progress, confidence, waitingFor, blocked } = event;
  const state = status === "waiting" && waitingFor !== undefined ? `waits for ${waitingFor}` : `is ${status}`;
  const why = blocked === undefined || blocked === "" ? "" : `: ${firstLine(blocked)}`;
  return `notes that ${role} ${state} after cycle ${cycle}, ${share(progress)} done, ${share(confidence)} sure${why}`;
}

function tellBoard(event: BoardEvent): string {
  switch (event.type) {
    case "deliberation.written": {
      const from = event.provenance === undefined ? "" : `, inherited from ${event.provenance.run}`;
      return `has ${nameOf(event)} of ${event.author}${from}: ${said(event.text)}`;
    }
    case "deliberation.write_refused":
      return `does not write ${event.role}'s ${nameOf(event)}: it was made of v${event.base}, and v${event.current} stands there`;
    case "deliberation.messaged":
      return `carries ${event.kind === "steer" ? "a word" : `a message (${event.kind})`} from ${event.from} to ${event.to}: ${said(event.text)}`;
    case "deliberation.objected":
      return `has ${event.severity} objection ${event.objection} of ${event.role} to ${nameOf(event)}: ${said(event.text)}`;
    case "deliberation.objection_settled": {
      const how = { withdrawn: "withdraws", met: "is content about", gone: "no longer speaks for" }[event.how];
      return `settles ${event.objection}: ${event.role} ${how} it`;
    }
    case "deliberation.voted": {
      const verb = { accept: "accepts", reject: "rejects", abstain: "abstains on" }[event.stance];
      return `counts a vote: ${event.role} ${verb} synthesis/${event.key} v${event.version}: ${said(event.reasoning)}`;
    }
    case "deliberation.evidence_checked": {
      const detail = said(event.detail);
      return `tries the evidence of ${nameOf(event)}: ${event.result}${detail === "" ? "" : `: ${detail}`} (${durationInWords(event.ms)})`;
    }
    default:
      return event satisfies never;
  }
}

type EndingEvent = Exclude<
  DeliberationEvent,
  | BoardEvent
  | {
      type:
        | "deliberation.opened"
        | "deliberation.mediated"
        | "deliberation.condition_met"
        | "deliberation.agent_changed"
        | "deliberation.heard"
        | "deliberation.agent_lost"
        | "deliberation.round_closed";
    }
>;

function tellEnding(event: EndingEvent, at: number): string {
  switch (event.type) {
    case "deliberation.incident":
      return `records an incident (${event.incident.severity} ${event.incident.kind}): ${firstLine(event.incident.detail)}`;
    case "deliberation.aborting": {
      const grace = event.graceUntil - at;
      const wait = grace > 0 ? `; cycles under way may come in for ${durationInWords(grace)}` : "";
      return `comes to an end (${event.outcome}): ${event.detail}${wait}`;
    }
    case "deliberation.synthesised": {
      const words = { written: "has", missed: "goes without", skipped: "does without" }[event.result];
      return `${words} the mediator's last word${event.detail === "" ? "" : `: ${firstLine(event.detail)}`}`;
    }
    case "deliberation.handed_off":
      return `stores its handoff, made of the records up to ${event.at}`;
    case "deliberation.handoff_failed":
      return `cannot store its handoff: ${firstLine(event.problem)}; nothing is revoked`;
    case "deliberation.revoked":
      return `revokes what ${event.role} may do: ${event.reason}`;
    case "deliberation.measured":
      return `scores ${share(event.score)}`;
    case "deliberation.failure_recorded":
      return `records why it failed (${event.reason}): ${event.hint}`;
    case "deliberation.ended":
      return endedWords(event);
    case "deliberation.recovery_claimed":
      return `is recovered from by ${event.run}, run ${event.generation} of its chain: ${event.changes.join("; ")}`;
    case "deliberation.partial_accepted":
      return `is taken as it is: ${nameOf(event)} is accepted${event.reason === "" ? "" : `: ${event.reason}`}`;
    default:
      return event satisfies never;
  }
}

function endedWords({ outcome, detail, agreed, accepted, dissent }: EventOf<"deliberation.ended">): string {
  const what = agreed === undefined ? "" : ` on synthesis/${agreed.key} v${agreed.version}`;
  const who = accepted.length === 0 ? "" : ` of ${accepted.join(", ")}`;
  const others = dissent.length === 0 ? "" : `, ${counted(dissent.length, "voice")} against it`;
  return `ends its deliberation with ${outcome.replaceAll("_", " ")}${what}${who}${others}: ${detail}`;
}
