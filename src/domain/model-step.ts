// Which step of a run a model call is made for.

import type { Role } from "./deliberation.ts";
import type { Purpose } from "./event.ts";
import type { AttemptRef } from "./ids.ts";

export type TurnStep = AttemptRef & { readonly turn: number; readonly try: number };

/**
 * `about`: the track's or ticket's id; empty for a question about the whole run. `during`: the turn after which an
 * attempt's question is asked, as `<ticket>#<attempt>/<turn>`.
 */
export type ConsultStep = {
  readonly consult: Purpose;
  readonly about: string;
  readonly during?: string;
  /** Whose cycle it is, in a deliberation, and which of that agent's. */
  readonly seat?: { readonly role: Role; readonly cycle: number };
  readonly round: number;
  readonly try: number;
};
