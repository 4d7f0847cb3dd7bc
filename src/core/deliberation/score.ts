// How well a deliberation went, as one figure from 0 to 1 and the parts it is made of. DCLI rules in docs/SPEC.md give
// the reason of each weight.

import type { DeliberationOutcome } from "../../domain/deliberation.ts";

export type ScoreFigures = {
  readonly outcome: DeliberationOutcome;
  /** Agents that stand for what was agreed, and agents that were seated. */
  readonly accepted: number;
  readonly seated: number;
  /** Conflicts, open ones included, and those of them that were resolved. */
  readonly detected: number;
  readonly resolved: number;
  readonly messages: number;
  /** Time that counts, and the time there was, in ms. */
  readonly elapsedMs: number;
  readonly timeoutMs: number;
};

export type ScorePart = {
  readonly name: "agreement" | "conflicts" | "messages" | "time";
  readonly weight: number;
  /** 0 to 1. */
  readonly value: number;
};

export type Score = { readonly score: number; readonly parts: readonly ScorePart[] };

/** Above so many messages the coordination is worth a warning; twice as many earn nothing. */
export const messageThreshold = 50;

const within01 = (value: number): number => (value > 0 ? Math.min(1, value) : 0);

/** 1 where there is nothing to divide: no conflict is no unresolved one. */
const shareOf = (part: number, whole: number): number => (whole > 0 ? within01(part / whole) : 1);

export function scoreOf(figures: ScoreFigures): Score {
  const { detected, resolved, messages, elapsedMs, timeoutMs } = figures;
  const parts: readonly ScorePart[] = [
    { name: "agreement", weight: 0.5, value: agreementOf(figures) },
    { name: "conflicts", weight: 0.25, value: shareOf(resolved, detected) },
    { name: "messages", weight: 0.15, value: within01(1 - messages / (2 * messageThreshold)) },
    { name: "time", weight: 0.1, value: within01(1 - shareOf(elapsedMs, timeoutMs)) },
  ];
  const sum = parts.reduce((total, { weight, value }) => total + weight * value, 0);
  // What is written down reads the same on every machine.
  return { score: within01(Math.round(sum * 10_000) / 10_000), parts };
}

/** Who stands aside takes its own part away; what ended in no agreement has none. */
function agreementOf({ outcome, accepted, seated }: ScoreFigures): number {
  if (outcome === "consensus") return 1;
  return outcome === "majority_with_dissent" && seated > 0 ? within01(accepted / seated) : 0;
}
