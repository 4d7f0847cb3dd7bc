// A page of the list of runs: those that fit what is asked, newest first, from a place on.

import type { RunCard } from "./run-card.ts";
import type { RunsBody, RunsQuery } from "./runs-wire.ts";

/** `cards`: newest first. Undefined where the cursor is none of ours. */
export function findCards(cards: readonly RunCard[], query: RunsQuery): RunsBody | undefined {
  const after = query.cursor === undefined ? null : readCursor(query.cursor);
  if (after === undefined) return undefined;
  const fitting = cards.filter((card) => fits(card, query) && (after === null || isAfter(card, after)));
  const runs = fitting.slice(0, query.limit);
  const last = runs.at(-1);
  return { runs, next: last === undefined || runs.length === fitting.length ? null : cursorOf(last) };
}

function fits(card: RunCard, { q, project, outcome, phase }: RunsQuery): boolean {
  if (project !== undefined && card.project.key !== project) return false;
  if (outcome !== undefined && card.outcome !== outcome) return false;
  if (phase !== undefined && card.phase !== phase) return false;
  const text = [card.title, card.run, card.project.name, card.project.root, card.goal ?? ""].join("\n").toLowerCase();
  return q
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

type Place = Pick<RunCard, "createdAt" | "run">;

/** A place rather than a count: runs that begin meanwhile shift nothing. */
const cursorOf = ({ createdAt, run }: Place): string => Buffer.from(`${createdAt} ${run}`).toString("base64url");

function readCursor(cursor: string): Place | undefined {
  const [, createdAt, run] = /^(\d{1,16}) (run_[0-9a-z]+)$/.exec(Buffer.from(cursor, "base64url").toString()) ?? [];
  return createdAt === undefined ? undefined : { createdAt: Number(createdAt), run: run as RunCard["run"] };
}

/** As the list is sorted. */
const isAfter = (card: Place, place: Place): boolean =>
  card.createdAt < place.createdAt || (card.createdAt === place.createdAt && card.run < place.run);
