// What a decision about a deliberation still had to say where a fork begins in the middle of its records.

import type { Draft } from "../draft.ts";
import { questionOf } from "../recovery/next-run.ts";
import { configOf } from "../state.ts";
import { endRunWith } from "./ending.ts";
import { putConflict } from "./for-ticket.ts";
import { openDeliberation, putOpening } from "./open-deliberation.ts";
import { seatMediator } from "./seat-mediator.ts";
import { openDeliberations, type Deliberation } from "./state.ts";

export function finishDeliberations(draft: Draft): void {
  const { deliberation: question } = configOf(draft.state);
  const own = questionOf(draft.state);
  if (question !== undefined && own === undefined) openDeliberation(draft, { purpose: "question", config: question });
  if (own !== undefined && own.result !== null) endRunWith(draft, own.result);
  for (const deliberation of openDeliberations(draft.state)) finishOpening(draft, deliberation);
}

function finishOpening(draft: Draft, { id, met, setup, purpose, ticket }: Deliberation): void {
  putOpening(draft, id);
  if (purpose === "conflict" && ticket !== null) putConflict(draft, id, ticket);
  const [first] = met;
  if (setup.mediatorAtOnce) seatMediator(draft, id, { why: "forced", detail: "it sits there from the start" });
  else if (first !== undefined) seatMediator(draft, id, { why: first.condition, detail: first.detail });
}
