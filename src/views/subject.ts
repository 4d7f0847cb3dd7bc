// Which ticket a record is about, for reading one ticket's part of a log.

import { isPlanEvent, type Recorded } from "../domain/event.ts";
import type { ConsultId, TicketId } from "../domain/ids.ts";

export type Subjects = {
  /** Every record once, in order. Undefined for what is about the run. */
  readonly of: (recorded: Recorded) => TicketId | undefined;
};

/** A consult names its ticket once, when it begins; this remembers it. */
export function createSubjects(): Subjects {
  const consults = new Map<ConsultId, TicketId>();
  return {
    of: ({ event }) => {
      if ("consult" in event) {
        if (event.type === "consult.started" && event.ticket !== undefined) consults.set(event.consult, event.ticket);
        const ticket = consults.get(event.consult);
        if (event.type === "consult.ended") consults.delete(event.consult);
        return ticket;
      }
      if ("ticket" in event) return event.ticket;
      return isPlanEvent(event) && "blocked" in event ? event.blocked : undefined;
    },
  };
}
