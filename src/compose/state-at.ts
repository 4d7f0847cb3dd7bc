// A run as it was at one of its records, read beside whoever conducts it.

import { foldAll } from "../core/evolve.ts";
import type { RunState } from "../core/state.ts";
import type { Recorded } from "../domain/event.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import type { ProjectRuns } from "./place.ts";

/** Undefined: at its last record. Throws Fault `run_missing` or `record_missing`. */
export async function stateAt(
  { openStored }: Pick<ProjectRuns, "openStored">,
  run: RunId,
  seq: number | undefined,
): Promise<RunState> {
  const stored = await openStored(run);
  if (stored === undefined) throw new Fault("run_missing", `There is no run ${run}.`, { remedy: "See `tutti runs`." });
  try {
    const state = foldAll(upTo(stored.read(), seq));
    if (seq === undefined || state.seq === seq) return state;
    throw new Fault("record_missing", `${run} has ${state.seq} records; there is no record ${seq}.`, {
      remedy: `Name one from 1 to ${state.seq}.`,
    });
  } finally {
    stored.close();
  }
}

function* upTo(records: Iterable<{ readonly record: Recorded }>, seq: number | undefined): Generator<Recorded> {
  for (const { record } of records) {
    if (seq !== undefined && record.seq > seq) return;
    yield record;
  }
}
