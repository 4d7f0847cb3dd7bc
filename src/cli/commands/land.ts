// `tutti land`: a run's result, brought over to the person's branch. The only command that touches their checkout.

import { toPrintableLine } from "../../domain/printable.ts";
import { hasMerged } from "../../views/summary.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { CliFault } from "../errors.ts";

export type LandOptions = CommonOptions & { readonly into?: string; readonly merge?: boolean };

export async function landCommand(
  run: string | undefined,
  options: LandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const desk = await context.desk();
  const { repo, into } = options;
  const look = await desk.look({ repo, ...(run === undefined ? {} : { run }) });
  if (!hasMerged(look.state)) {
    throw new CliFault("nothing_to_land", `nothing was merged in ${look.run}`, `See why: tutti status ${look.run}`);
  }
  const how = options.merge === true ? "merge" : "ff";
  const landed = await desk.land({ repo, run: look.run }, { how, ...(into === undefined ? {} : { into }) });
  const { outcome } = look.state.ended ?? { outcome: null };
  if (options.json === true) {
    context.out.write(`${JSON.stringify({ run: look.run, outcome, ...landed })}\n`);
    return 0;
  }
  const branch = toPrintableLine(landed.into);
  const files = `${landed.files} ${landed.files === 1 ? "file" : "files"} changed`;
  const words = {
    already_there: `${branch} holds the result of ${look.run} already.`,
    fast_forward: `${branch} was fast-forwarded to ${landed.to.slice(0, 8)}: ${files}.`,
    merge: `${look.run} was merged into ${branch} as ${landed.to.slice(0, 8)}: ${files}.`,
  };
  context.out.write(`${words[landed.how]}\n`);
  if (outcome !== "completed")
    context.out.write(
      `The run is not completed (${outcome ?? "it has not ended"}): these are the tickets merged so far.\n`,
    );
  return 0;
}
