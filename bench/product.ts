// The product on a load, from `run.create` to the run's end; its store is opened before the clock starts.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSystemClock } from "../src/adapters/clock.ts";
import { createMemoryRunStore } from "../src/adapters/log/memory-log.ts";
import { createSqliteRunStore } from "../src/adapters/log/sqlite-log.ts";
import type { Scenario } from "../src/domain/scenario.ts";
import type { Ticket } from "../src/domain/ticket.ts";
import { beginRun } from "../src/engine/open-run.ts";
import type { RunId } from "../src/domain/ids.ts";
import type { Models, RunStore } from "../src/engine/ports.ts";
import { createTally, type Load, type Measured } from "./contestant.ts";
import { makeConfig, makePorts, makeTicket, oneToolTurns } from "./scripted-world.ts";
import { toJobs, type Job } from "./workloads.ts";

const toTicket = (job: Job, index: number): Ticket =>
  makeTicket(
    `T${index}`,
    job.after.map((before) => `T${before}`),
    // A duration is what a person would estimate; the scheduler works with it.
    Math.max(1, job.ms),
  );

/** Each ticket's tool call says how long it takes; tickets that take no time share one script. */
const toScenario = (jobs: readonly Job[]): Scenario => ({
  tickets: Object.fromEntries(
    jobs.flatMap((job, index) => (job.ms > 0 ? [[`T${index}`, [{ turns: oneToolTurns({ ms: job.ms }) }]]] : [])),
  ),
  default: [{ turns: oneToolTurns({ ms: 0 }) }],
});

export type Conducted = Measured & { readonly events: number; readonly run: RunId };

/** `keep`: where it is recorded, in the place of a folder or of memory. */
export async function conductLoad(load: Load, models?: Models, keep?: RunStore): Promise<Conducted> {
  const jobs = toJobs(load);
  const tickets = jobs.map(toTicket);
  const tally = createTally(jobs);
  const dir = mkdtempSync(join(tmpdir(), "tutti-bench-"));
  const store = keep ?? (load.durable ? createSqliteRunStore({ dir }) : createMemoryRunStore());
  const run = createSystemClock().newRunId();
  const { log, token } = await store.create(run);
  const ports = makePorts({ log, token, tally, models, scenario: toScenario(jobs) });
  const started = performance.now();
  const begun = await beginRun(ports, { run, config: makeConfig(load.concurrency), tickets, by: "person:bench" });
  if (!begun.ok) throw new Error(`the run was refused: ${begun.rejection.code}`);
  begun.conductor.start();
  const done = await begun.conductor.done;
  const seconds = (performance.now() - started) / 1000;
  const state = begun.conductor.state();
  if (done.kind === "fault") throw done.error;
  if (state.ended?.outcome !== "completed") throw new Error(`the run ended ${state.ended?.outcome}`);
  await log.close();
  rmSync(dir, { recursive: true, force: true });
  return { ...tally.measured(seconds), events: state.seq, run };
}
