// A run that was recorded and left: it lies on disk, and no process conducts it.

import { createHash } from "node:crypto";
import { createSystemClock } from "../../src/adapters/clock.ts";
import { createSqliteRunStore } from "../../src/adapters/log/sqlite-log.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { beginRun } from "../../src/engine/open-run.ts";
import type { Ports, RunStore } from "../../src/engine/ports.ts";
import { makeConfig, makeTicket } from "./conducted.ts";

export type LeftRun = {
  /** Folder of all runs of its project. */
  readonly runs: string;
  readonly title: string;
  /** Top folder of its repository, as its log says. */
  readonly root: string;
  /** Where it is recorded, in the place of that folder. */
  readonly store?: RunStore;
};

export async function leaveRun({ runs, title, root, store }: LeftRun): Promise<RunId> {
  const clock = createSystemClock();
  const run = clock.newRunId();
  const { log, token } = await (store ?? createSqliteRunStore({ dir: runs })).create(run);
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
  const ports = { clock, log, token, digest } as unknown as Ports;
  const begun = await beginRun(ports, {
    run,
    config: makeConfig({ title, project: { root, branch: null, base: "0".repeat(40) } }),
    tickets: [makeTicket("A")],
    by: "person:ann",
  });
  await log.close();
  if (!begun.ok) throw new Error(`${title} could not be begun`);
  return run;
}
