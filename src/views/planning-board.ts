// A run that is still planned: which tier is asked what, which tracks there are, and how far each is.

import { planningTable } from "../core/deliberation/chosen-plan.ts";
import type { Consult, RunState } from "../core/state.ts";
import type { DeliberationId } from "../domain/deliberation.ts";
import type { ConsultId, ModelId } from "../domain/ids.ts";

export type Asked = {
  readonly consult: ConsultId;
  readonly tier: number;
  readonly model: ModelId;
  /** Epoch ms. */
  readonly since: number;
  /** From 2 on an answer went back. */
  readonly round: number;
  /** Why nobody answers at the moment; null where somebody does. */
  readonly held: string | null;
};

export type PlannedTrack = {
  readonly id: string;
  readonly title: string;
  readonly status: "waiting" | "asked" | "planned";
  /** Drafted so far. */
  readonly tickets: number;
  /** Tracks it waits for. */
  readonly needs: readonly string[];
  readonly asked: Asked | null;
};

export type Planning = {
  /** Tier 1, while it is asked. */
  readonly asked: Asked | null;
  /** Null until tier 1 has made them. */
  readonly tracks: readonly PlannedTrack[] | null;
  /** While the plan is deliberated: the table, and who does what at it. */
  readonly table: { readonly deliberation: DeliberationId; readonly words: string } | null;
};

/**
 * `held`: the plan waits for the person; `deliberated`: at a table; `made`: somebody is, or was, asked for it; `begun`:
 * nobody yet, and its tickets may be on their way as well; `brought`: it came with its tickets.
 */
export type PlanningStage = "held" | "deliberated" | "made" | "begun" | "brought";

export function planningStageOf(state: RunState): PlanningStage {
  const { approvals, consults, deliberations, tracks, draftPlan, config } = state;
  if ([...approvals.values()].some(({ gate }) => gate === "plan")) return "held";
  if (planningTable(state)?.result === null) return "deliberated";
  if (consults.size > 0 || deliberations.size > 0 || tracks !== null) return "made";
  return draftPlan.length > 0 || config?.goal === undefined ? "brought" : "begun";
}

/** Null for a run whose plan is settled, and for one that never had one. */
export function planningOf(state: RunState): Planning | null {
  if (state.phase !== "planning") return null;
  const open = [...state.consults.values()];
  const first = open.find(({ purpose }) => purpose === "tracks");
  return {
    asked: first === undefined ? null : askedOf(state, first),
    tracks: tracksOf(state, open),
    table: tableOf(state),
  };
}

function tableOf(state: RunState): Planning["table"] {
  const table = planningTable(state);
  if (table === undefined || table.result !== null) return null;
  const { id, agents, round, setup, ending } = table;
  const rounds = setup.limits.rounds;
  const words = [
    `deliberated: ${agents.map(({ role, status }) => `${role} ${status}`).join(", ")}`,
    ending === null
      ? `round ${Math.min(round, rounds)} of ${rounds}`
      : `it ends as ${ending.outcome.replaceAll("_", " ")}`,
    ...(state.pause === null ? [] : [state.pause.reason === "" ? "paused" : `paused: ${state.pause.reason}`]),
  ];
  return { deliberation: id, words: words.join("; ") };
}

/** What is said of the goal while there are no tracks. */
export const goalInWords = ({ asked, table }: Planning, ago: (since: number) => string): string | null =>
  table?.words ?? (asked === null ? null : askedInWords(asked, ago));

const askedOf = (state: RunState, { id, tier, model, startedAt, round, notBefore, isParked }: Consult): Asked => ({
  consult: id,
  tier,
  model,
  since: startedAt,
  round,
  held: isParked
    ? (state.pause?.reason ?? "it waits for you")
    : notBefore > state.lastAt
      ? "the last try failed; it is tried again"
      : null,
});

function tracksOf(state: RunState, open: readonly Consult[]): readonly PlannedTrack[] | null {
  const drafted = new Map<string, number>();
  for (const part of state.draftPlan)
    for (const { track } of part) if (track !== undefined) drafted.set(track, (drafted.get(track) ?? 0) + 1);
  return (
    state.tracks?.map(({ id, title, dependsOn }) => {
      const consult = open.find(({ purpose, track }) => purpose === "tickets" && track === id);
      return {
        id,
        title,
        status: state.draftedTracks.has(id) ? "planned" : consult === undefined ? "waiting" : "asked",
        tickets: drafted.get(id) ?? 0,
        needs: dependsOn.filter((needed) => !state.draftedTracks.has(needed)),
        asked: consult === undefined ? null : askedOf(state, consult),
      };
    }) ?? null
  );
}

/** What is said of a track, or of tier 1, beside its name. `ago` words the time since a moment. */
export function trackInWords(track: PlannedTrack, ago: (since: number) => string): string {
  if (track.status === "planned") return `${track.tickets} ${track.tickets === 1 ? "ticket" : "tickets"}`;
  if (track.asked !== null) return askedInWords(track.asked, ago);
  return track.needs.length === 0 ? "waits for its turn" : `waits for ${track.needs.join(", ")}`;
}

export const askedInWords = ({ tier, model, since, round, held }: Asked, ago: (since: number) => string): string =>
  `asked of tier ${tier} (${model}), ${ago(since)}${round > 1 ? `, answer ${round}` : ""}${held === null ? "" : `; ${held}`}`;
