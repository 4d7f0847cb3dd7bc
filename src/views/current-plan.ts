// The plan as it is now, as a ticket file: what is in it, whatever became of it, without what left it.

import { isDropped, type RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import { toTicketFileText } from "../domain/ticket-file-text.ts";

export const currentPlanText = (state: RunState): string =>
  toTicketFileText(
    state.graph.tickets.filter((_, index) => !isDropped(at(state.tickets, index))),
    state.config?.title,
  );
