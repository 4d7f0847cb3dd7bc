// `tutti serve` on a store: runs whose conductor died are conducted on by it, as by any machine.

import { createProcessLog } from "../../adapters/process-log.ts";
import { findHomes } from "../../adapters/run-files.ts";
import { join } from "node:path";
import { toNewsLine } from "../../cli/machine-lines.ts";
import type { Hub } from "../hub.ts";
import type { Environment } from "../place.ts";
import { StartedRuns } from "../start-runs.ts";
import { enterMeeting } from "./meetings.ts";
import { createTakingOver } from "./take-over.ts";

export type Serving = { readonly env: Environment; readonly program: string; readonly hub: Hub };

/** Undefined where runs are recorded on this machine alone. What is resolved with gives them back, and ends it. */
export async function takeOverBeside({
  env,
  program,
  hub,
}: Serving): Promise<((graceMs: number) => Promise<void>) | undefined> {
  const homes = findHomes(env);
  if (homes.store === undefined) return undefined;
  const log = createProcessLog(join(homes.state, "server.log"));
  const { meeting, leave } = await enterMeeting(homes, (text) => log.note(text));
  const started = new StartedRuns({ env, program, hub });
  const taking = createTakingOver({ env, meeting, started, tell: (news) => log.note(toNewsLine(news)) });
  taking.start();
  return async (graceMs) => {
    await taking.stop(graceMs);
    await leave();
    await log.close();
  };
}
