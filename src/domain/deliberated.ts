// What a worker is told of a deliberation that came before it: plain data with its texts loaded.

import type { DeliberationOutcome } from "./deliberation.ts";

/** What came of a deliberation about a ticket. The words are those of models. */
export type Deliberated = {
  readonly purpose: "ticket" | "conflict";
  readonly outcome: DeliberationOutcome;
  /** `text` is what was agreed on, or what most agreed on; else the last that was proposed to all, or empty. */
  readonly isAgreed: boolean;
  readonly text: string;
  readonly patch: string;
  readonly accepted: readonly string[];
  readonly dissent: readonly { readonly role: string; readonly text: string }[];
};
