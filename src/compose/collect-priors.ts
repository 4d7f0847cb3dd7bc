// What a project's past runs say of its next one. Each log is read once; what it says is kept beside it.

import { readFileSync } from "node:fs";
import { z } from "zod";
import { replacePrivateFile, runFiles } from "../adapters/run-files.ts";
import { noPriors, workSchema, type Priors, type Work } from "../domain/priors.ts";
import type { Recorded } from "../domain/event.ts";
import type { RunId } from "../domain/ids.ts";
import { usageSchema } from "../domain/usage.ts";
import { Fault, type EventLog } from "../engine/ports.ts";
import { sumWork } from "../views/measure.ts";
import { observeRun, type Observed } from "../views/observe-run.ts";
import { listRuns, withLog } from "./find-run.ts";
import { isImported } from "./imports.ts";
import type { Place } from "./place.ts";

/** The newest runs say most of the next one. */
const newest = 50;
/** Once so many records of logs were read, the rest is left for the next time. */
const mostRecords = 100_000;

export async function collectPriors(place: Place): Promise<Priors> {
  const listings = (await listRuns(place)).slice(0, newest);
  const work: Work[] = [];
  let { runs, passedOver } = noPriors;
  let records = 0;
  for (const { run, owner } of listings) {
    // A run under way is not past, and its attempts will count when they are. What a file tells is not of this machine.
    if (owner !== null || isImported(place, run)) continue;
    if (records > mostRecords) break;
    const seen = await observePast(place, run);
    if (seen === "unreadable") passedOver += 1;
    else if (seen !== undefined && seen.work.length > 0) {
      runs += 1;
      work.push(...seen.work);
    }
    records += seen === "unreadable" || seen === undefined ? 0 : seen.read;
  }
  return { runs, passedOver, work: [...sumWork(work)] };
}

async function observePast(place: Place, run: RunId): Promise<Kept | "unreadable" | undefined> {
  try {
    return await withLog(place, run, (log) => observeLog(runFiles(place.runs, run).observed, log));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // One that was never begun has nothing to say.
    return error.code === "run_missing" ? undefined : "unreadable";
  }
}

const keptSchema = z.strictObject({
  format: z.literal(1),
  /** The last record that is told of. */
  seq: z.number().int().nonnegative(),
  facts: z.strictObject({ attempts: z.number(), ms: z.number(), usage: usageSchema, beside: usageSchema }),
  work: z.array(workSchema),
});

type Kept = Observed & {
  /** How many records had to be read for it. */
  readonly read: number;
};

/** Throws Fault `log_corrupt` and its like. What cannot be kept is made again the next time. */
export function observeLog(file: string, log: Pick<EventLog, "read">, { keep } = { keep: true }): Kept {
  const kept = readKept(file);
  if (kept !== undefined && !hasMore(log, kept.seq)) return { facts: kept.facts, work: kept.work, read: 0 };
  let seq = 0;
  const counted = function* (): Generator<Recorded> {
    for (const record of log.read()) {
      seq = record.seq;
      yield record;
    }
  };
  const { facts, work } = observeRun(counted());
  if (!keep) return { facts, work, read: seq };
  try {
    replacePrivateFile(
      file,
      JSON.stringify({ format: 1, seq, facts, work: [...work] } satisfies z.infer<typeof keptSchema>),
    );
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
  return { facts, work, read: seq };
}

function readKept(file: string): z.infer<typeof keptSchema> | undefined {
  try {
    const parsed = keptSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function hasMore(log: Pick<EventLog, "read">, seq: number): boolean {
  for (const _ of log.read(seq)) return true;
  return false;
}
