// A new address that lets one browser in.

import type { CliContext, CommonOptions, ExitCode } from "../context.ts";

export async function linkCommand(
  run: string | undefined,
  { repo, json }: CommonOptions,
  context: CliContext,
): Promise<ExitCode> {
  const desk = await context.desk();
  const link = await desk.link({ repo, ...(run === undefined ? {} : { run }) });
  context.out.write(json === true ? `${JSON.stringify({ link })}\n` : `${link}\n`);
  return 0;
}
