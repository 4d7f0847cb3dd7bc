// Begins one cycle of one agent: a consult of its seat's model.

import type { DeliberationId } from "../../domain/deliberation.ts";
import type { Draft } from "../draft.ts";
import { askModel, type AskedModel } from "../start-consult.ts";
import type { Agent } from "./state.ts";

export function askAgent(
  draft: Draft,
  id: DeliberationId,
  { agent, purpose }: { readonly agent: Agent; readonly purpose: "deliberate" | "mediate" | "synthesise" },
): AskedModel {
  const ticket = draft.state.deliberations.get(id)?.ticket ?? null;
  const subject = { deliberation: id, role: agent.role, ...(ticket === null ? {} : { ticket }) };
  return askModel(draft, { purpose, model: agent.model, subject });
}
