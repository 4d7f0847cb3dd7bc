// Conducts a run to its end and shows it as what it is: a table of agents, or a plan and its workers.

import { isDeliberation } from "../views/deliberation-end.ts";
import { conductDeliberation } from "./conduct-deliberation.ts";
import { conductRun } from "./conduct.ts";
import type { CliContext, CommonOptions, ExitCode } from "./context.ts";
import type { Conducting, Desk } from "./desk.ts";
import { invocationOf } from "./invocation.ts";
import { openMarker } from "./marker.ts";

type Shown = CommonOptions & { readonly plain?: boolean };

/** A deliberation prints its marker line, and its recovery follows where the policy says so. */
export async function conductEither(
  conducting: Conducting,
  { repo, json = false, plain = false }: Shown,
  { context, desk }: { readonly context: CliContext; readonly desk: Desk },
): Promise<ExitCode> {
  const shown = { program: invocationOf(context.env, repo), json, plain };
  if (!isDeliberation(conducting.state())) return conductRun(conducting, context, shown);
  return conductDeliberation(conducting, context, {
    ...shown,
    marker: openMarker(context, json),
    next: async (failed) => desk.followUp({ repo, run: failed }),
  });
}
