// `tutti forecast`, done: the settings and the plan as a run would have them, and what past runs say of such work.

import type { BeginOptions, Forecasted } from "../cli/desk.ts";
import { makeGraph } from "../core/graph.ts";
import { forecastOf } from "../views/forecast.ts";
import { checkAll } from "./begin-run.ts";
import type { Environment } from "./place.ts";

/** `program`: the folder the package lies in. */
export async function forecastPlan(options: BeginOptions, env: Environment, program: string): Promise<Forecasted> {
  const { config, tickets, notes } = await checkAll(options, env, { program, calls: false });
  return { title: config.title, forecast: forecastOf(config, makeGraph(tickets)), notes };
}
