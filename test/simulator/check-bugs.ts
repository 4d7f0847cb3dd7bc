// Hand-made bugs of what other tiers are asked about an attempt; see bugs.ts.

import type { Event } from "../../src/domain/event.ts";
import { changeAttempt } from "./defects.ts";
import { withEvents, withInput, type System } from "./system.ts";

export const checkBugs: Readonly<Record<string, System>> = {
  "a result merges that was sent back": withEvents((events) => {
    const sent = events.find((event) => event.type === "review.closed" && event.verdict === "sent_back");
    if (sent?.type !== "review.closed") return events;
    const { ticket, attempt } = sent;
    const upTo = events.slice(0, events.indexOf(sent) + 1);
    return [...upTo, { type: "merge.queued", ticket, attempt }];
  }),
  "a result merges before its review": withEvents((events) =>
    events.flatMap((event): Event[] =>
      event.type === "consult.started" && event.purpose === "review" && event.ticket !== undefined
        ? [{ type: "merge.queued", ticket: event.ticket, attempt: event.attempt ?? 0 }]
        : [event],
    ),
  ),
  "a result is sent back for ever": withInput((state, command) => {
    if (command.type !== "report.consulted") return {};
    const asker = [...state.attempts.values()].find(
      ({ phase }) => phase.at === "consulting" && phase.consult === command.consult,
    );
    return asker === undefined ? {} : { state: changeAttempt(state, asker.index, { sentBack: 0 }) };
  }),
  "an attempt fails because nobody could say why its check is red": withEvents((events, state) => {
    const place = events.findIndex(
      (event) =>
        event.type === "consult.ended" &&
        event.result === "given_up" &&
        state.consults.get(event.consult)?.purpose === "diagnosis",
    );
    const ended = events[place];
    const consult = ended?.type === "consult.ended" ? state.consults.get(ended.consult) : undefined;
    const { ticket = null, attempt = null } = consult ?? {};
    if (ticket === null || attempt === null) return events;
    const failure = { cause: "provider_error" as const, detail: "no hint", fingerprint: "no hint" };
    // What the real core did next was about an attempt that goes on.
    return [...events.slice(0, place + 1), { type: "attempt.failed", ticket, attempt, failure }];
  }),
  "an answer goes back once too often": withEvents((events, state) =>
    events.flatMap((event): Event[] => {
      const consult = event.type === "consult.ended" ? state.consults.get(event.consult) : undefined;
      const isGivenUp = event.type === "consult.ended" && event.result === "given_up";
      if (!isGivenUp || consult === undefined || !event.detail.includes("could not be used")) return [event];
      return [{ type: "consult.returned", consult: consult.id, round: consult.round, problems: ["again"] }];
    }),
  ),
};
