// Failed runs whose policy wants another one that never began, because the process that was to begin it died. RCV17 in
// docs/SPEC.md.

import type { RunId } from "../domain/ids.ts";
import type { RunCard } from "../http/run-card.ts";
import { lookAt } from "./find-run.ts";
import type { Listed } from "./run-cards.ts";

/** Its own process may be about to begin the recovery: a run that ended a moment ago is left to it, in ms. */
export const ownMs = 3_000;

export type Owed = {
  readonly owed: readonly Listed[];
  /** Some may be owed shortly. */
  readonly isSoon: boolean;
};

/** `now`: epoch ms. */
export async function findOwed(all: readonly Listed[], now: number): Promise<Owed> {
  const byRun = new Map(all.map((listed) => [listed.card.run, listed]));
  const owed: Listed[] = [];
  let isSoon = false;
  for (const listed of all) {
    if (!wantsAnother(listed.card) || !(await isMissing(listed, byRun))) continue;
    if (now - listed.card.lastAt < ownMs) isSoon = true;
    else owed.push(listed);
  }
  return { owed, isSoon };
}

function wantsAnother({ pipeline, conducted, isImported, problem }: RunCard): boolean {
  if (pipeline === null || conducted !== "nobody" || isImported || problem !== null) return false;
  const { recovery, isOpenToChoice, attempt, attempts, next } = pipeline;
  return next === null ? recovery === "auto" && isOpenToChoice && attempt < attempts : next.why === "policy";
}

/** What was begun and stopped is left as it is, to be resumed; what was only made was never begun. */
async function isMissing({ card }: Listed, byRun: ReadonlyMap<RunId, Listed>): Promise<boolean> {
  const next = card.pipeline?.next?.run;
  const there = next === undefined ? undefined : byRun.get(next);
  if (there === undefined) return true;
  if (there.card.conducted !== "nobody" || there.card.phase === "ended" || there.card.problem !== null) return false;
  const { state } = await lookAt(there.place, { run: there.card.run, createdAt: 0, owner: null });
  return state.token === 0;
}
