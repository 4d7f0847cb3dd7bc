// Where a run came from and what came of it: its own word, and the lines that a list of runs draws.

import type { RunState } from "../core/state.ts";
import type { RunId } from "../domain/ids.ts";

/**
 * Where a run came from, where it did not begin by itself. `seq`: the last record that both have; of a recovery, the last
 * that its handoff was made of.
 */
export type Lineage = { readonly kind: "fork" | "recovery"; readonly from: RunId; readonly seq: number };

export function lineageOf({ origin, config }: Pick<RunState, "origin" | "config">): Lineage | null {
  if (origin !== null) return { kind: "fork", from: origin.from, seq: origin.at };
  const inheritance = config?.deliberation?.inheritance;
  if (inheritance === undefined) return null;
  return { kind: "recovery", from: inheritance.prior as RunId, seq: inheritance.at };
}

/** What a list of runs knows of each. */
type Listed = { readonly run: RunId; readonly createdAt: number; readonly lineage: Lineage | null };

export type Relative<Card> = {
  readonly run: RunId;
  readonly kind: Lineage["kind"];
  /** The last record that it and the run it came from have in common. */
  readonly seq: number;
  /** Null where that run is gone, or is not in the list. */
  readonly card: Card | null;
};

export type Family<Card> = {
  /** The run it came from, that one's, and so on: the nearest first. */
  readonly ancestors: readonly Relative<Card>[];
  /** Runs that came from it, the oldest first. */
  readonly children: readonly Relative<Card>[];
};

/** The lines of one run among those of a list. A list may say anything: a circle ends where it begins. */
export function familyOf<Card extends Listed>(cards: readonly Card[], run: RunId): Family<Card> {
  const byRun = new Map(cards.map((card) => [card.run, card]));
  const ancestors: Relative<Card>[] = [];
  const seen = new Set<RunId>([run]);
  let lineage = byRun.get(run)?.lineage ?? null;
  while (lineage !== null && !seen.has(lineage.from)) {
    const { from, kind, seq } = lineage;
    seen.add(from);
    const card = byRun.get(from) ?? null;
    ancestors.push({ run: from, kind, seq, card });
    lineage = card?.lineage ?? null;
  }
  const children = cards
    .filter((card) => card.lineage?.from === run && card.run !== run)
    .toSorted((a, b) => a.createdAt - b.createdAt || (a.run < b.run ? -1 : 1))
    .flatMap((card) =>
      card.lineage === null ? [] : [{ run: card.run, kind: card.lineage.kind, seq: card.lineage.seq, card }],
    );
  return { ancestors, children };
}

/** `forked from run_4f7 at 120`. */
export const lineageInWords = ({ kind, from, seq }: Lineage): string =>
  `${kind === "fork" ? "forked from" : "recovered from"} ${from} at ${seq}`;
