// What a run took beside what was forecast of it.

import { makeGraph, type Graph } from "../core/graph.ts";
import { configOf, isDropped, planLength, type RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import { forecastOf, type Forecast, type Way } from "./forecast.ts";
import type { RunFacts } from "./observe-run.ts";
import type { Spread } from "./quantiles.ts";
import { tokenClasses, type TokenClass } from "./try-out.ts";

/** `within`: between `low` and `high`, as eight of ten such runs are. */
export type Verdict = "below" | "within" | "above";

export type Compared = {
  readonly figure: "ms" | "costMicros" | "attempts" | TokenClass;
  /** Null where a price was not known. */
  readonly forecast: Spread | null;
  readonly fact: number | null;
  /** Null where there is nothing to compare, or the run is not done. */
  readonly verdict: Verdict | null;
};

export type ForecastFact = {
  /** Every ticket is completed: only then is the whole comparable. */
  readonly isDone: boolean;
  readonly completed: number;
  readonly forecast: Forecast;
  readonly figures: readonly Compared[];
  /** Cost of planning, diagnoses and reviews, which are not forecast. */
  readonly besideMicros: number | null;
};

const known = new WeakMap<Graph, Forecast>();

/** Null before there is a plan. A graph belongs to one run: of the same one the forecast is made once. */
export function forecastOfRun(state: RunState): Forecast | null {
  if (state.config === null || planLength(state) === 0) return null;
  const before = known.get(state.graph);
  const forecast = before ?? forecastOf(configOf(state), planned(state));
  if (before === undefined) known.set(state.graph, forecast);
  return forecast;
}

/** The plan as it stands: without what was dropped from it, which keeps its place in the run's graph. */
const planned = (state: RunState): Graph =>
  state.dropped === 0
    ? state.graph
    : makeGraph(state.graph.tickets.filter((_, index) => !isDropped(at(state.tickets, index))));

export const chosenWay = (forecast: Forecast): Way => forecast[forecast.chosen];

export function forecastFactOf(state: RunState, facts: RunFacts): ForecastFact | null {
  const forecast = forecastOfRun(state);
  if (forecast === null) return null;
  const way = chosenWay(forecast);
  const isDone = state.counts.completed === forecast.tickets;
  const row = (figure: Compared["figure"], spread: Spread | null, fact: number | null): Compared => ({
    figure,
    forecast: spread,
    fact,
    verdict: isDone && spread !== null && fact !== null ? judge(spread, fact) : null,
  });
  return {
    isDone,
    completed: state.counts.completed,
    forecast,
    figures: [
      row("ms", way.ms, facts.ms),
      row("costMicros", way.costMicros, facts.usage.costMicros),
      ...tokenClasses.map((each) => row(each, way.tokens[each], facts.usage[each])),
      row("attempts", way.attempts, facts.attempts),
    ],
    besideMicros: facts.beside.costMicros,
  };
}

const judge = ({ low, high }: Spread, fact: number): Verdict =>
  fact < low ? "below" : fact > high ? "above" : "within";
